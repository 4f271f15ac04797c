"""Where one learner stands, by the same precedence as the exit codes: our error, failed, blocked, pending."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from checkday.model import Verdict
from checkday.roster import Graded, Learner, State

LISTS = ("done", "stuck", "waiting", "unchecked")
"""The lists of the page: every learner is in exactly one."""

_ORDER = (
    (Verdict.ERROR, "unchecked"),
    (Verdict.FAILED, "stuck"),
    (Verdict.BLOCKED, "unchecked"),
    (Verdict.PENDING, "waiting"),
    (Verdict.SKIPPED, "waiting"),
)


class Waived(Protocol):
    """A waiver: one learner is let off one milestone or one day."""

    @property
    def learner(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def until(self) -> date: ...
    @property
    def by(self) -> str: ...
    def covers(self, milestone: str) -> bool:
        """Whether it is about this milestone."""

    def holds(self, at: str) -> bool:
        """Whether it is in force for a look at this time."""


class Odd(Protocol):
    """Something odd about a learner; its words are `gradebook.signal.<name>.*`."""

    @property
    def name(self) -> str: ...
    @property
    def learner(self) -> str: ...
    @property
    def facts(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Standing:
    """The list a learner is in, and what put them there."""

    listed: str
    finding: Mapping[str, Any] | None = None
    """The first finding that decides; None where everything is done or nobody has looked."""
    cause: str | None = None
    """Why nothing could be looked at."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    excused: int = 0
    """Findings that are not passed and do not count."""


class Excuses:
    """What does not count for whom: it moves a learner from list to list and never changes a finding."""

    def __init__(self, waivers: Iterable[Waived], codes: Collection[str]) -> None:
        self._codes = frozenset(codes)
        self._waivers: dict[str, list[Waived]] = {}
        for one in waivers:
            self._waivers.setdefault(one.learner, []).append(one)

    def cover(self, learner: str, finding: Mapping[str, Any], at: str) -> bool:
        """Whether a finding that is not passed is let off."""
        if not self._codes.isdisjoint((finding["code"], finding["cause"])):
            return True
        waivers = self._waivers.get(learner, ())
        return any(one.covers(finding["id"]) and one.holds(at) for one in waivers)


def standing(row: Graded | None, excuses: Excuses) -> Standing:
    """Where the learner of this row stands; `None` is a learner nobody has looked at."""
    if row is None:
        return Standing("unchecked", cause="not_looked")
    if row.state is not State.GOOD or row.report is None:
        return Standing("unchecked", cause=row.cause or str(row.state), facts=row.facts)
    learner = row.learner.id
    short = [one for one in row.report["findings"] if one["verdict"] != Verdict.PASSED]
    counted = [one for one in short if not excuses.cover(learner, one, row.at)]
    finding, listed = _decided(counted)
    return Standing(listed, finding, excused=len(short) - len(counted))


def in_order(learners: Iterable[Learner], rows: Iterable[Graded]) -> Iterator[tuple[Learner, Graded | None]]:
    """Every learner of the roster with what is known; a learner nobody has looked at is never left out."""
    coming = iter(rows)
    row = next(coming, None)
    for learner in learners:
        if row is not None and row.learner.id == learner.id:
            yield learner, row
            row = next(coming, None)
        else:
            yield learner, None


def _decided(counted: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any] | None, str]:
    for verdict, listed in _ORDER:
        for one in counted:
            if one["verdict"] == verdict:
                return one, listed
    return None, "done"
