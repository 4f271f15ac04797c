"""The pages' own commands, run as a learner runs them: the checks pass because of nothing else."""

import os
import re
from pathlib import Path

import pytest

from checkday import chart, curriculum
from checkday.solve import solve
from pages import BUILDING, SHARED
from warm_aws import warm_aws
from worlds import World

SHAPE_ONLY = {"show_records_valid", "show_partitions"}
"""Outputs that name the first object of this minute, or this hour."""

CLEAN_ALREADY = {"day4.clean_session", "day4.clean_bi"}
"""The session was stopped on Day 3, and the charts were drawn here."""
BYTES = re.compile(r'(?<=bytes scanned: )\d+|(?<="bytes": )\d+')
"""What was scanned of Parquet: its writer shares the rows out anew each time, so a few bytes differ."""

USER = re.compile(r":user/learner-\d+")
"""The page shows what the sandbox says to its usual keys; the tests' learner is a user with a policy."""

LATER = re.compile(r'    "fcj-an01-(?:global|state|reduce|aggregate|params)",?\n')
"""Tables of Day 7, which here are made before Day 6 is cleaned up."""

EXPECTED = sorted((SHARED / "expected").rglob("*.txt"))


def test_the_checks_pass_because_of_the_pages_commands(solved_by_pages):
    passes(solved_by_pages)


@pytest.mark.audit
def test_everything_may_be_run_twice(solved_by_pages, environment, tmp_path):
    with warm_aws(tmp_path) as programs:
        again = {"environment": environment, "say": lambda _: None, "programs": programs}
        assert solve(curriculum.days(), tasks=BUILDING, **again) is None
    passes(solved_by_pages)


def passes(solved_by_pages):
    # A source of its own: the fixture's was made long before, and its patience has an end.
    world = World(solved_by_pages.endpoint, solved_by_pages.account)
    course = curriculum.load(curriculum.days())
    found = world.findings(Path(os.environ["XDG_STATE_HOME"]), remember=False)
    open_ = {name for name, one in found.items() if one.verdict != "passed"}
    # What happens in the learner's head (a quiz) no script can do, and nothing is cleaned up yet.
    later = {name for name, one in course.milestones.items() if one.lasts in {"local", "absence"}}
    assert open_ == later - CLEAN_ALREADY


@pytest.mark.parametrize(("day", "most"), [(1, 30), (2, 30), (3, 30), (4, 60), (5, 30), (6, 60), (7, 60)])
def test_a_day_is_checked_with_few_requests(solved_by_pages, day, most):
    world = World(solved_by_pages.endpoint, solved_by_pages.account)
    handed = {"answers": {}, "chart": chart.stored("an01")}
    assert world.run(day=day, **handed).report.requests <= most


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_what_a_page_promises_is_what_is_printed(printed, request, expected):
    section = expected.parent.name, expected.stem
    if section not in printed:
        printed = request.getfixturevalue("cleaned_by_pages").printed
    actual, promised = USER.sub(":root", printed[section].strip()), expected.read_text().strip()
    if section == ("day6", "show_tables"):
        actual = LATER.sub("", actual).replace("[\n]", "[]")
    if expected.stem in SHAPE_ONLY:
        actual, promised = shape(actual), shape(promised)
    assert BYTES.sub("#", actual) == BYTES.sub("#", promised)
    assert scanned(actual) == pytest.approx(scanned(promised), rel=0.01)


def scanned(text):
    return [int(number) for number in BYTES.findall(text)]


def shape(text):
    """A text without its numbers and strings: they belong to the moment, or to a random name."""
    return re.sub(r'"[^"]*"|[0-9.]+', "#", text)


def test_every_section_of_a_script_stands_on_a_page():
    pages = "".join(path.read_text() for path in (SHARED.parent / "vi").rglob("*.md"))
    for path in (SHARED / "cmd").rglob("*.sh"):
        inside = path.relative_to(SHARED).as_posix()
        for name in re.findall(r"\[start:(\w+)\]", path.read_text()):
            assert f'"{inside}:{name}"' in pages, f"{inside}:{name}"


@pytest.mark.parametrize("path", sorted((SHARED / "sql").rglob("*.sql")), ids=lambda path: path.stem)
def test_the_sql_for_the_console_is_what_the_script_runs(path):
    day = path.parent.name
    scripts = "".join(script.read_text() for script in (SHARED / "cmd" / day).glob("*.sh"))
    assert path.read_text().strip() in scripts or "ctas" in path.stem
