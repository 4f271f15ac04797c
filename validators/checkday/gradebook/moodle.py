"""Files for Moodle's **Import > CSV file**, one a day, with the learners whose day is decided.

One file a day, because Moodle takes an empty cell for "no grade" and would blank what stands there; and only
learners with an address or id number, because one that Moodle does not know ends its whole import. Ids stand
as the school gave them: these are files for Moodle, not for a spreadsheet. Names are left out: nobody needs
them there.
"""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

from checkday.gradebook.cells import table
from checkday.gradebook.marks import Marking, in_order
from checkday.gradebook.writing import Rows
from checkday.model import Course, Verdict
from checkday.roster import Graded, Roster
from checkday.words import Words

NOTES = "moodle_notes.csv"
BY = {"email": "email", "idnumber": "lms_id"}
"""How Moodle finds a user -> what of a learner that is."""


@dataclass(slots=True)
class Sent:
    """What came of it: the files, how Moodle finds a user in them, and how many learners they leave out."""

    files: tuple[str, ...]
    by: str
    nameless: int = 0


def write(
    folder: Path, course: Course, roster: Roster, rows: Rows, marking: Marking, *, by: str | None, lang: str
) -> Sent:
    """Write `moodle-dayN.csv` for every day of the run, and `moodle_notes.csv` with whom they leave out.

    `by` is `email` or `idnumber`; None takes what more learners have. The feedback is in the learner's
    language, else in `lang`. An excused milestone is taken out by scaling the others to the whole day.

    Raises:
        Unwritable: the disk is full, or the place is not ours to write.

    """
    by = by or max(BY, key=lambda name: sum(bool(getattr(one, BY[name])) for one in roster.learners))
    known = Counter(getattr(one, BY[by]) for one in roster.learners)
    days = sorted({one.day for one in marking.milestones})
    sent = Sent(tuple(f"moodle-day{day}.csv" for day in days), by)
    with ExitStack() as files:
        notes = files.enter_context(table(folder / NOTES, ("id", "name", "what")))
        out = {
            day: files.enter_context(
                table(folder / name, (by, f"day{day}", f"day{day}_feedback"), exact=True)
            )
            for day, name in zip(days, sent.files, strict=True)
        }
        for learner, row in in_order(roster.learners, rows()):
            who = getattr(learner, BY[by])
            if not who or known[who] > 1:
                sent.nameless += 1
                notes((learner.id, learner.name, _words(lang)("gradebook.moodle.nameless", by=by)))
                continue
            for day, mark in marking.of(learner, row).days.items():
                if row is not None and mark.decided:
                    out[day]((who, mark.of(mark.full), feedback(row, day, course, lang)))
    return sent


def feedback(row: Graded, day: int, course: Course, lang: str) -> str:
    """What a learner reads beside the mark: our own words only, since Moodle shows it as HTML."""
    words = _words(row.learner.lang or lang)
    listed = [one for one in (row.report or {})["findings"] if one["day"] == day]
    done = sum(one["verdict"] == Verdict.PASSED for one in listed)
    said = [words("gradebook.moodle.done", done=done, total=len(listed))]
    todo = [_title(course, one["id"], words) for one in listed if one["verdict"] == Verdict.FAILED]
    if todo:
        said.append(words("gradebook.moodle.todo") + " " + "; ".join(todo))
    return " ".join(said)


def _title(course: Course, milestone: str, words: Words) -> str:
    return f"{escape(course.milestones[milestone].title[words.language])} ({milestone})"


@cache
def _words(lang: str) -> Words:
    return Words(lang)
