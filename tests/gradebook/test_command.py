"""`workshop grade` and its flags: the files of a run, and bad arguments told at once."""

import json
import re
from pathlib import Path

import pytest

from checkday.cli import exits
from checkday.cli.workshop import workshop
from checkday.cohort.look import Looked, pack
from checkday.cohort.store import Identity, Row, Store
from checkday.outputs.cohort.standing import LISTS
from checkday.roster import reading
from graded import AT, COURSE, DENIED, POINTS, finding, learner, read, row

ALL = tuple(range(1, 8))
AN, BINH = (
    learner(number, email=f"an{number}@example.edu", role_arn=f"arn:aws:iam::{number:012d}:role/grader")
    for number in (1, 2)
)
EXPORT = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Day 1 (11)\n"
    "    Points Possible,,,,,15\n"
    "Nguyen An,101,,an1@example.edu,K1,\n"
)


def roster_file(folder):
    path = folder / "roster.json.yaml"
    learners = [
        {"id": one.id, "name": one.name, "account": one.account, "email": one.email, "role_arn": one.role_arn}
        | {"external_id": "x-1"}
        for one in (AN, BINH)
    ]
    path.write_text(json.dumps({"cohort": "k1", "learners": learners}), encoding="utf-8")
    return path


@pytest.fixture
def run(tmp_path, capsys):
    """A run in which everybody has been looked at; call it with more arguments of `workshop grade`."""
    path = roster_file(tmp_path)
    roster = reading.read(str(path))
    identity = Identity(roster.digest, ALL, sandbox=False)
    store = Store.begin(tmp_path / "run", roster, identity, course_version=COURSE.version, tool="1")
    blocked = finding("day4.bi_source", "blocked", **DENIED)
    old = finding("day5.table_forum", facts={"at": "2026-11-20T12:00:00Z"})
    rows = (row(roster.learners[0], old), row(roster.learners[1], blocked))
    store.add(Row(Looked(one.learner.id, one.state, at=AT, report=pack(one.report))) for one in rows)
    store.close()

    def call(*arguments):
        given = ["grade", str(path), "--out", str(tmp_path / "run"), "--lang", "en", *map(str, arguments)]
        code = exits.guarded(workshop, given)
        return code, capsys.readouterr()

    return call


def table(tmp_path, name):
    return read(tmp_path / "run" / name)


def test_the_tables_stand_in_the_runs_folder(run, tmp_path):
    code, _ = run()
    assert code == 4
    assert [one["day4"] for one in table(tmp_path, "gradebook.csv")] == [str(POINTS[4]), ""]
    assert len(table(tmp_path, "findings.csv")) == 2 * len(COURSE.milestones)
    assert table(tmp_path, "comparison.csv") == []


def test_an_excused_cause_closes_the_cell_and_the_run(run, tmp_path):
    code, _ = run("--excuse", "denied")
    assert code == 0
    assert table(tmp_path, "gradebook.csv")[1]["day4"] == str(POINTS[4] - 2)


def test_a_waiver_closes_the_cell_and_the_run(run, tmp_path):
    (tmp_path / "w.yaml").write_text(
        "- {learner: an02, milestone: day4.bi_source, reason: plan, until: 2027-01-31, by: Mai}\n"
    )
    code, _ = run("--waivers", tmp_path / "w.yaml")
    assert code == 0
    assert table(tmp_path, "exceptions.csv")[0]["kind"] == "waiver"


def test_canvas_and_moodle(run, tmp_path):
    (tmp_path / "export.csv").write_text(EXPORT, encoding="utf-8")
    _, said = run("--canvas", tmp_path / "export.csv", "--moodle")
    assert (tmp_path / "run" / "canvas.csv").read_text() == EXPORT.replace("K1,", "K1,15")
    assert "1 lines of the roster" in said.out
    assert [one["email"] for one in table(tmp_path, "moodle-day4.csv")] == ["an1@example.edu"]


def test_the_last_run_is_told_so(run, tmp_path):
    assert run("--final", "--excuse", "denied")[0] == 0
    assert table(tmp_path, "gradebook.csv")[1]["open"] == "0"


