"""Two runs beside each other: who gains, who would lose; a mark never drops silently."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkday.gradebook import comparison
from checkday.gradebook.comparison import Change
from graded import broken, finding, learner, read, roster, row

AN, BINH, CHI = learner(1), learner(2), learner(3)
PASSED = finding("day1.stream")
FAILED = finding("day1.stream", "failed", code="missing")
BLOCKED = finding("day1.stream", "blocked", code="denied", cause="denied")


def compared(tmp_path, before, after, **given):
    told = comparison.write(tmp_path, roster(AN, BINH, CHI), iter(before), iter(after), **given)
    return told, read(tmp_path / comparison.FILE)


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        (FAILED, PASSED, ("0", "3", "3", "gain")),
        (PASSED, FAILED, ("3", "0", "3", "loss")),
        (PASSED, BLOCKED, ("3", "", "3", "loss")),
        (BLOCKED, PASSED, ("", "3", "3", "gain")),
        (FAILED, BLOCKED, ("0", "", "", "opened")),
        (BLOCKED, FAILED, ("", "0", "0", "decided")),
    ],
)
def test_each_change(tmp_path, before, after, shown):
    _, (one,) = compared(tmp_path, [row(AN, before)], [row(AN, after)])
    assert (one["before"], one["after"], one["counts"], one["effect"]) == shown
    assert (one["id"], one["milestone"], one["verdict"]) == ("an01", "day1.stream", after.verdict)


def test_a_loss_counts_only_if_it_is_accepted(tmp_path):
    _, (one,) = compared(tmp_path, [row(AN, PASSED)], [row(AN, FAILED)], accept=True)
    assert (one["counts"], one["effect"], one["code"]) == ("0", "loss", "missing")


def test_equal_runs_have_no_rows(tmp_path):
    told, rows = compared(tmp_path, [row(AN, FAILED), row(BINH)], [row(AN, FAILED), row(BINH)])
    assert (told.gain, told.lose, rows) == (0, 0, [])


def test_learners_are_counted_once(tmp_path):
    two = (finding("day1.bucket", "failed"), finding("day2.crawl", "failed"))
    told, rows = compared(tmp_path, [row(AN, *two), row(BINH)], [row(AN, FAILED), row(BINH, *two)])
    assert (told.gain, told.lose, len(rows)) == (1, 2, 5)


def test_a_learner_of_one_run_only_has_nothing_to_compare(tmp_path):
    told, rows = compared(tmp_path, [row(AN, PASSED), broken(CHI)], [row(BINH, FAILED), row(CHI, FAILED)])
    assert (told.gain, told.lose, rows) == (0, 0, [])


POINTS = st.none() | st.integers(0, 5)


@given(POINTS, POINTS)
def test_what_counts_is_never_lower_than_what_counted(before, after):
    one = Change("day1.stream", before, after, "passed")
    assert (one.counts(accept=False) or 0) >= (before or 0)
    assert one.counts(accept=True) == after
