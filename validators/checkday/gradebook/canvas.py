"""Fills the gradebook that an instructor exported from Canvas, so that Canvas takes it back.

Only decided cells of the days' assignments change; every other byte stays as Canvas wrote it, so an id that
begins with `-` or has leading zeros comes back as it was. It is a file for Canvas, not for a spreadsheet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from checkday.gradebook.cells import Add, number, table, written
from checkday.gradebook.marks import Mark, Marking, in_order
from checkday.gradebook.people import People
from checkday.gradebook.records import Foreign, Record, opened
from checkday.gradebook.sheet import Sheet, points_of
from checkday.gradebook.writing import Rows
from checkday.roster import Learner, Roster
from checkday.words import Words

FILE = "canvas.csv"
NOTES = "canvas_notes.csv"

_HEADER = ("ID", "Section")
_EXCUSED = "EX"
_NOT_ASSIGNED = "n/a"
_WHO = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
"""Of a line in the notes; a learner without a line stands there with name, LMS id, id, e-mail and section."""


@dataclass(slots=True)
class Filled:
    """What came of it: lines that found their learner, lines and learners that did not, marks that stayed."""

    matched: int = 0
    unknown: int = 0
    missing: int = 0
    kept: int = 0


def check(export: str) -> None:
    """Do nothing, if this is an export that can be filled.

    Raises:
        BadSetting: it cannot be read, or is none, or its assignments do not tell their day.

    """
    Sheet.of(opened(export, header=_HEADER))


def fill(export: str, folder: Path, roster: Roster, rows: Rows, marking: Marking, *, lang: str) -> Filled:
    """Write `canvas.csv`, and `canvas_notes.csv` with whoever is in one list only and the marks that stayed.

    Where the assignment is worth other points than the day, the mark is scaled to it. A higher mark that
    Canvas has already, and an `EX`, stay: a mark never drops silently.

    Raises:
        BadSetting: the export cannot be read, or is none, or its assignments do not tell their day.
        Unwritable: the disk is full, or the place is not ours to write.

    """
    file = opened(export, header=_HEADER)
    sheet = Sheet.of(file)
    places = _places(file, sheet, roster)
    marks = _marks(roster, rows, marking, set(places.values()))
    header = ("kind", *_WHO, "what")
    with written(folder / FILE, encoding=file.encoding) as write, table(folder / NOTES, header) as note:
        filling = _Filling(sheet, Words(lang), note)
        write(file.mark.decode(file.encoding))
        for record in file.records():
            place = places.get(record.line)
            if place is not None:
                write(record.filled(filling.changes(record, marks[place])))
                continue
            write(record.filled({}))
            if sheet.is_student(record):
                filling.unknown(record)
        for place, learner in enumerate(roster.learners):
            if place not in marks:
                filling.missing(learner)
    return filling.done


@dataclass(slots=True)
class _Filling:
    sheet: Sheet
    words: Words
    note: Add
    done: Filled = field(default_factory=Filled)

    def changes(self, record: Record, marks: Mapping[int, Mark]) -> dict[int, str]:
        """The cells of a student's line that are decided and not as they should be."""
        self.done.matched += 1
        changes = {}
        for day, column in self.sheet.days.items():
            wanted = _wanted(marks.get(day), self.sheet.worth[day])
            here = record.cell(column).strip()
            if wanted is None or here.casefold() in {_NOT_ASSIGNED, _EXCUSED.casefold()}:
                continue
            if wanted != _EXCUSED and (points_of(here) or 0) > float(wanted):
                self._keep(record, day, here, wanted)
            elif points_of(here) is None or wanted == _EXCUSED or points_of(here) != float(wanted):
                changes[column] = wanted
        return changes

    def _keep(self, record: Record, day: int, here: str, wanted: str) -> None:
        self.done.kept += 1
        what = self.words("gradebook.canvas.kept", day=day, here=here, wanted=wanted)
        self.note(("kept", *self._who(record), what))

    def unknown(self, record: Record) -> None:
        """A line that is nobody's of the roster: it stays in the file as it is."""
        self.done.unknown += 1
        self.note(("unknown", *self._who(record), self.words("gradebook.canvas.unknown")))

    def missing(self, learner: Learner) -> None:
        """A learner whose line was not found, or is not the only one."""
        self.done.missing += 1
        who = (learner.name, learner.lms_id, learner.id, learner.email, learner.section)
        self.note(("missing", *who, self.words("gradebook.canvas.missing")))

    def _who(self, record: Record) -> list[str]:
        columns = {"student": 0} | self.sheet.columns  # where the name is split, its first half
        places = (columns.get(one.casefold()) for one in _WHO)
        return ["" if place is None else record.cell(place) for place in places]


def _wanted(mark: Mark | None, worth: float) -> str | None:
    """What should stand in a cell; None leaves it alone."""
    if mark is None:
        return None
    if mark.excused:
        return _EXCUSED
    return number(mark.of(worth)) if mark.decided else None


def _places(file: Foreign, sheet: Sheet, roster: Roster) -> dict[int, int]:
    """Line -> the learner's place in the roster; a learner whom two lines claim has none."""
    people = People(roster.learners)
    found: dict[int, int] = {}
    claims: dict[int, int] = {}
    for record in _students(file, sheet):
        place = people.find({name: record.cell(column) for name, column in sheet.columns.items()})
        if place is not None:
            found[record.line] = place
            claims[place] = claims.get(place, 0) + 1
    return {line: place for line, place in found.items() if claims[place] == 1}


def _students(file: Foreign, sheet: Sheet) -> Iterator[Record]:
    return (record for record in file.records() if sheet.is_student(record))


def _marks(roster: Roster, rows: Rows, marking: Marking, places: set[int]) -> dict[int, Mapping[int, Mark]]:
    """The marks of the learners that are in the export: its size bounds the memory, not the cohort's."""
    return {
        place: marking.of(learner, row).days
        for place, (learner, row) in enumerate(in_order(roster.learners, rows()))
        if place in places
    }
