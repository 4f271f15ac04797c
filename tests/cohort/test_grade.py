"""`workshop grade` and `workshop regrade` over accounts of the sandbox in different states."""

import shutil
import time
from dataclasses import replace

import pytest

from checkday import snapshot
from checkday.roster import Learner
from cohort_endpoint import Endpoint
from cohort_runs import called, facts, learner, meta, report, rows, until, verdicts, workshop, written
from worlds import LEARNER, World

EVERYBODY = (LEARNER, "bi02", "ch")


@pytest.fixture(scope="module")
def cohort(sandbox):
    """An account where Day 1 is done, and two where nothing is."""
    worlds = {LEARNER: World(sandbox).solved().settled(), "bi02": World(sandbox), "ch": World(sandbox)}
    names = {LEARNER: "Nguyễn Văn An", "bi02": "=cmd|' /C calc'!A0", "ch": "<b>Chi</b>"}
    return [Learner(name, names[name], world.account) for name, world in worlds.items()]


@pytest.fixture(scope="module")
def run(cohort, tmp_path_factory):
    """A run over them, its roster, and how its command ended."""
    home = tmp_path_factory.mktemp("cohort")
    roster = written(home, *cohort)
    return home / "run", roster, grade(home / "run", roster)


@pytest.fixture
def graded(run, tmp_path):
    """The same run, for one test alone."""
    shutil.copytree(run[0], tmp_path / "run")
    return tmp_path / "run", run[1]


def grade(folder, roster, *more):
    return called("grade", roster, "--out", folder, "--sandbox", "--days", "1", "--lang", "en", *more)


def regrade(folder, *more):
    return called("regrade", folder, "--lang", "en", *more)


def in_another_second():
    """Snapshots of one account are told apart by the second."""
    time.sleep(1.02 - time.time() % 1)


def test_each_account_is_judged_for_what_it_is(run):
    folder, _, ended = run
    assert ended.code == 0, ended  # who has done nothing was looked at like everybody else
    assert [rows(folder)[one][0] for one in EVERYBODY] == ["good"] * 3
    done, nothing = report(folder, LEARNER), report(folder, "bi02")
    assert set(verdicts(done).values()) == {"passed"}
    assert {one["trust"] for one in done["findings"]} == {"observed"}
    assert (done["mode"], done["origin"], done["learner"]) == ("grade", "simulated", LEARNER)
    assert verdicts(nothing)["day1.bucket"] == "failed"
    assert nothing["totals"]["points"] < done["totals"]["points"]


def test_a_second_call_asks_nothing_again(graded):
    before = rows(graded[0])
    assert "All 3 accounts are graded" in grade(*graded).out
    assert rows(graded[0]) == before


def test_another_roster_or_other_days_in_the_same_folder(graded, cohort, tmp_path):
    folder, roster = graded
    other = written(tmp_path, *cohort[:2], name="other.csv")
    for ended in (grade(folder, other), grade(folder, roster, "--days", "2")):
        assert ended.code == 2
        assert len(ended.err.strip().split("\n")) == 2


def test_what_was_seen_once_stays_after_clean_up(sandbox, tmp_path):
    world = World(sandbox).solved().settled()
    roster = written(tmp_path, Learner(LEARNER, "An", world.account))
    folder = tmp_path / "run"
    assert grade(folder, roster, "--collect-only").code == 0
    assert rows(folder)[LEARNER][2]
    firehose = world.client("firehose")
    firehose.delete_delivery_stream(DeliveryStreamName=world.stream_name)
    until(lambda: not firehose.list_delivery_streams()["DeliveryStreamNames"])
    in_another_second()
    assert grade(folder, roster).code == 0
    stream = next(one for one in report(folder, LEARNER)["findings"] if one["id"] == "day1.stream")
    assert (stream["verdict"], stream["proof"], stream["trust"]) == ("passed", "snapshot", "observed")
    assert len(list((folder / "snapshots").iterdir())) == 2
    assert regrade(folder).code == 0
    assert verdicts(report(folder, LEARNER))["day1.stream"] == "passed"


