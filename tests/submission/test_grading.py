"""`workshop grade --submissions`: what is handed in is judged again, and believed as far as it may be."""

import csv
import json

import pytest

import graded
from checkday.engine.golden import Golden
from checkday.roster import Learner
from cohort_endpoint import Endpoint, nothing_there
from cohort_runs import called, facts, report, rows, written
from submitted import archive, changed, contents, file, right_answers, signed, with_made


def _learner(name, number):
    account = f"{number:012d}"
    return Learner(name, f"={name}", account, f"arn:aws:iam::{account}:role/grader", "x-1")


AN, BI, CHI, DUNG = (
    _learner(name, number) for number, name in enumerate(("an01", "bi02", "chi03", "dung04"), 1)
)
QUIZ = "day3.explain"
SHARED = {"table": "fcj-bi02-catalog", "id": "0f7b1c2d-1111-4222-8333-944455556666"}
HOSTILE = ("=cmd|x", "\x1b[31mred", "a\u202eb", "<b>x")


class Run:
    """Calls `grade` over some learners, with a folder of submissions."""

    def __init__(self, aws, home, *learners):
        self.aws, self.folder, self.inbox = aws, home / "run", home / "inbox"
        self.roster = written(home, *learners, name="k1.csv")
        self.inbox.mkdir()
        archive(self.folder)

    def __call__(self, *more, days="3", files=(), **named):
        for name, content in {**dict(files), **named}.items():
            (self.inbox / f"{name}.jsonl").write_bytes(content)
        options = ("--out", self.folder, "--days", days, "--lang", "en", "--submissions", self.inbox, *more)
        return called("grade", self.roster, *options, aws=self.aws.url)

    def mark(self, who, milestone=QUIZ):
        one = next(one for one in report(self.folder, who.id)["findings"] if one["id"] == milestone)
        return one["verdict"], one["code"], one["trust"], one["points"]

    def read(self, name):
        with open(self.folder / name, encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines))

    def told(self, kind):
        return {one["id"] for one in self.read("exceptions.csv") if one["kind"] == kind}


@pytest.fixture(scope="module")
def aws():
    with Endpoint() as server:
        yield server


@pytest.fixture(scope="module")
def everything(aws, tmp_path_factory):
    """A run over accounts that cannot be looked at, and how it ended: what is handed in is all there is."""
    run = Run(aws, tmp_path_factory.mktemp("everything"), AN, BI, CHI, DUNG)
    shared = graded.finding("day5.table_catalog", facts=SHARED)
    ended = run(
        an=file(answered(AN, shared), signed(AN)),
        bi=file(answered(BI, shared)),
        chi=file(answered(CHI, origin="simulated"), signed(CHI)),
        files=dict.fromkeys(HOSTILE, b"x"),
    )
    return run, ended


@pytest.fixture
def run(aws, tmp_path):
    """A run over two accounts in which nothing is."""
    aws.says = nothing_there
    yield Run(aws, tmp_path, AN, BI)
    aws.says = lambda *_: None


def answered(who, *others, **more):
    return contents(who, *others, quizzes={3: right_answers(who)}, **more)


def wrongly(who):
    return contents(who, quizzes={3: dict.fromkeys(right_answers(who), "0")})


def test_answers_are_judged_again_and_bear_their_trust(everything):
    run, ended = everything
    assert "1 signed by AWS, 1 not, 5 refused" in ended.out
    assert run.mark(AN) == ("passed", None, "bound", 3)
    assert run.mark(BI) == ("passed", None, "claimed", 3)
    assert rows(run.folder)["an01"][:2] == ("unreachable", "denied")  # what cannot be seen stays open
    found = [one for one in run.read("findings.csv") if one["milestone"] == QUIZ]
    assert [one["trust"] for one in found] == ["bound", "claimed", "", ""]
    assert "claimed by the learner, signed by AWS" in (run.folder / "dashboard.html").read_text()


def test_without_a_submission_the_cell_stays_open(everything):
    assert everything[0].mark(DUNG)[:2] == ("blocked", "not_submitted")


