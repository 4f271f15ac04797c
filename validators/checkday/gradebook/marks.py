"""What the findings of one learner come to, day by day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from checkday.gradebook.waivers import Excuse, Excuses
from checkday.model import Course, Milestone, Verdict
from checkday.roster import Graded, Learner

Finding = Mapping[str, Any]
"""One finding of a report, as design section 9 has it."""


@dataclass(slots=True)
class Mark:
    """The points of one day. Only what is not excused counts in `possible` and in `open`."""

    earned: int = 0
    possible: int = 0
    full: int = 0
    """What the day is worth to somebody without excuses."""
    open: int = 0
    """Milestones of which nothing can be said yet."""

    @property
    def decided(self) -> bool:
        return self.open == 0 and self.possible > 0

    @property
    def excused(self) -> bool:
        """Whether nothing is left of the day to be marked."""
        return self.full > 0 and self.possible == 0

    def of(self, whole: float) -> float:
        """The mark where the whole day is worth so many points; only of a decided one."""
        return round(self.earned * whole / self.possible, 2)


@dataclass(frozen=True, slots=True)
class Marks:
    """One learner's: `known` is False where nobody has looked, so that no number pretends to be a mark."""

    learner: Learner
    days: Mapping[int, Mark]
    excused: tuple[Excuse, ...] = ()
    known: bool = True

    def total(self, name: str) -> int:
        """The sum over the days of `earned`, `possible` or `open`."""
        return sum(getattr(mark, name) for mark in self.days.values())


@dataclass(frozen=True, slots=True)
class Marking:
    """How this run is marked: which milestones it is about, and what is excused in it."""

    milestones: Collection[Milestone]
    excuses: Excuses = field(default_factory=Excuses)
    final: bool = False
    """Whether this is the last run: what waits for a milestone that failed is then worth nothing too."""

    def of(self, learner: Learner, row: Graded | None) -> Marks:
        """A learner's marks; without a report every cell is open."""
        days: dict[int, Mark] = {}
        excused: list[Excuse] = []
        lost: set[str] = set()
        report = row.report if row else None
        for finding in report["findings"] if report else self._unknown():
            mark = days.setdefault(finding["day"], Mark())
            mark.full += finding["max_points"]
            if excuse := self.excuses.of(learner.id, finding, row.at if row else ""):
                excused.append(excuse)
                continue
            if finding["verdict"] == Verdict.FAILED:
                lost.add(finding["id"])
            mark.possible += finding["max_points"]
            mark.earned += finding["points"] or 0
            mark.open += not self._decided(finding, lost)
        return Marks(learner, days, tuple(excused), known=report is not None)

    def _decided(self, finding: Finding, lost: Collection[str]) -> bool:
        """Needs stand before what needs them, so `lost` has every failed one that this may wait for."""
        if finding["verdict"] == Verdict.SKIPPED:
            return self.final and finding["cause"] in lost
        return finding["verdict"] in {Verdict.PASSED, Verdict.FAILED}

    def _unknown(self) -> Iterator[Finding]:
        for one in self.milestones:
            yield {
                "id": one.id,
                "day": one.day,
                "verdict": "blocked",
                "points": None,
                "max_points": one.points,
            }


def in_order(learners: Iterable[Learner], rows: Iterable[Graded]) -> Iterator[tuple[Learner, Graded | None]]:
    """Every learner of the roster with what is known; a learner nobody has looked at is never left out."""
    coming = iter(rows)
    row = next(coming, None)
    for learner in learners:
        if row is not None and row.learner.id == learner.id:
            yield row.learner, row
            row = next(coming, None)
        else:
            yield learner, None


def listed(course: Course, rows: Iterable[Graded]) -> list[Milestone]:
    """The milestones that a run is about: those of the first report, or all if there is none."""
    for row in rows:
        if row.report is not None:
            ids = {finding["id"] for finding in row.report["findings"]}
            return [one for one in course.milestones.values() if one.id in ids]
    return list(course.milestones.values())
