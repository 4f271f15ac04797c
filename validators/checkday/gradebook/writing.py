"""Writes the three tables of a run, one learner at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

from checkday import curriculum
from checkday.gradebook import tables
from checkday.gradebook.cells import Cell, table
from checkday.gradebook.marks import Marking, in_order
from checkday.gradebook.signals import Signal
from checkday.model import Course
from checkday.roster import Graded, Roster
from checkday.words import Words

Rows = Callable[[], Iterator[Graded]]
"""What is known of each learner, in the order of the roster; asked as often as needed."""


def write(
    folder: Path,
    course: Course,
    roster: Roster,
    rows: Rows,
    *,
    marking: Marking,
    lang: str,
    signals: Callable[[Graded | None], Iterable[Signal]] = lambda _: (),
    refused: Iterable[Iterable[Cell]] = (),
    site: str | None = None,
    bom: bool = False,
) -> None:
    """Write `gradebook.csv`, `findings.csv` and `exceptions.csv` into the folder, each at once or not at all.

    `marking` is how the run is marked, `signals` tells what is odd about a learner, `refused` are rows of the
    exceptions about what was handed in and does not count. `bom` marks the files as UTF-8 for Excel.

    Raises:
        Unwritable: the disk is full, or the place is not ours to write.

    """
    words, site = Words(lang), site or curriculum.site()
    with ExitStack() as files:
        book = files.enter_context(table(folder / "gradebook.csv", _header(marking), bom=bom))
        findings = files.enter_context(table(folder / "findings.csv", tables.FINDINGS, bom=bom))
        exceptions = files.enter_context(table(folder / "exceptions.csv", tables.EXCEPTIONS, bom=bom))
        sentences = tables.Exceptions(words)
        for learner, row in in_order(roster.learners, rows()):
            marks = marking.of(learner, row)
            book(tables.gradebook_row(marks, words, excused=bool(marking.excuses)))
            for cells in tables.finding_rows(row, course, words, site):
                findings(cells)
            waivers_of = marking.excuses.waivers(learner.id)
            for cells in sentences.of(learner, row, waivers_of, signals(row)):
                exceptions(cells)
        for one in refused:
            exceptions(one)


def _header(marking: Marking) -> tuple[str, ...]:
    return (*tables.GRADEBOOK, *([tables.EXCUSED] if marking.excuses else []))