def test_regrading_what_did_not_change_changes_nothing(graded, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    folder, _ = graded
    before = [report(folder, one) for one in EVERYBODY]
    ended = regrade(folder)
    assert ended.code == 0, ended
    assert "0 learners gain, 0 lose" in ended.out
    assert [report(folder, one) for one in EVERYBODY] == before


def test_a_lower_mark_is_kept_until_it_is_accepted(graded):
    folder, _ = graded
    (path,) = (folder / "snapshots").glob(f"{LEARNER}.*")
    taken = snapshot.read(str(path))
    answers = {
        look: replace(one, pages=[], absent="ResourceNotFoundException")
        if look.operation == "describe_delivery_stream"
        else one
        for look, one in taken.answers.items()
    }
    snapshot.write(str(path), replace(taken, answers=answers))
    assert "0 learners gain, 1 lose" in regrade(folder).out
    assert verdicts(report(folder, LEARNER))["day1.stream"] == "passed"
    assert "day1.stream" in facts(folder, LEARNER)["kept"]
    assert "1 lose" in regrade(folder, "--accept-losses").out
    assert verdicts(report(folder, LEARNER))["day1.stream"] != "passed"


def test_a_damaged_snapshot_is_our_error_and_keeps_the_mark(graded):
    folder, _ = graded
    (path,) = (folder / "snapshots").glob(f"{LEARNER}.*")
    path.write_bytes(path.read_bytes()[:100])
    ended = regrade(folder)
    assert ended.code == 5
    assert "Our own error in 1 accounts" in ended.err
    assert rows(folder)[LEARNER][0] == "internal"
    assert verdicts(report(folder, LEARNER))["day1.stream"] == "passed"


def test_nights_add_up_without_a_terminal(graded, monkeypatch):
    """As cron runs it: no TERM, nobody to answer, nothing painted; each night is kept beside the others."""
    monkeypatch.delenv("TERM", raising=False)
    folder, roster = graded
    for night in (2, 3):
        in_another_second()
        ended = grade(folder, roster, "--collect-only", "--again")
        assert (ended.code, meta(folder)["turn"]) == (0, str(night))
        assert "\x1b" not in ended.out + ended.err
        assert len(list((folder / "snapshots").iterdir())) == 3 * night
    before = rows(folder)
    assert grade(folder, roster).code == 0
    assert all(new[2] >= old[2] for new, old in zip(rows(folder).values(), before.values(), strict=True))


def test_our_own_error_is_loud_counted_apart_and_tried_again(cohort, tmp_path, monkeypatch):
    roster, folder = written(tmp_path, *cohort), tmp_path / "run"
    with monkeypatch.context() as broken:
        broken.setattr("checkday.checks.day1.bucket", lambda lab: lab.nowhere)
        ended = grade(folder, roster)
    assert ended.code == 5
    assert "Our own error in 3 accounts" in ended.err
    assert {one[0] for one in rows(folder).values()} == {"internal"}
    assert grade(folder, roster).code == 0
    assert {one[0] for one in rows(folder).values()} == {"good"}


@pytest.fixture
def aws():
    with Endpoint() as server:
        yield server


def test_broken_accounts_are_open_and_told_by_cause(aws, tmp_path):
    aws.roles[f"{2:012d}"] = "AccessDenied"
    roster = written(tmp_path, learner(1), learner(2), replace(learner(3), role_arn=None))
    line = ("grade", roster, "--out", tmp_path / "run", "--days", "1", "--lang", "en")
    ended = called(*line, aws=aws.url)
    assert ended.code == 4
    assert {one[1] for one in rows(tmp_path / "run").values()} == {"denied", "role_denied", "no_role"}
    assert "role_denied" in ended.out
    aws.roles.clear()
    called(*line, aws=aws.url)
    assert rows(tmp_path / "run")["le2"][1] == "denied"


@pytest.mark.parametrize(
    ("more", "key"),
    [
        (("--days", "9"), "days"),
        (("--days", "2-"), "days"),
        (("--jobs", "0"), "--jobs"),
        (("--submissions", "x"), "submissions"),
    ],
)
def test_arguments_that_cannot_be_used(tmp_path, more, key):
    refused(tmp_path, called, more, key)


@pytest.mark.audit
@pytest.mark.parametrize("address", ["spark", "tcp://127.0.0.1:9"])
def test_a_scheduler_that_is_none(tmp_path, address):
    refused(tmp_path, workshop, ("--scheduler", address), "scheduler")


def refused(folder, call, more, key):
    ended = call("grade", written(folder, learner(1)), "--out", folder / "run", "--lang", "en", *more)
    assert ended.code == 2
    assert key in ended.err
    assert len(ended.err.strip().split("\n")) == 2


def test_a_pinned_course_version_must_be_ours(tmp_path):
    roster = tmp_path / "roster.yaml"
    roster.write_text("course_version: other\nlearners: [{id: an01, name: An, account: '000000000001'}]\n")
    assert called("grade", roster, "--out", tmp_path / "run").code == 2


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    assert called("grade", written(tmp_path, learner(1)), "--out", tmp_path / "file").code == 5


def test_regrade_without_a_run(tmp_path):
    assert called("regrade", tmp_path / "none").code == 2


def test_what_a_run_is_stands_in_its_store(run):
    found = meta(run[0])
    assert (found["schema"], found["days"], found["cohort"]) == ("checkday.run/1", "[1]", "roster")