def test_a_simulated_one_never_counts_in_a_run_on_aws(everything):
    run, _ = everything
    assert run.mark(CHI)[:2] == ("blocked", "not_submitted")
    odd = next(
        one for one in run.read("exceptions.csv") if one["id"] == "chi03" and one["kind"] == "submission"
    )
    assert odd["what"] == "chi.jsonl"
    assert "sandbox" in odd["why"]


def test_two_who_hand_in_one_id_are_told(everything):
    assert everything[0].told("signal_same_thing") == {"an01", "bi02"}


def test_a_name_of_somebody_else_in_what_is_handed_in_is_told(everything):
    assert everything[0].told("signal_other_suffix") == {"an01"}


def test_names_of_files_are_shown_and_do_nothing(everything):
    run, _ = everything
    for name in ("submissions.csv", "exceptions.csv"):
        text = (run.folder / name).read_text(encoding="utf-8")
        assert "'=cmd|x.jsonl" in text
        assert not {"\x1b", "\u202e"} & set(text)
        assert "\n=cmd" not in text


def test_what_a_file_says_of_its_own_worth_is_not_believed(run):
    document = json.loads(wrongly(AN).payload())
    for one in document["reports"][0]["findings"]:
        one |= {"verdict": "passed", "trust": "observed", "points": 999, "proof": "live"}
    run(
        an=changed(wrongly(AN), reports=document["reports"], trust="observed"),
        bi=file(contents(BI, quizzes={3: right_answers(AN)})),
    )
    assert run.mark(AN) == ("failed", "wrong_answers", None, 0)
    assert {one["trust"] for one in report(run.folder, "an01")["findings"]} == {None}
    assert run.mark(BI)[0] == "failed"  # numbers are of one's own records


def test_one_that_comes_later_is_judged_and_one_that_comes_again_is_not(aws, run):
    run(an=file(answered(AN)))
    asked = len(aws.assumed)
    assert "All 2 accounts are graded" in run().out
    assert len(aws.assumed) == asked
    run(bi=file(answered(BI)))
    assert called("regrade", run.folder, "--lang", "en").code == 4  # the rest of the account is denied
    assert run.mark(AN) == run.mark(BI) == ("passed", None, "claimed", 3)


def test_a_later_one_that_is_worse_does_not_lower_a_mark_silently(run):
    run(an=file(answered(AN)))
    ended = run(later=file(with_made(wrongly(AN), 30)))
    assert run.mark(AN)[0] == "passed"
    assert QUIZ in facts(run.folder, "an01")["kept"]
    assert "1 marks that would have dropped were kept" in ended.out


def test_a_chart_is_judged_by_its_numbers_and_counts_as_what_it_is(run):
    golden = Golden(AN.id)
    chart = {
        "account": AN.account,
        "origin": "live",
        "heat_map": [[device, name, plays] for device, name, _, plays in golden["device_tracks"]],
        "tree_map": [[artist, plays] for artist, plays in golden["artists"].items()],
        "queries": [],
    }
    run(an=file(contents(AN, chart=chart)), bi=file(contents(BI, chart=chart)), days="4")
    for milestone in ("day4.bi_source", "day4.bi_dataset", "day4.bi_dashboard"):
        assert run.mark(AN, milestone)[0] in {"passed", "skipped"}
        assert run.mark(BI, milestone)[0] != "passed"  # drawn in another account
    assert run.mark(AN, "day4.bi_source")[:3] == ("passed", "other_path", "claimed")


@pytest.mark.parametrize(
    ("more", "word"),
    [
        (("--fetch-keys",), "--submissions"),
        (("--nonce", "x"), "--submissions"),
        (("--submissions", "nowhere"), "nowhere"),
        (("--submissions", ".", "--nonce", "a b"), "a b"),
    ],
)
def test_arguments_that_cannot_be_used(tmp_path, more, word):
    ended = called("grade", written(tmp_path, AN), "--out", tmp_path / "run", "--lang", "en", *more)
    assert ended.code == 2
    assert word in ended.err
    assert len(ended.err.strip().split("\n")) == 2
