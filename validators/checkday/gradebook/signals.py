"""What looks odd across a cohort: facts for a talk, from the reports alone. No signal ever changes a mark.

What must be compared across learners lies in a temporary database, so that memory does not grow with the
cohort.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import chain
from tempfile import gettempdir
from typing import Any, Self

from checkday.errors import Unwritable
from checkday.gradebook import odd
from checkday.model import Verdict
from checkday.names import PREFIX
from checkday.roster import Graded, Learner, Report

_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")
_NAME = re.compile(rf"\b{PREFIX}[-_]([a-z0-9]+(?:[-_][a-z0-9]+)*)")
_UNIQUE = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_OWN = {Verdict.PASSED, Verdict.FAILED, Verdict.PENDING}
"""The verdicts whose facts are of the learner's own account; others tell of faults."""

_LONGEST = 1000
"""Characters of one fact that are searched: enough for any name, and no work for the hostile."""


@dataclass(frozen=True, slots=True)
class Signal:
    """One odd thing; its words are `gradebook.signal.<name>.*`, with these facts."""

    name: str
    learner: str
    facts: Mapping[str, Any]


HandedIn = Callable[[str], Iterable[tuple[str, Any]]]
"""Learner -> (milestone, facts) of what this learner handed in."""


def nothing(_: str) -> Iterable[tuple[str, Any]]:
    """Nobody handed anything in."""
    return ()


class Signals:
    """Reads every report once (`gather`), then tells what is odd about a learner (`of`).

    `origin` is where a run was asked to look (`live` or `simulated`), `since` the first day of the course;
    without them nothing is said of either. `enrolled` is when a learner came later, by id. What was
    `handed_in` is compared with the rest.
    """

    def __init__(
        self,
        learners: Iterable[Learner],
        *,
        origin: str | None = None,
        since: date | None = None,
        enrolled: Mapping[str, date] | None = None,
        handed_in: HandedIn = nothing,
    ) -> None:
        self._ids = {one.id for one in learners}
        self._origin, self._since, self._enrolled = origin, since, enrolled or {}
        self._handed_in = handed_in
        self._db = sqlite3.connect("")  # on disk, private, and gone when it is closed
        self._db.executescript(odd.TABLES)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def gather(self, rows: Iterable[Graded]) -> Self:
        """Read the reports.

        Raises:
            Unwritable: the disk on which temporary files lie is full.

        """
        try:
            for row in rows:
                if row.report is not None:
                    self._db.executemany("insert or ignore into seen values (?, ?, ?, ?)", self._seen(row))
            self._db.executescript(odd.SHARED)
            if len(self._ids) > odd.CLASS:
                self._db.executescript(odd.CHANCE)
        except sqlite3.OperationalError as error:
            raise Unwritable("output.unwritable", path=gettempdir(), reason=str(error)) from error
        return self

    def of(self, row: Graded | None) -> list[Signal]:
        """What is odd about this learner."""
        if row is None or row.report is None:
            return []
        found = [*self._shared(row.learner.id), *self._foreign(row), *self._early(row)]
        if self._origin == "live" and row.report["origin"] != "live":
            found.append(Signal("simulated", row.learner.id, {"origin": row.report["origin"]}))
        return found

    def _shared(self, learner: str) -> Iterator[Signal]:
        for kind, subject, value, other, count in self._db.execute(odd.OF, {"learner": learner}):
            facts = {"milestone": subject, "value": value, "other": other, "count": count}
            yield Signal(f"same_{kind}", learner, facts)

    def _foreign(self, row: Graded) -> Iterator[Signal]:
        """Names that bear the id of another learner of this cohort."""
        told: set[str] = set()
        for milestone, text in self._facts(row):
            for found in _NAME.finditer(text):
                other = _owner(found[1].replace("_", "-"), row.learner.id, self._ids)
                if other and other not in told:
                    told.add(other)
                    facts = {"milestone": milestone, "value": found[0], "other": other}
                    yield Signal("other_suffix", row.learner.id, facts)

    def _early(self, row: Graded) -> Iterator[Signal]:
        """The oldest thing that was there before the learner could have made it."""
        since = self._enrolled.get(row.learner.id, self._since)
        if since is None:
            return
        times = ((_utc(text), milestone) for milestone, text in self._facts(row))
        early = min(((at, name) for at, name in times if at and at.date() < since), default=None)
        if early:
            facts = {"milestone": early[1], "value": _text(early[0]), "since": since.isoformat()}
            yield Signal("early", row.learner.id, facts)

    def _seen(self, row: Graded) -> Iterator[tuple[str, str, str, str]]:
        """What two learners cannot share: the account, the ids that AWS gives out, and seconds."""
        learner, account = row.learner.id, (row.report or {})["account"]
        if account:
            yield "account", "", str(account), learner
        for milestone, text in self._facts(row):
            if _UNIQUE.fullmatch(text):
                yield "thing", milestone, text, learner
            elif at := _utc(text):
                yield "time", milestone, _text(at), learner

    def _facts(self, row: Graded) -> Iterator[tuple[str, str]]:
        """Every piece of text that was seen of a learner's own work or handed in, with its milestone."""
        for milestone, facts in chain(_of_report(row.report or {}), self._handed_in(row.learner.id)):
            for text in _texts(facts):
                yield milestone, text[:_LONGEST]


def _of_report(report: Report) -> Iterator[tuple[str, Any]]:
    """Milestone and facts of every look at the learner's own work."""
    for finding in report.get("findings", ()):
        if finding["verdict"] in _OWN or finding["code"] == "other_learner_id":
            yield finding["id"], finding["facts"]


def _texts(value: Any) -> Iterator[str]:
    """All texts in a JSON value, without recursion: how deep it is, the learner may choose."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, Mapping):
            waiting.extend(one.values())
        elif isinstance(one, list | tuple):
            waiting.extend(one)


def _owner(name: str, own: str, ids: Collection[str]) -> str | None:
    """The other learner of the cohort whose names begin like this one: `an02-stream` -> `an02`."""
    if name == own or name.startswith(f"{own}-"):
        return None
    parts = name.split("-")
    heads = ("-".join(parts[:end]) for end in range(len(parts), 0, -1))
    return next((head for head in heads if head in ids), None)


def _utc(text: str) -> datetime | None:
    """The moment, if the text is one to the second; without a zone it is taken as UTC."""
    if not _TIME.fullmatch(text):
        return None
    try:
        at = datetime.fromisoformat(text)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError):
        return None


def _text(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
