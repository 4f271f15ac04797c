"""Two judgements of one learner beside each other: a mark never drops without being told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

Report = Mapping[str, Any]


class Change(NamedTuple):
    """A milestone whose mark is another one now; None is an open cell. `kept`: the old one still counts."""

    milestone: str
    before: int | None
    after: int | None
    code: str | None
    kept: bool = False

    @property
    def higher(self) -> bool:
        """Whether points are won."""
        return (self.before or 0) < (self.after or 0)

    @property
    def lower(self) -> bool:
        """Whether points are lost."""
        return (self.before or 0) > (self.after or 0)


def compared(before: Report | None, after: Report, *, accept: bool = False) -> tuple[Report, list[Change]]:
    """The judgement that counts, and what is different in it.

    Where the new one gives fewer points than the old, the old finding stays, unless losses are accepted.
    """
    if before is None:
        return after, []
    old = {one["id"]: one for one in before["findings"]}
    findings, changes = [], []
    for new in after["findings"]:
        one = old.get(new["id"], new)
        change = Change(new["id"], one["points"], new["points"], new["code"] or new["cause"])
        keep = change.lower and not accept
        if one["points"] != new["points"]:
            changes.append(change._replace(kept=keep))
        findings.append(one if keep else new)
    return {**after, "findings": findings, "totals": totals(findings)}, changes


def totals(findings: list[dict[str, Any]]) -> dict[str, int]:
    """The totals of a report with these findings (design section 9)."""
    verdicts = ("passed", "failed", "pending", "blocked", "skipped", "error")
    counts = {name: sum(one["verdict"] == name for one in findings) for name in verdicts}
    return counts | {
        "points": sum(one["points"] or 0 for one in findings),
        "max_points": sum(one["max_points"] for one in findings),
    }
