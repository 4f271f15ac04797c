"""Whether a cohort was judged whole: what the exit code of `grade` and `regrade` says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkday.cli import exits
from checkday.model import Verdict
from checkday.roster import State

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from checkday.cohort.store import Store
    from checkday.gradebook.marks import Marking
    from checkday.roster import Graded

_OPEN = {Verdict.PENDING: exits.PENDING, Verdict.BLOCKED: exits.BLOCKED, Verdict.ERROR: exits.BROKEN}
"""What was looked at and is not done is a result, whatever waits for it too: nobody has to come back."""


def of_run(store: Store, marking: Marking) -> int:
    """The worst that leaves a cell open, unless it is excused: 5 > 4 > 3 > 0."""
    codes = [_of(row, marking) for row in store.rows()]
    unseen = exits.BLOCKED if len(codes) < store.count() else exits.PASSED
    return max([unseen, *codes])


def _of(row: Graded, marking: Marking) -> int:
    if row.state is State.INTERNAL:
        return exits.BROKEN
    findings = row.report["findings"] if row.report else ()
    verdicts = {one["id"]: one["verdict"] for one in findings}
    counted = [one for one in findings if marking.excuses.of(row.learner.id, one, row.at) is None]
    codes = [_OPEN.get(_root(one, verdicts), exits.PASSED) for one in counted]
    if counted and row.state is not State.GOOD:
        codes.append(exits.BLOCKED)
    return max(codes, default=exits.PASSED)


def _root(finding: Mapping[str, Any], verdicts: Mapping[str, str]) -> Verdict:
    """The verdict that decides: of what is skipped, that of its cause, unless its day was not asked for."""
    if finding["verdict"] == Verdict.SKIPPED:
        return Verdict(verdicts.get(finding["cause"], Verdict.FAILED))
    return Verdict(finding["verdict"])
