"""Writes the three tables of a run, one learner at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path

from checkday import curriculum
from checkday.gradebook import tables
from checkday.gradebook.cells import Cell, table
from checkday.gradebook.marks import Marking, in_order, listed
from checkday.gradebook.signals import HandedIn, Signals, nothing
from checkday.gradebook.waivers import Excuses, Waiver
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
    lang: str,
    excused: Collection[str] = (),
    waivers: Collection[Waiver] = (),
    final: bool = False,
    site: str | None = None,
    bom: bool = False,
    origin: str | None = None,
    since: date | None = None,
    handed_in: HandedIn = nothing,
    refused: Iterable[Iterable[Cell]] = (),
) -> None:
    """Write `gradebook.csv`, `findings.csv` and `exceptions.csv` into the folder, each at once or not at all.

    `excused` are codes and causes that count for nobody, `final` closes what waits for a failed milestone,
    `bom` marks the files as UTF-8 for Excel, `origin`
    is where the run was to look (`live`, `simulated`) and `since` the first day of the course: what is odd
    against them is told in the exceptions, as are the rows of what was handed in and `refused`. What was
    `handed_in` is compared across learners.

    Raises:
        Unwritable: the disk is full, or the place is not ours to write.

    """
    words, site = Words(lang), site or curriculum.site()
    marking = Marking(listed(course, rows()), Excuses(excused, waivers), final)
    with (
        Signals(roster.learners, origin=origin, since=since, handed_in=handed_in) as signals,
        ExitStack() as files,
    ):
        signals.gather(rows())
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
            for cells in sentences.of(learner, row, waivers_of, signals.of(row)):
                exceptions(cells)
        for one in refused:
            exceptions(one)


def _header(marking: Marking) -> tuple[str, ...]:
    return (*tables.GRADEBOOK, *([tables.EXCUSED] if marking.excuses else []))
