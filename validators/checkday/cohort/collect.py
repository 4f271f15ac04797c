"""Coordinates a run: hands out accounts, keeps what comes back, goes on whatever happens to one of them."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Future, wait
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice

from checkday.cohort import marks, recording
from checkday.cohort.look import Looked, Plan, Task, look, lost, pack, unpack
from checkday.cohort.processes import Pool
from checkday.cohort.store import Row, Store
from checkday.engine import Claims
from checkday.errors import CheckdayError, Unwritable
from checkday.roster import State

_LIVES = 3
"""How often a chunk is tried whose worker was lost: it may be what kills them."""

_BLINK = 2.0
"""Seconds after which a silent crew is asked whether it is still there."""


@dataclass(slots=True)
class Tally:
    """How far a run is; `failed` counts accounts by the cause for which they could not be looked at."""

    total: int
    done: int = 0
    good: int = 0
    requests: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    broken: Counter[str] = field(default_factory=Counter)
    """Our own errors, by what went wrong."""
    gains: int = 0
    losses: int = 0
    """Learners who have more points than before in some milestone, and who have fewer."""
    kept: int = 0
    """Marks that would have dropped, and were kept."""
    began: float = field(default_factory=time.monotonic)

    def rate(self) -> float:
        """Accounts a second."""
        return self.done / max(time.monotonic() - self.began, 1e-9)

    def left(self) -> float | None:
        """Seconds until the end, if all goes on like this; None before anything is known."""
        return (self.total - self.done) / self.rate() if self.done else None

    def add(self, looked: Looked) -> None:
        """Count one account."""
        self.done += 1
        self.requests += looked.requests
        if looked.state is State.GOOD:
            self.good += 1
        elif looked.state is State.INTERNAL:
            self.broken[str(looked.facts.get("detail", looked.cause))] += 1
        else:
            self.failed[looked.cause or "-"] += 1


class Stopped(CheckdayError):
    """The run cannot go on for now; all that was done is kept, and the same command goes on from there."""


Tell = Callable[[Tally], None]
Chunk = tuple[Task, ...]
Claiming = Callable[[str], Claims | None]
Work = Callable[[Chunk], list[Looked]]


def nothing(_: str) -> Claims | None:
    """Of nobody is anything handed in."""
    return None


def collect(
    store: Store, pool: Pool, plan: Plan, *, chunk: int, window: int, tell: Tell, claims: Claiming = nothing
) -> Tally:
    """Look at everybody who is still to be looked at; at most `window` chunks are on their way at once.

    `claims` is what a learner handed in.

    Raises:
        Stopped: the instructor's credentials are no good any more.
        Unwritable: the disk is full.
        CheckdayError: a worker has another version, or something tried to write to an account.

    """
    learners = store.todo(judged=plan.judge)
    tasks = (Task(one, store.earlier(one.id), claims=claims(one.id)) for one in learners)
    return Coordinator(store, pool, partial(look, plan), plan, tell).through(tasks, chunk, window)


class Coordinator:
    """Has `work` done on chunks of tasks, and keeps what comes of them: it alone writes to the store."""

    def __init__(self, store: Store, pool: Pool, work: Work, plan: Plan, tell: Tell) -> None:
        self._store, self._pool, self._work, self._plan, self._tell = store, pool, work, plan, tell
        self._flying: dict[Future[list[Looked]], tuple[Chunk, int]] = {}
        self._stop: Looked | None = None
        self.tally = Tally(store.missing(judged=plan.judge))
        try:
            os.makedirs(store.folder / recording.FOLDER, mode=0o700, exist_ok=True)
        except OSError as error:
            raise _unwritable(str(store.folder), error) from error

    def through(self, tasks: Iterator[Task], chunk: int, window: int) -> Tally:
        """All of them, at most `window` chunks on their way at once."""
        chunks = iter(lambda: tuple(islice(tasks, chunk)), ())
        while True:
            while len(self._flying) < window and self._stop is None and (given := next(chunks, ())):
                self._send(given, 1)
            if not self._flying:
                break
            ended, _ = wait(self._flying, timeout=_BLINK, return_when=FIRST_COMPLETED)
            if not ended and not self._pool.reachable():
                raise self._nobody("scheduler")
            self._take(list(ended))
            self._tell(self.tally)
        if self._stop is not None:
            raise Stopped("grade.stopped", cause=self._stop.cause, left=self.tally.total - self.tally.done)
        return self.tally

    def _send(self, given: Chunk, life: int) -> None:
        try:
            self._flying[self._pool.submit(self._work, given)] = given, life
        except Exception as error:
            if not _is_loss(error):
                raise
            raise self._nobody(type(error).__name__) from error

    def _nobody(self, detail: str) -> Stopped:
        return Stopped("grade.no_workers", detail=detail, left=self.tally.total - self.tally.done)

    def _take(self, ended: Sequence[Future[list[Looked]]]) -> None:
        found: list[Looked] = []
        for future in ended:
            given, life = self._flying.pop(future)
            found += self._results(future, given, life)
        rows = [self._row(one) for one in found if not one.stop]
        self._store.add(rows)
        for row in rows:
            self.tally.add(row.looked)

    def _results(self, future: Future[list[Looked]], given: Chunk, life: int) -> list[Looked]:
        try:
            found = future.result()
        except Exception as error:
            if not _is_loss(error):
                raise
            if life < _LIVES:
                for one in given:  # apart, so that only the one that kills its worker is lost
                    self._send((one,), life + 1)
                return []
            return [lost(one.learner, "worker_lost", {"detail": type(error).__name__}) for one in given]
        self._stop = next((one for one in found if one.stop), self._stop)
        return found

    def _row(self, one: Looked) -> Row:
        if self._plan.offline:
            return Row(self._kept(self._as_it_was(one)), None, latest=one.report, anew=True)
        file = None
        if one.snapshot is not None:
            file = recording.file_of(one.id, one.at)
            try:
                recording.keep(self._store.folder / file, one.snapshot)
            except OSError as error:
                raise _unwritable(str(self._store.folder / file), error) from error
        return Row(self._kept(one), file, self._plan.judge, one.report)

    def _as_it_was(self, one: Looked) -> Looked:
        """A snapshot of last week does not make an account reachable that was not today."""
        last = self._store.last(one.id)
        if last is None or last[0] is not State.UNREACHABLE:
            return one
        return replace(one, state=last[0], cause=last[1], facts=last[2])

    def _kept(self, one: Looked) -> Looked:
        """The same with the marks that it may not lower."""
        before = self._store.before(one.id)
        if one.report is None or before is None:
            return one
        report, changes = marks.compared(before, unpack(one.report), accept=self._plan.accept)
        self.tally.gains += any(change.higher for change in changes)
        self.tally.losses += any(change.lower for change in changes)
        kept = [change.milestone for change in changes if change.kept]
        self.tally.kept += len(kept)
        return replace(one, report=pack(report), facts={**one.facts, "kept": kept} if kept else one.facts)


def _is_loss(error: Exception) -> bool:
    """Whether the work was lost on its way, rather than done and failed; dask has its own names for it."""
    return isinstance(error, (BrokenExecutor, CancelledError)) or type(error).__module__.startswith(
        "distributed"
    )


def _unwritable(path: str, error: OSError) -> Unwritable:
    return Unwritable("grade.unwritable", path=path, reason=error.strerror or "")