def test_what_is_older_than_the_course_is_told(run, tmp_path):
    run("--since", "2026-12-01", "--bom")
    assert [one["kind"] for one in table(tmp_path, "exceptions.csv")] == ["signal_early"]
    assert (tmp_path / "run" / "gradebook.csv").read_bytes().startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--excuse", "region_of"), "no cause or code called region_of"),
        (("--waivers", "/nowhere.yaml"), "/nowhere.yaml cannot be read"),
        (("--canvas", "/nowhere.csv"), "/nowhere.csv cannot be read"),
        (("--since", "yesterday"), "yesterday is not a date"),
        (("--moodle", "name"), "invalid choice"),
    ],
)
def test_a_wrong_argument_is_told_before_anything_is_written(run, tmp_path, arguments, said, capsys):
    try:
        code, heard = run(*arguments)
    except SystemExit as stopped:
        code, heard = stopped.code, capsys.readouterr()
    assert code == 2
    assert said in heard.err
    assert not Path(tmp_path / "run" / "gradebook.csv").exists()


def test_the_page_of_the_cohort_opens_in_the_language_of_the_command(run, tmp_path):
    (tmp_path / "w.yaml").write_text(
        "- {learner: an02, milestone: day4.bi_source, reason: no plan for it, until: 2027-01-31, by: Mai}\n"
    )
    run("--waivers", tmp_path / "w.yaml", "--since", "2026-12-01")
    page = (tmp_path / "run" / "dashboard.html").read_text(encoding="utf-8")
    assert page.startswith('<!doctype html>\n<html lang="en">')
    assert "no plan for it" in page
    assert 'id="odd"' in page
    assert "early" in page
    assert list((tmp_path / "run").glob("*.new")) == []


def learners(tmp_path):
    """The learners as the page's script gets them: id -> what is shown of them."""
    page = (tmp_path / "run" / "dashboard.html").read_text(encoding="utf-8")
    return {one[0]: one for one in json.loads(re.search(r'class="rows">(.*?)</script>', page)[1])}


@pytest.mark.parametrize("arguments", [(), ("--excuse", "denied"), ("--final", "--excuse", "denied")])
def test_the_page_and_the_gradebook_give_the_same_points(run, tmp_path, arguments):
    run(*arguments)
    shown = learners(tmp_path)
    for one in table(tmp_path, "gradebook.csv"):
        assert shown[one["id"]][6:9] == [int(one[name]) for name in ("earned", "possible", "open")]


def test_a_waiver_is_shown_with_its_end_and_the_finding_stays(run, tmp_path):
    (tmp_path / "w.yaml").write_text(
        "- {learner: an02, milestone: day4.bi_source, reason: no plan, until: 2020-01-31, by: Mai}\n"
    )
    run("--waivers", tmp_path / "w.yaml")
    page = (tmp_path / "run" / "dashboard.html").read_text(encoding="utf-8")
    assert re.search(r"2020-01-31</time> <strong class=\"over\">.*expired", page)
    assert LISTS[learners(tmp_path)["an02"][4]] == "unchecked"


def test_a_page_that_cannot_be_written_is_told_and_the_old_one_stays(run, tmp_path):
    run()
    before = (tmp_path / "run" / "dashboard.html").read_bytes()
    (tmp_path / "run" / "dashboard.html.new").mkdir()
    code, said = run("--excuse", "denied")
    assert code == 5
    assert "dashboard.html cannot be written" in said.err
    assert (tmp_path / "run" / "dashboard.html").read_bytes() == before


def test_judging_again_writes_the_page_again(run, tmp_path, capsys):
    run()
    (tmp_path / "run" / "dashboard.html").unlink()
    exits.guarded(workshop, ["regrade", str(tmp_path / "run"), "--lang", "vi", "--jobs", "1"])
    page = (tmp_path / "run" / "dashboard.html").read_text(encoding="utf-8")
    assert page.startswith('<!doctype html>\n<html lang="vi">')
    assert set(learners(tmp_path)) == {"an01", "an02"}


def test_an_excused_code_moves_a_learner_and_leaves_the_finding(run, tmp_path):
    run("--excuse", "denied")
    binh = learners(tmp_path)["an02"]
    assert LISTS[binh[4]] == "done"
    assert "b" in binh[5]
    assert "denied" in {one["code"] for one in table(tmp_path, "findings.csv")}
