"""Two judgements of one cohort beside each other: who gains, who would lose, by milestone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checkday.gradebook.cells import table
from checkday.gradebook.marks import in_order
from checkday.roster import Graded, Report, Roster

FILE = "comparison.csv"
HEADER = ("id", "name", "milestone", "before", "after", "counts", "verdict", "code", "effect")


@dataclass(frozen=True, slots=True)
class Change:
    """A milestone whose points are others now; None is an open cell."""

    milestone: str
    before: int | None
    after: int | None
    verdict: str
    code: str | None = None

    @property
    def effect(self) -> str:
        """`gain` and `loss` of points; `opened` and `decided` where a zero was or is now."""
        before, after = self.before or 0, self.after or 0
        if before != after:
            return "gain" if after > before else "loss"
        return "opened" if self.after is None else "decided"

    def counts(self, *, accept: bool) -> int | None:
        """What counts: a mark never drops, unless losses are accepted; it is listed either way."""
        return self.before if self.effect == "loss" and not accept else self.after


@dataclass(slots=True)
class Compared:
    """How many learners gain, and how many would lose; somebody may do both."""

    gain: int = 0
    lose: int = 0


def changes(before: Report | None, after: Report | None) -> Iterator[Change]:
    """What is different, in the order of the later report; nothing where there is no look to compare."""
    if before is None or after is None:
        return
    old: Mapping[str, Mapping[str, Any]] = {one["id"]: one for one in before["findings"]}
    for new in after["findings"]:
        was = old.get(new["id"])
        if was is not None and was["points"] != new["points"]:
            code = new["code"] or new["cause"]
            yield Change(new["id"], was["points"], new["points"], new["verdict"], code)


def write(
    folder: Path,
    roster: Roster,
    before: Iterable[Graded],
    after: Iterable[Graded],
    *,
    accept: bool = False,
    bom: bool = False,
) -> Compared:
    """Write `comparison.csv` from two runs over this roster, each in its order.

    Raises:
        Unwritable: the disk is full, or the place is not ours to write.

    """
    told = Compared()
    pairs = zip(in_order(roster.learners, before), in_order(roster.learners, after), strict=True)
    with table(folder / FILE, HEADER, bom=bom) as add:
        for (learner, old), (_, new) in pairs:
            found = list(changes(old.report if old else None, new.report if new else None))
            told.gain += any(one.effect == "gain" for one in found)
            told.lose += any(one.effect == "loss" for one in found)
            for one in found:
                counts = one.counts(accept=accept)
                marks = (one.before, one.after, counts, one.verdict, one.code, one.effect)
                add((learner.id, learner.name, one.milestone, *marks))
    return told
