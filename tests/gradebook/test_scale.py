"""Ten times the learners take no more memory, and nobody is lost on the way."""

import functools
import tracemalloc

from checkday.gradebook import comparison
from checkday.roster import Graded, State
from graded import AT, finding, learner, roster, row, write_book

FEW, MANY = 1000, 10_000


def people(count):
    return roster(*(learner(number, id=f"an{number}") for number in range(1, count + 1)))


def peak(cohort, work):
    """The most memory that the work takes beside the cohort itself, in bytes."""
    model = row(learner(1), finding("day1.stream", "failed", code="missing"), days=[1]).report

    def rows():
        for one in cohort.learners:
            yield Graded(one, State.GOOD, AT, {**model, "account": one.account, "learner": one.id})

    tracemalloc.start()
    try:
        work(rows)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def grown(work):
    few, many = (peak(cohort, functools.partial(work, cohort)) for cohort in (people(FEW), people(MANY)))
    return many / few


def test_the_three_tables(tmp_path):
    def work(cohort, rows):
        write_book(tmp_path, cohort, rows, lang="en")

    assert grown(work) < 2
    assert (tmp_path / "gradebook.csv").read_text(encoding="utf-8").count("\n") == MANY + 1
    assert (tmp_path / "findings.csv").read_text(encoding="utf-8").count("\n") == MANY * 8 + 1


def test_the_comparison(tmp_path):
    assert grown(lambda cohort, rows: comparison.write(tmp_path, cohort, rows(), rows())) < 1.5
