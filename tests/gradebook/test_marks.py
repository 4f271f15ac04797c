"""Marks are sums that nothing can bend: not an excuse, not an open cell, not the order of the rows."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checkday.gradebook.marks import Marking, in_order
from checkday.gradebook.waivers import Excuses
from checkday.model import Verdict
from graded import AT, COURSE, finding, learner, report, row

AN, BINH, CHI = learner(1), learner(2), learner(3)
DAY1 = [one for one in COURSE.milestones.values() if one.day == 1]
CODES = st.sampled_from([None, "missing", "region_off", "denied"])
LOOKS = st.lists(st.tuples(st.sampled_from(list(Verdict)), CODES), min_size=len(DAY1), max_size=len(DAY1))


def looked(looks):
    """A report of Day 1 with these verdicts and codes."""
    pairs = zip(DAY1, looks, strict=True)
    return row(AN, *(finding(one.id, verdict, code=code) for one, (verdict, code) in pairs), days=[1])


def marked(graded, codes=()):
    return Marking(DAY1, Excuses(codes)).of(AN, graded).days[1]


@settings(deadline=None)
@given(LOOKS)
def test_the_sums_are_those_of_the_report(looks):
    graded = looked(looks)
    mark, totals = marked(graded), graded.report["totals"]
    assert (mark.earned, mark.possible) == (totals["points"], totals["max_points"])
    assert mark.open == len(DAY1) - totals["passed"] - totals["failed"]
    assert mark.decided == (mark.open == 0)


@settings(deadline=None)
@given(LOOKS, st.sets(CODES.filter(bool)))
def test_an_excuse_takes_no_point_and_gives_none(looks, codes):
    graded = looked(looks)
    plain, excused = marked(graded), marked(graded, codes)
    assert excused.earned == plain.earned
    assert excused.earned <= excused.possible <= plain.possible == plain.full == excused.full
    assert excused.open <= plain.open
    if excused.decided:
        assert excused.of(100) >= 100 * plain.earned / plain.possible - 0.01


@pytest.mark.parametrize(
    ("cause", "codes", "still_open"),
    [
        (finding("day1.stream", "failed", code="missing"), (), 0),
        (finding("day1.stream", "failed", code="missing"), ("missing",), 1),
        (finding("day1.stream", "pending", code="creating"), (), 2),
        (finding("day1.stream", "blocked", code="denied"), (), 2),
    ],
)
def test_in_the_last_run_what_waits_for_a_failed_milestone_is_lost(cause, codes, still_open):
    waits = finding("day1.stream_target", "skipped", cause="day1.stream")
    graded = row(AN, cause, waits, days=[1])
    last = Marking(DAY1, Excuses(codes), final=True).of(AN, graded).days[1]
    assert last.open == still_open
    assert Marking(DAY1, Excuses(codes)).of(AN, graded).days[1].open == still_open + (still_open == 0)


def test_a_day_is_excused_only_if_nothing_of_it_is_left():
    off = [(Verdict.BLOCKED, "region_off")] * len(DAY1)
    assert marked(looked(off), ["region_off"]).excused
    assert not marked(looked([*off[1:], (Verdict.PASSED, None)]), ["region_off"]).excused


@pytest.mark.parametrize("there", [(), (AN,), (BINH,), (CHI,), (AN, CHI), (AN, BINH, CHI)])
def test_everybody_of_the_roster_has_a_place_in_its_order(there):
    rows = [row(one) for one in there]
    found = list(in_order([AN, BINH, CHI], iter(rows)))
    assert [who.id for who, _ in found] == ["an01", "an02", "an03"]
    assert [graded.learner for _, graded in found if graded] == list(there)


def test_the_reports_are_the_engines_own():
    assert (report(AN)["schema"], report(AN)["started"]) == ("checkday.report/1", AT)
