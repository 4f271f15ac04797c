"""Runs the checks of a selection, all at once: what each says before its needs are asked.

Reads are remembered and harmless, so a learner waits for three round trips instead of six.
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import ParamSpec, TypeVar

from checkday.account import Look
from checkday.engine.proofs import Proofs
from checkday.lab import Lab
from checkday.model import Blocked, Course, Evidence, Milestone, NotYet

_THREADS = 16
_DEADLINE = 75.0
"""Seconds; more than the account's own deadline, so that it only speaks when a check hangs."""

P = ParamSpec("P")
T = TypeVar("T")

Check = Callable[[Lab], Evidence]
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a check said before its needs were asked: evidence, or the exception that ended it."""

    evidence: Evidence
    error: BaseException | None
    looks: Collection[Look]
    seconds: float

    def absent(self, milestone: Milestone) -> bool:
        """Whether the look succeeded and found that the thing is not there, rather than wrong."""
        code = milestone.codes.get(self.error.code) if isinstance(self.error, NotYet) else None
        return code is not None and code.absent


@dataclass(slots=True)
class Known(Mapping[str, Evidence]):
    """Evidence of other milestones, of today or of an older proof; reading one waits for its check."""

    course: Course
    proofs: Proofs
    running: dict[str, Future[Evidence]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Evidence:
        error = self.running[name].exception()
        if error is None:
            return self.running[name].result()
        milestone = self.course.milestones[name]
        absent = Seen({}, error, (), 0.0).absent(milestone)
        older = self.proofs.find(milestone, absent=absent) if isinstance(error, NotYet) else None
        if older is None:
            raise KeyError(name)
        return older.evidence

    def __iter__(self) -> Iterator[str]:
        return iter(self.running)

    def __len__(self) -> int:
        return len(self.running)


def look_at_all(
    order: Sequence[Milestone],
    labs: Mapping[str, Lab],
    known: Known,
    progress: Progress,
    pool: Executor | None = None,
) -> dict[str, Seen]:
    """What every check says. Then the traces of all that is gone are asked, at once as well."""
    # Submitted in an order in which needs come first, so a check that waits for another's evidence
    # waits for one that has already been started: the pool cannot lock itself up.
    pool = pool or ThreadPoolExecutor(_THREADS, thread_name_prefix="check")
    until = time.monotonic() + _DEADLINE
    try:
        for milestone in order:
            known.running[milestone.id] = pool.submit(_look, milestone, labs[milestone.id])
        seen = {}
        for done, (name, lab) in enumerate(labs.items()):
            progress(name, done, len(order))
            seen[name] = _seen(known.running[name], lab, until)
        list(pool.map(known.proofs.trace, [one for one in order if _asks_for_trace(one, seen[one.id])]))
        return seen
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


class OneByOne(Executor):
    """Runs each check at once, in the thread that asks: who looks at many accounts has threads enough."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """The result of the call, already there."""
        done: Future[T] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - kept for whoever asks the future, as every pool does
            done.set_exception(error)
        return done


def check_of(milestone: Milestone) -> Check:
    """The function that stands at the milestone's address, for example `checks.day1.bucket`."""
    module = importlib.import_module(f"checkday.checks.day{milestone.day}")
    check: Check = getattr(module, milestone.name)
    return check


def _asks_for_trace(milestone: Milestone, seen: Seen) -> bool:
    return milestone.lasts == "event" and seen.absent(milestone)


def _look(milestone: Milestone, lab: Lab) -> Evidence:
    started = time.perf_counter()
    try:
        return check_of(milestone)(lab)
    finally:
        lab.seconds = time.perf_counter() - started


def _seen(running: Future[Evidence], lab: Lab, until: float) -> Seen:
    try:
        error = running.exception(max(0.0, until - time.monotonic()))
    except TimeoutError:
        return Seen({}, Blocked("timeout", endpoint="AWS", call="-"), (), _DEADLINE)
    return Seen({} if error else running.result(), error, lab.looks, round(lab.seconds, 3))
