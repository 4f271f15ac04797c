"""Decides each verdict: order, needs, time, proofs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from graphlib import TopologicalSorter
from typing import Any

from checkday.account import Account
from checkday.chart import Chart
from checkday.engine.absence import absence
from checkday.engine.finding import facts_of, held_up, opened, said_by
from checkday.engine.looking import Known, OneByOne, Progress, Seen, look_at_all
from checkday.engine.proofs import Keeper, Proofs, Traced, nothing
from checkday.lab import Lab
from checkday.model import (
    OTHER_PATH,
    Blocked,
    Course,
    Evidence,
    Finding,
    Milestone,
    NotYet,
    OtherPath,
    Proof,
    Verdict,
)
from checkday.quiz import Answers
from checkday.settings import Settings
from checkday.traces import Trail

PROOF_GONE = "proof_gone"
_OTHER_LEARNER = "other_learner_id"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one run found, in curriculum order."""

    findings: Sequence[Finding]
    causes: Sequence[Finding]
    """What the findings need in other days or tasks."""
    all: Sequence[Finding]

    def proven_live(self) -> dict[str, Evidence]:
        """What was seen with our own eyes in this run and may be gone tomorrow: the Record keeps it."""
        return {
            one.milestone.id: one.facts
            for one in self.all
            if one.verdict is Verdict.PASSED
            and one.proof is Proof.LIVE
            and one.milestone.lasts in {"event", "absence"}
        }


def judge(
    course: Course,
    selected: Collection[str],
    account: Account,
    settings: Settings,
    *,
    now: datetime,
    golden: Mapping[str, Any] | None = None,
    answers: Mapping[int, Answers] | None = None,
    chart: Chart | None = None,
    snapshot: Keeper = nothing,
    record: Keeper = nothing,
    progress: Progress = lambda *_: None,
    pool: Executor | None = None,
) -> Judgement:
    """Judge the selected milestones and all they need.

    `snapshot` and `record` are what the instructor and the learner kept of earlier looks. `progress` is
    called with a milestone's id, how many are done and how many there are. `pool` runs the checks.
    """
    order = _order(course, selected)
    several = _of_checks(pool)

    def lab() -> Lab:
        made = Lab(
            account, settings, known=known, now=now, golden=golden, answers=answers, chart=chart, pool=several
        )
        made.history = Trail(account, made.looks, region=settings.region, until=now)
        return made

    proofs = Proofs(lab, snapshot, record)
    known = Known(course, proofs)
    milestones = [course.milestones[name] for name in order]
    seen = look_at_all(milestones, {one.id: lab() for one in milestones}, known, progress, pool)
    stranger = _stranger(milestones, seen)
    findings: dict[str, Finding] = {}
    for name in order:
        finding = _decide(course.milestones[name], seen[name], findings, proofs)
        if stranger is not None and _was_not_found(finding, seen[name]):
            finding = opened(finding.milestone, stranger)
        evidence = account.sightings({*seen[name].looks, *_trace_looks(finding, proofs)})
        findings[name] = replace(finding, evidence=evidence, seconds=seen[name].seconds)
    return _sorted(course, selected, findings)


def _of_checks(pool: Executor | None) -> Callable[[int], Executor]:
    """In what a check asks several things: where checks run one by one, so do their questions."""
    return (lambda _: OneByOne()) if isinstance(pool, OneByOne) else ThreadPoolExecutor


def _stranger(milestones: Iterable[Milestone], seen: Mapping[str, Seen]) -> Blocked | None:
    """Why nothing can be judged absent: everything here was made under another learner id."""
    if any(seen[one.id].error is None for one in milestones if one.lasts == "event"):
        return None
    errors = (one.error for one in seen.values())
    return next((one for one in errors if isinstance(one, Blocked) and one.code == _OTHER_LEARNER), None)


def _was_not_found(finding: Finding, seen: Seen) -> bool:
    milestone = finding.milestone
    return finding.verdict is Verdict.FAILED and milestone.lasts == "event" and seen.absent(milestone)


def _order(course: Course, selected: Collection[str]) -> list[str]:
    graph: dict[str, tuple[str, ...]] = {}
    wanted = list(selected)
    while wanted:
        name = wanted.pop()
        graph[name] = (*course.milestones[name].needs, *course.milestones[name].of)
        wanted += [need for need in graph[name] if need not in graph]
    return list(TopologicalSorter(graph).static_order())


def _sorted(course: Course, selected: Collection[str], findings: Mapping[str, Finding]) -> Judgement:
    in_order = [findings[name] for name in course.milestones if name in findings]
    needed = _needed(course, selected)
    return Judgement(
        findings=[one for one in in_order if one.milestone.id in selected],
        causes=[one for one in in_order if one.milestone.id in needed],
        all=in_order,
    )


def _needed(course: Course, selected: Collection[str]) -> set[str]:
    """What the selection needs. The subject of a clean-up is none: it may well have been done wrong."""
    found: set[str] = set()
    wanted = list(selected)
    while wanted:
        needs = set(course.milestones[wanted.pop()].needs) - found
        found |= needs
        wanted += needs
    return found - set(selected)


def _decide(milestone: Milestone, seen: Seen, earlier: Mapping[str, Finding], proofs: Proofs) -> Finding:
    absent = seen.absent(milestone)
    if isinstance(seen.error, NotYet) and (older := proofs.find(milestone, absent=absent)):
        facts = facts_of({**seen.error.facts, **older.evidence})
        return Finding(
            milestone,
            Verdict.PASSED,
            seen.error.code,
            facts,
            proof=older.proof,
            anchored=older.anchored,
            gone=absent,
        )
    if (held := held_up(milestone, earlier)) is not None:
        return held
    if milestone.lasts == "absence":
        return absence(milestone, seen, [earlier[name] for name in milestone.of], earlier)
    if absent and milestone.lasts == "event":
        return _gone(milestone, seen, proofs.trace(milestone), [earlier[name] for name in milestone.needs])
    if seen.error is not None:
        return said_by(milestone, seen.error)
    return _passed(milestone, seen.evidence)


def _passed(milestone: Milestone, evidence: Evidence) -> Finding:
    code = OTHER_PATH if isinstance(evidence, OtherPath) else None
    proof = Proof.LOCAL if milestone.lasts == "local" else Proof.LIVE
    return Finding(milestone, Verdict.PASSED, code, facts_of(evidence), proof=proof)


def _gone(milestone: Milestone, seen: Seen, traced: Traced | None, needs: Iterable[Finding]) -> Finding:
    """Not there, and nothing shows that it was right. A zero only if it surely never was.

    What leaves no trace of its own shares the fate of what it lay in: an object is gone with its bucket.
    """
    if traced is not None and traced.error is not None:
        return replace(said_by(milestone, traced.error), gone=_is_gone(traced.error))
    existed = traced is not None and traced.evidence is not None
    if milestone.proof != "full":  # half a trace cannot say that it never was
        existed = existed or any(need.gone for need in needs)
    existed = existed or (isinstance(seen.error, NotYet) and milestone.codes[seen.error.code].existed)
    if existed:
        return opened(milestone, Blocked(PROOF_GONE), gone=True)
    return said_by(milestone, seen.error) if seen.error else _passed(milestone, seen.evidence)


def _is_gone(error: Exception) -> bool:
    return isinstance(error, Blocked) and error.code == PROOF_GONE


def _trace_looks(finding: Finding, proofs: Proofs) -> frozenset[Any]:
    if finding.proof is not Proof.TRACE and not finding.gone:
        return frozenset()
    traced = proofs.trace(finding.milestone)
    return traced.looks if traced else frozenset()
