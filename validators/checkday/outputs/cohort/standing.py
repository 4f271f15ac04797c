"""Where one learner stands, by the same precedence as the exit codes: our error, failed, blocked, pending."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from checkday.gradebook.marks import Marks
from checkday.model import Verdict
from checkday.roster import Graded, State

LISTS = ("done", "stuck", "waiting", "unchecked")
"""The lists of the page: every learner is in exactly one."""

# Whatever a skipped one waits for stands before it here, unless that was let off.
_ORDER = (
    (Verdict.ERROR, "unchecked"),
    (Verdict.FAILED, "stuck"),
    (Verdict.BLOCKED, "unchecked"),
    (Verdict.PENDING, "waiting"),
    (Verdict.SKIPPED, "unchecked"),
)


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


def standing(row: Graded | None, marks: Marks) -> Standing:
    """Where the learner of this row and these marks stands; `None` is one nobody has looked at."""
    if row is None:
        return Standing("unchecked", cause="not_looked")
    if row.state is not State.GOOD or row.report is None:
        return Standing("unchecked", cause=row.cause or str(row.state), facts=row.facts)
    excused = {one.milestone for one in marks.excused}
    finding, listed = _decided([one for one in row.report["findings"] if one["id"] not in excused])
    return Standing(listed, finding, excused=len(excused))


def _decided(counted: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any] | None, str]:
    for verdict, listed in _ORDER:
        for one in counted:
            if one["verdict"] == verdict:
                return one, listed
    return None, "done"
