"""From what a check said to a finding, and what a need that is not passed makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from checkday.model import Blocked, Evidence, Finding, Milestone, Outcome, Pending, Verdict
from checkday.plain import plain_facts

_SEVERITY = (Verdict.ERROR, Verdict.BLOCKED, Verdict.FAILED, Verdict.PENDING, Verdict.SKIPPED, Verdict.PASSED)


def said_by(milestone: Milestone, error: BaseException) -> Finding:
    """What an exception makes of a milestone: an outcome, or a mistake of ours."""
    if isinstance(error, Outcome):
        return opened(milestone, error)
    # Not around AWS, whose faults are outcomes: whatever else ends a check is a mistake of ours.
    detail = f"{type(error).__name__}: {error}"
    return Finding(milestone, Verdict.ERROR, "broken_check", facts_of({"detail": detail}))


def opened(milestone: Milestone, said: Outcome, *, gone: bool = False) -> Finding:
    """The finding of a check that did not pass."""
    facts = facts_of(said.facts)
    if isinstance(said, Pending):
        return Finding(milestone, Verdict.PENDING, said.code, facts, retry_in=said.retry_in)
    if isinstance(said, Blocked):
        return Finding(milestone, Verdict.BLOCKED, said.code, facts, cause=said.code, gone=gone)
    return Finding(milestone, Verdict.FAILED, said.code, facts)


def held_up(milestone: Milestone, earlier: Mapping[str, Finding]) -> Finding | None:
    """What the worst need makes of this milestone: error > blocked > failed > pending."""
    return because_of(milestone, [earlier[name] for name in milestone.needs], earlier)


def because_of(milestone: Milestone, others: list[Finding], earlier: Mapping[str, Finding]) -> Finding | None:
    """Blocked or skipped by the worst of the others; None if they have all passed."""
    worst = sorted(
        (one for one in others if one.verdict is not Verdict.PASSED),
        key=lambda one: _SEVERITY.index(root(one, earlier).verdict),
    )
    if not worst:
        return None
    need = root(worst[0], earlier)
    if need.verdict is Verdict.BLOCKED:
        return replace(
            Finding(milestone, Verdict.BLOCKED, need.code, need.facts, cause=need.cause), gone=need.gone
        )
    return Finding(milestone, Verdict.SKIPPED, cause=need.milestone.id)


def root(need: Finding, earlier: Mapping[str, Finding]) -> Finding:
    """What a skipped need was waiting for."""
    while need.verdict is Verdict.SKIPPED and need.cause is not None:
        need = earlier[need.cause]
    return need


def facts_of(facts: Mapping[str, Any]) -> Evidence:
    """Facts that are inert wherever they are shown."""
    safe: dict[str, Any] = plain_facts(dict(facts))
    return safe
