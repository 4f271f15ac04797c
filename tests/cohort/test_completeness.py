"""What the exit code of a run says: whether everybody was judged, and never how well."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from checkday.cli.completeness import of_run
from checkday.gradebook.marks import Marking
from checkday.gradebook.waivers import Excuses
from checkday.roster import Graded, State
from cohort_runs import learner

NOW = datetime(2026, 11, 25, tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def finding(verdict, name="bucket", cause=None):
    return {"id": f"day1.{name}", "verdict": verdict, "code": cause, "cause": cause}


def row(*findings, state=State.GOOD, number=1):
    return Graded(learner(number), state, NOW, {"findings": list(findings)} if findings else None)


def code(*rows, learners=None, excused=()):
    store = SimpleNamespace(rows=lambda: iter(rows), count=lambda: learners or len(rows))
    return of_run(store, Marking((), Excuses(frozenset(excused), ())))


@pytest.mark.parametrize(
    ("verdict", "expected"), [("passed", 0), ("failed", 0), ("pending", 3), ("blocked", 4), ("error", 5)]
)
def test_a_verdict_of_one_learner(verdict, expected):
    assert code(row(finding("passed")), row(finding(verdict), number=2)) == expected


@pytest.mark.parametrize(("verdict", "expected"), [("failed", 0), ("pending", 3)])
def test_what_is_skipped_counts_as_its_cause(verdict, expected):
    waits = finding("skipped", "stream", "day1.bucket")
    assert code(row(finding(verdict), waits)) == expected


def test_what_waits_for_a_day_that_was_not_asked_for_is_a_result():
    assert code(row(finding("skipped", "crawl", "day0.bucket"))) == 0


def test_the_worst_decides():
    assert code(row(finding("pending"), finding("blocked", "stream")), row(state=State.INTERNAL)) == 5
    assert code(row(finding("pending"), finding("blocked", "stream"))) == 4


def test_who_could_not_be_looked_at_today_is_open_whatever_was_seen_before():
    assert code(row(finding("passed"), state=State.UNREACHABLE)) == 4


def test_who_is_missing_from_the_store_was_not_looked_at():
    assert code(row(finding("passed")), learners=2) == 4


def test_what_is_excused_is_not_waited_for():
    open_cell = finding("blocked", "explain", "not_submitted")
    assert code(row(open_cell)) == 4
    assert code(row(open_cell), excused=["not_submitted"]) == 0
