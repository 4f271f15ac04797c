"""The verdict on a clean-up: gone now, and once there. Neither half alone is worth a point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from checkday.engine.finding import because_of, facts_of, opened, said_by
from checkday.engine.looking import Seen
from checkday.model import OTHER_PATH, Evidence, Finding, Milestone, NotYet, Proof, Verdict

NOTHING_WAS_BUILT = "nothing_was_built"


def absence(
    milestone: Milestone, seen: Seen, subjects: Sequence[Finding], earlier: Mapping[str, Finding]
) -> Finding:
    """`subjects` are the findings of what had to be cleaned up."""
    if isinstance(seen.error, NotYet):
        return said_by(milestone, seen.error)
    if all(_in_another_way(one) for one in subjects):
        # Nothing of it was ever in the account, so nothing of it has to be looked for.
        return _passed(milestone, OTHER_PATH, subjects[0].facts)
    if seen.error is not None:
        return said_by(milestone, seen.error)
    return _once_there(milestone, seen.evidence, subjects, earlier)


def _once_there(
    milestone: Milestone, evidence: Evidence, subjects: Sequence[Finding], earlier: Mapping[str, Finding]
) -> Finding:
    """Gone it is; whether there ever was something to clean up, the subjects tell."""
    if any(one.gone or one.verdict is Verdict.PASSED for one in subjects):
        return _passed(milestone, None, evidence)
    cause = because_of(milestone, list(subjects), earlier)
    if cause is not None and (cause.verdict is Verdict.BLOCKED or _is_open(cause, earlier)):
        return cause
    return opened(milestone, NotYet(NOTHING_WAS_BUILT))


def _in_another_way(one: Finding) -> bool:
    return one.verdict is Verdict.PASSED and one.code == OTHER_PATH


def _is_open(cause: Finding, earlier: Mapping[str, Finding]) -> bool:
    """Whether the subject waits for something, rather than never having been built."""
    named = earlier.get(cause.cause or "")
    return named is not None and named.verdict in {Verdict.PENDING, Verdict.ERROR}


def _passed(milestone: Milestone, code: str | None, evidence: Evidence) -> Finding:
    return Finding(milestone, Verdict.PASSED, code, facts_of(evidence), proof=Proof.LIVE)
