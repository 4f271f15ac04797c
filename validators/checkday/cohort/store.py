"""A run's memory: SQLite with one writer. What was acknowledged survives kill -9 and a power cut."""

from __future__ import annotations

import fcntl
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple, Self

from checkday.cohort import tables
from checkday.cohort.look import Looked, unpack
from checkday.engine import Entry
from checkday.errors import BadSetting, Unwritable
from checkday.roster import Graded, Learner, Roster, State

FILE = "run.sqlite"
SCHEMA = "checkday.run/1"


class Identity(NamedTuple):
    """What makes a run this run: with another of these, its folder is another run's."""

    roster: str
    days: tuple[int, ...]
    sandbox: bool


class Row(NamedTuple):
    """What came of one learner, ready to be kept; `file` is that of the snapshot, if there is one."""

    looked: Looked
    file: str | None = None
    judged: bool = True
    latest: bytes | None = None
    """The judgement as it came, where what counts is another one."""
    anew: bool = False
    """Whether all that was ever proven was proven again."""


class Store:
    """One run. Use it in one thread; `rows` may be read in others and at the same time."""

    def __init__(self, folder: Path, lock: int) -> None:
        self.folder, self._lock = folder, lock
        self._db = _connect(folder / FILE)
        with _told(folder):
            self._db.executescript(tables.MAKE)

    @classmethod
    def begin(
        cls, folder: Path, roster: Roster, identity: Identity, *, course_version: str, tool: str
    ) -> Self:
        """The run in this folder: a new one, or the same one that goes on.

        Raises:
            BadSetting: the folder holds another run, or another command is at work in it.
            Unwritable: the folder cannot be written.

        """
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise Unwritable("grade.unwritable", path=str(folder), reason=error.strerror or "") from error
        store = cls(folder, _alone(folder))
        wanted = {
            "schema": SCHEMA,
            "roster": identity.roster,
            "days": json.dumps(identity.days),
            "sandbox": str(identity.sandbox),
            "course_version": course_version,
        }
        if not store.meta:
            store._fill(roster, wanted | {"cohort": roster.cohort, "tool_version": tool, "turn": "1"})
        store._check(wanted)
        return store

    @classmethod
    def open(cls, folder: Path) -> Self:
        """The run that is in this folder.

        Raises:
            BadSetting: there is none, or another command is at work in it.

        """
        if not (folder / FILE).is_file():
            raise BadSetting("grade.no_run", path=str(folder))
        store = cls(folder, _alone(folder))
        if store.meta.get("schema") != SCHEMA:
            raise BadSetting("grade.damaged", path=str(folder / FILE), reason="schema")
        return store

    def close(self) -> None:
        """Give the folder back."""
        self._db.close()
        os.close(self._lock)

    @property
    def meta(self) -> dict[str, str]:
        """What the run as a whole is."""
        return dict(self._db.execute("select key, value from meta"))

    def note(self, **meta: str) -> None:
        """Keep something of the run as a whole."""
        with self._writing():
            self._db.executemany("insert or replace into meta values (?, ?)", meta.items())

    @property
    def turn(self) -> int:
        """How many times everybody has been looked at, this time included."""
        return int(self.meta["turn"])

    def roster(self) -> Roster:
        """The cohort as it was when the run began."""
        bodies = self._db.execute("select body from learner order by position")
        learners = tuple(Learner(**json.loads(body)) for (body,) in bodies)
        meta = self.meta
        return Roster(meta["cohort"], learners, digest=meta["roster"])

    def count(self) -> int:
        """How many learners the cohort has."""
        return int(self._db.execute("select count(*) from learner").fetchone()[0])

    def missing(self, *, judged: bool) -> int:
        """How many of them are still to be looked at."""
        return len(self._missing(judged=judged))

    def todo(self, *, judged: bool) -> Iterator[Learner]:
        """Whom to look at, in the order of the roster; of the list as it was when this began."""
        for position in self._missing(judged=judged):
            found = self._db.execute("select body from learner where position = ?", (position,)).fetchone()
            yield Learner(**json.loads(found[0]))

    def _missing(self, *, judged: bool) -> list[int]:
        given = {"turn": self.turn, "judged": judged}
        return [position for (position,) in self._db.execute(tables.MISSING, given)]

    def earlier(self, learner: str) -> dict[str, Entry]:
        """What was proven of a learner in this run before, by milestone."""
        rows = self._db.execute("select milestone, evidence, at from proof where id = ?", (learner,))
        return {milestone: Entry(json.loads(evidence), at) for milestone, evidence, at in rows}

    def snapshots(self, learner: str) -> list[str]:
        """The files of a learner's snapshots, oldest first, relative to the folder."""
        rows = self._db.execute("select file from snapshot where id = ? order by taken", (learner,))
        return [file for (file,) in rows]

    def before(self, learner: str) -> dict[str, Any] | None:
        """The report of a learner that counted when this turn began."""
        found = self._db.execute("select before from graded where id = ?", (learner,)).fetchone()
        return unpack(found[0]) if found and found[0] else None

    def last(self, learner: str) -> tuple[State, str | None, dict[str, Any]] | None:
        """How the last look at a learner ended, its cause and facts; None if there was none."""
        query = "select state, cause, facts from graded where id = ?"
        found = self._db.execute(query, (learner,)).fetchone()
        return (State(found[0]), found[1], json.loads(found[2])) if found else None

    def remember(self, **meta: str) -> None:
        """What counts now is what later judgements are compared with; keep something of the run as well."""
        with self._writing():
            self._db.execute(tables.REMEMBER)
            self._db.executemany("insert or replace into meta values (?, ?)", meta.items())

    def look_again(self, learners: Iterable[str]) -> None:
        """What these handed in is new: they are still to be looked at, and their marks may not drop by it."""
        with self._writing():
            self._db.executemany(tables.AGAIN, [(one,) for one in learners])

    def add(self, rows: Iterable[Row]) -> None:
        """Keep these; when this returns they are on the disk.

        Raises:
            Unwritable: the disk is full, or gone.

        """
        turn = self.turn
        with self._writing():
            for row in rows:
                self._add(row, turn)

    def _add(self, row: Row, turn: int) -> None:
        one = row.looked
        facts = json.dumps(dict(one.facts), ensure_ascii=False)
        values = (one.id, turn, row.judged, one.state.value, one.at, one.report, one.cause, facts, row.file)
        self._db.execute(tables.UPSERT, (*values, one.seconds, one.requests, row.latest or one.report))
        if row.file is not None:
            self._db.execute("insert or replace into snapshot values (?, ?, ?)", (one.id, one.at, row.file))
        if row.anew:
            self._db.execute("delete from proof where id = ?", (one.id,))
        self._db.executemany(
            "insert or ignore into proof values (?, ?, ?, ?)",
            [(one.id, name, one.at, json.dumps(evidence)) for name, evidence in one.proven.items()],
        )

    def rows(self, which: str = "report") -> Iterator[Graded]:
        """What is known of each learner, in the order of the roster, one at a time.

        `which` report: that which counts, the one `before`, or the `latest` as it was judged.
        """
        with closing(_connect(self.folder / FILE)) as reading:
            for body, state, at, *reports, cause, facts, snapshot, seconds, requests in reading.execute(
                tables.ROWS
            ):
                report = dict(zip(("report", "before", "latest"), reports, strict=True))[which]
                yield Graded(
                    Learner(**json.loads(body)),
                    State(state),
                    at,
                    unpack(report) if report else None,
                    cause,
                    json.loads(facts),
                    snapshot,
                    seconds,
                    requests,
                )

    def _fill(self, roster: Roster, meta: Mapping[str, str]) -> None:
        learners = (
            (position, one.id, json.dumps(asdict(one), ensure_ascii=False))
            for position, one in enumerate(roster.learners)
        )
        with self._writing():
            self._db.executemany("insert into learner values (?, ?, ?)", learners)
            self._db.executemany("insert into meta values (?, ?)", meta.items())

    def _check(self, wanted: Mapping[str, str]) -> None:
        meta = self.meta
        for key, value in wanted.items():
            if meta.get(key) != value:
                raise BadSetting(
                    f"grade.other_{key}", path=str(self.folder), here=meta.get(key, "-"), wanted=value
                )

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with _told(self.folder):
            self._db.execute("begin immediate")
            try:
                yield
                self._db.execute("commit")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("rollback")
                raise


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        if str(error) in tables.FULL or "unable to open" in str(error):
            raise Unwritable("grade.unwritable", path=str(folder), reason=str(error)) from error
        raise BadSetting("grade.damaged", path=str(folder / FILE), reason=str(error)) from error


def _connect(path: Path) -> sqlite3.Connection:
    with _told(path.parent):
        return sqlite3.connect(path, isolation_level=None, timeout=60)


def _alone(folder: Path) -> int:
    """Hold the folder until the process ends, however it ends."""
    try:
        descriptor = os.open(folder / "run.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise Unwritable("grade.unwritable", path=str(folder), reason=error.strerror or "") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise BadSetting("grade.busy", path=str(folder)) from error
    return descriptor
