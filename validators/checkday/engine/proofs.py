"""Older proofs: what shows that a thing was once there and right, though today's look no longer does.

The order is that of design section 5: the instructor's earlier snapshot, a trace of AWS that the learner
cannot rewrite, the learner's own Record.
"""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from checkday.account import Look
from checkday.lab import Lab
from checkday.model import Evidence, Milestone, Proof

Trace = Callable[[Lab], Evidence | None]

_CLOCKS = timedelta(minutes=5)
"""How far the learner's clock may be from AWS's."""


class Entry(NamedTuple):
    """A proof that somebody kept: what was seen, and when, as ISO 8601."""

    evidence: Evidence
    at: str


Keeper = Callable[[str], Entry | None]
"""Milestone id -> the proof that is kept of it, or None."""


class Older(NamedTuple):
    """One older proof. `anchored`: it is the learner's own word, and a trace of AWS agrees with it."""

    proof: Proof
    evidence: Evidence
    anchored: bool | None = None


@dataclass(frozen=True, slots=True)
class Traced:
    """What a trace came to: evidence, None for "it never was", or the exception that ended it."""

    evidence: Evidence | None = None
    error: Exception | None = None
    looks: frozenset[Look] = frozenset()


class Proofs:
    """Asks the sources in their order, and each trace once, from whichever thread."""

    def __init__(self, labs: Callable[[], Lab], snapshot: Keeper, record: Keeper) -> None:
        self._labs, self._snapshot, self._record = labs, snapshot, record
        self._traces: dict[str, Future[Traced]] = {}
        self._lock = threading.Lock()

    def find(self, milestone: Milestone, *, absent: bool) -> Older | None:
        """The first source that shows this very fact; a trace is only asked where the thing is absent."""
        if milestone.lasts not in {"event", "absence"}:
            return None
        if seen := self._snapshot(milestone.id):
            return Older(Proof.SNAPSHOT, seen.evidence)
        traced = self.trace(milestone) if absent else None
        if traced and traced.evidence is not None and milestone.proof == "full":
            return Older(Proof.TRACE, traced.evidence)
        kept = self._record(milestone.id)
        return Older(Proof.RECORD, kept.evidence, _agree(kept, traced)) if kept else None

    def trace(self, milestone: Milestone) -> Traced | None:
        """What the milestone's trace comes to; None if it has none."""
        ask = trace_of(milestone)
        if ask is None:
            return None
        with self._lock:
            mine = milestone.id not in self._traces
            future = self._traces.setdefault(milestone.id, Future())
        if mine:
            future.set_result(_traced(ask, self._labs()))
        return future.result()


def trace_of(milestone: Milestone) -> Trace | None:
    """The function beside the milestone's check, for example `checks.day1.bucket_trace`."""
    module = importlib.import_module(f"checkday.checks.day{milestone.day}")
    found: Trace | None = getattr(module, f"{milestone.name}_trace", None)
    return found


def nothing(_: str) -> Entry | None:
    """Keeps no proof of anything."""
    return None


def _traced(trace: Trace, lab: Lab) -> Traced:
    try:
        evidence = trace(lab)
    except Exception as error:  # noqa: BLE001 - not around AWS, whose faults are outcomes: judged by its kind
        return Traced(error=error, looks=frozenset(lab.looks))
    return Traced(evidence, looks=frozenset(lab.looks))


def _agree(kept: Entry, traced: Traced | None) -> bool:
    """The same things by name, and proven no earlier than AWS saw them made."""
    if traced is None or traced.evidence is None:
        return False
    shared = kept.evidence.keys() & traced.evidence.keys()
    same = all(kept.evidence[key] == traced.evidence[key] for key in shared)
    made = datetime.fromisoformat(str(traced.evidence["at"]))
    return same and made <= datetime.fromisoformat(kept.at) + _CLOCKS
