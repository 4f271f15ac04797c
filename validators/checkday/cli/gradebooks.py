"""The files that `grade` and `regrade` write for people, for Canvas and for Moodle."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from checkday import gradebook
from checkday.errors import BadSetting
from checkday.gradebook import canvas, comparison, moodle, waivers
from checkday.gradebook.cells import written
from checkday.gradebook.marks import Marking, listed
from checkday.gradebook.signals import Signals
from checkday.gradebook.waivers import Excuses, Waiver
from checkday.model import LANGUAGES, Course
from checkday.outputs import as_cohort
from checkday.roster import Roster, State
from checkday.words import Words

if TYPE_CHECKING:
    import argparse

    from checkday.cli.receiving import Inbox
    from checkday.cohort.store import Store

PAGE = "dashboard.html"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the arguments say about the files, read before anything is looked at."""

    excused: frozenset[str] = frozenset()
    waivers: tuple[Waiver, ...] = ()
    canvas: str | None = None
    moodle: str | None = None
    since: date | None = None
    bom: bool = False
    final: bool = False


def asked(given: argparse.Namespace, course: Course, roster: Roster, words: Words) -> Asked:
    """The arguments, if they can be used: nobody waits for a cohort to learn of a mistyped file.

    Raises:
        BadSetting: a code is unknown, a date is none, or a file is wrong.

    """
    if given.canvas:
        canvas.check(given.canvas)
    return Asked(
        excused=waivers.known_codes(given.excuse, course, words),
        waivers=tuple(waivers.read(given.waivers, course, roster)) if given.waivers else (),
        canvas=given.canvas,
        moodle=given.moodle,
        since=_date(given.since) if given.since else None,
        bom=given.bom,
        final=given.final,
    )


@dataclass(frozen=True, slots=True)
class Files:
    """The files of one run."""

    wanted: Asked
    store: Store
    course: Course
    roster: Roster
    words: Words
    inbox: Inbox

    def write(self, *, accept: bool = False) -> Marking:
        """Write them all into the run's folder, and return how the run was marked.

        Raises:
            BadSetting: the export of Canvas is no longer what it was.
            Unwritable: the folder cannot be written.

        """
        wanted, store, folder = self.wanted, self.store, self.store.folder
        before, latest = store.rows("before"), store.rows("latest")
        comparison.write(folder, self.roster, before, latest, accept=accept, bom=wanted.bom)
        excuses = Excuses(wanted.excused, wanted.waivers)
        marking = Marking(listed(self.course, store.rows()), excuses, wanted.final)
        self._of_everybody(marking)
        self.inbox.write(folder, self.roster, self.words, bom=wanted.bom)
        if wanted.canvas is not None:
            self._for_canvas(wanted.canvas, marking)
        if wanted.moodle is not None:
            self._for_moodle(wanted.moodle, marking)
        return marking

    def _of_everybody(self, marking: Marking) -> None:
        """The tables and the page. What is odd is looked for once, as it takes a pass over all reports."""
        wanted, store = self.wanted, self.store
        origin = "simulated" if store.meta["sandbox"] == "True" else "live"
        learners, handed_in = self.roster.learners, self.inbox.facts
        with Signals(learners, origin=origin, since=wanted.since, handed_in=handed_in) as signals:
            signals.gather(store.rows())
            gradebook.write(
                store.folder,
                self.course,
                self.roster,
                store.rows,
                marking=marking,
                lang=self.words.language,
                signals=signals.of,
                refused=self.inbox.refused(self.roster, self.words),
                bom=wanted.bom,
            )
            self._page(marking, signals)

    def _page(self, marking: Marking, signals: Signals) -> None:
        """The page for whoever wants to see the whole cohort; it opens in the language of the command."""
        others = [Words(one) for one in LANGUAGES if one != self.words.language]
        with written(self.store.folder / PAGE) as write:
            for piece in as_cohort.render(
                self.course,
                self.roster,
                self.store.rows,
                marking=marking,
                spoken=(self.words, *others),
                signals=signals.of,
            ):
                write(piece)

    def _for_canvas(self, export: str, marking: Marking) -> None:
        store, words = self.store, self.words
        done = canvas.fill(export, store.folder, self.roster, store.rows, marking, lang=words.language)
        counts = {
            "matched": done.matched,
            "unknown": done.unknown,
            "missing": done.missing,
            "kept": done.kept,
        }
        file, notes = store.folder / canvas.FILE, store.folder / canvas.NOTES
        print(words("gradebook.canvas.done", file=file, notes=notes, **counts))

    def _for_moodle(self, way: str, marking: Marking) -> None:
        store, words = self.store, self.words
        by = None if way == "auto" else way
        sent = moodle.write(
            store.folder, self.course, self.roster, store.rows, marking, by=by, lang=words.language
        )
        path = store.folder / "moodle-dayN.csv"
        print(words("gradebook.moodle.written", path=path, by=sent.by, nameless=sent.nameless))


def counted(store: Store, marking: Marking) -> tuple[int, int]:
    """How many accounts were looked at, and how many learners have open cells that nothing excuses."""
    good = still_open = 0
    for row in store.rows():
        good += row.state is State.GOOD
        still_open += marking.of(row.learner, row).total("open") > 0
    return good, still_open


def _date(value: str) -> date:
    try:
        return datetime.strptime(value, "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError as error:
        raise BadSetting("gradebook.bad_since", value=value) from error
