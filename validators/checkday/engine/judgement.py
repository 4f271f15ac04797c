"""Runs the checks of a selection and decides each verdict: order, needs, time, proofs.

Every check starts at once, whatever it needs: reads are remembered and harmless, so a learner waits
for three round trips instead of six. The needs decide afterwards what is shown.
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from graphlib import TopologicalSorter
from typing import Any

from checkday.account import Account, Look
from checkday.chart import Chart
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
    Outcome,
    Pending,
    Proof,
    Verdict,
)
from checkday.plain import plain_facts
from checkday.quiz import Answers
from checkday.settings import Settings

_THREADS = 16
_DEADLINE = 75.0
"""Seconds; more than the account's own deadline, so that it only speaks when a check hangs."""

Check = Callable[[Lab], Evidence]
Prover = Callable[[Milestone], tuple[Proof, Evidence] | None]
"""A source of older proofs: it shows this very fact, or it is silent. They are asked in the order of
design section 5: the instructor's snapshot, a trace of AWS, the learner's Record."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one run found, in curriculum order."""

    findings: Sequence[Finding]
    causes: Sequence[Finding]

    def proven_live(self) -> dict[str, Evidence]:
        """The events seen with our own eyes in this run: what the Record keeps."""
        everything = (*self.findings, *self.causes)
        return {
            one.milestone.id: one.facts
            for one in everything
            if one.verdict is Verdict.PASSED and one.proof is Proof.LIVE and one.milestone.lasts == "event"
        }


@dataclass(slots=True)
class _Known(Mapping[str, Evidence]):
    """Evidence of other milestones; reading one waits until its check has returned."""

    recall: Callable[[str], Evidence | None]
    running: dict[str, Future[Evidence]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Evidence:
        error = self.running[name].exception()
        evidence = self.recall(name) if error else self.running[name].result()
        if evidence is None:
            raise Blocked("need", name=name)
        return evidence

    def __iter__(self) -> Iterator[str]:
        return iter(self.running)

    def __len__(self) -> int:
        return len(self.running)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a check said before its needs were asked: evidence, or the exception that ended it."""

    evidence: Evidence
    error: BaseException | None
    looks: Collection[Look]
    seconds: float


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
    provers: Sequence[Prover] = (),
    progress: Callable[[str, int, int], None] = lambda *_: None,
) -> Judgement:
    """Judge the selected milestones and all they need.

    `progress` is called with a milestone's id, how many are done and how many there are.
    """
    order = _order(course, selected)

    def recall(name: str) -> Evidence | None:
        proof = _older_proof(course.milestones[name], provers)
        return proof[1] if proof else None

    known = _Known(recall)
    milestones = [course.milestones[name] for name in order]
    labs = {
        one.id: Lab(account, settings, known=known, now=now, golden=golden, answers=answers, chart=chart)
        for one in milestones
    }
    seen = _look_at_all(milestones, labs, known, progress)
    findings: dict[str, Finding] = {}
    for name in order:
        finding = _decide(course.milestones[name], seen[name], findings, provers)
        evidence = account.sightings(seen[name].looks)
        findings[name] = replace(finding, evidence=evidence, seconds=seen[name].seconds)
    chosen = [findings[name] for name in course.milestones if name in selected]
    others = [findings[name] for name in course.milestones if name in findings and name not in selected]
    return Judgement(chosen, others)


def _order(course: Course, selected: Collection[str]) -> list[str]:
    graph: dict[str, tuple[str, ...]] = {}
    wanted = list(selected)
    while wanted:
        name = wanted.pop()
        graph[name] = course.milestones[name].needs
        wanted += [need for need in graph[name] if need not in graph]
    return list(TopologicalSorter(graph).static_order())


def _look_at_all(
    order: Sequence[Milestone],
    labs: Mapping[str, Lab],
    known: _Known,
    progress: Callable[[str, int, int], None],
) -> dict[str, _Seen]:
    # Submitted in an order in which needs come first, so a check that waits for another's evidence
    # waits for one that has already been started: the pool cannot lock itself up.
    pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="check")
    until = time.monotonic() + _DEADLINE
    try:
        for milestone in order:
            known.running[milestone.id] = pool.submit(_look, milestone, labs[milestone.id])
        seen = {}
        for done, (name, lab) in enumerate(labs.items()):
            progress(name, done, len(order))
            seen[name] = _seen(known.running[name], lab, until)
        return seen
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _look(milestone: Milestone, lab: Lab) -> Evidence:
    started = time.perf_counter()
    try:
        return check_of(milestone)(lab)
    finally:
        lab.seconds = time.perf_counter() - started


def _seen(running: Future[Evidence], lab: Lab, until: float) -> _Seen:
    try:
        error = running.exception(max(0.0, until - time.monotonic()))
    except TimeoutError:
        return _Seen({}, Blocked("timeout", endpoint="AWS", call="-"), (), _DEADLINE)
    return _Seen({} if error else running.result(), error, lab.looks, round(lab.seconds, 3))


def check_of(milestone: Milestone) -> Check:
    """The function that stands at the milestone's address, for example `checks.day1.bucket`."""
    module = importlib.import_module(f"checkday.checks.day{milestone.day}")
    check: Check = getattr(module, milestone.name)
    return check


def _decide(
    milestone: Milestone, seen: _Seen, earlier: Mapping[str, Finding], provers: Sequence[Prover]
) -> Finding:
    held_up = _held_up(milestone, earlier)
    if isinstance(seen.error, NotYet) and (proven := _proven(milestone, seen.error, provers)):
        return proven
    if held_up is not None:
        return held_up
    if isinstance(seen.error, Outcome):
        return _open(milestone, seen.error)
    if seen.error is not None:
        # Not around AWS, whose faults are outcomes: whatever else ends a check is a mistake of ours.
        detail = f"{type(seen.error).__name__}: {seen.error}"
        return Finding(milestone, Verdict.ERROR, "broken_check", _facts({"detail": detail}))
    proof = Proof.LOCAL if milestone.lasts == "local" else Proof.LIVE
    code = OTHER_PATH if isinstance(seen.evidence, OtherPath) else None
    return Finding(milestone, Verdict.PASSED, code, _facts(seen.evidence), proof=proof)


def _held_up(milestone: Milestone, earlier: Mapping[str, Finding]) -> Finding | None:
    """What the worst need makes of this milestone: error > blocked > failed > pending."""
    worst = sorted(
        (earlier[need] for need in milestone.needs if earlier[need].verdict is not Verdict.PASSED),
        key=lambda need: _SEVERITY.index(_root(need, earlier).verdict),
    )
    if not worst:
        return None
    need = _root(worst[0], earlier)
    if need.verdict is Verdict.BLOCKED:
        return Finding(milestone, Verdict.BLOCKED, need.code, need.facts, cause=need.cause)
    return Finding(milestone, Verdict.SKIPPED, cause=need.milestone.id)


def _root(need: Finding, earlier: Mapping[str, Finding]) -> Finding:
    while need.verdict is Verdict.SKIPPED and need.cause is not None:
        need = earlier[need.cause]
    return need


_SEVERITY = (Verdict.ERROR, Verdict.BLOCKED, Verdict.FAILED, Verdict.PENDING, Verdict.SKIPPED, Verdict.PASSED)


def _proven(milestone: Milestone, said: NotYet, provers: Sequence[Prover]) -> Finding | None:
    """Passed all the same: an event that an older proof shows is not undone by today's look."""
    proof = _older_proof(milestone, provers)
    if proof is None:
        return None
    kind, evidence = proof
    return Finding(milestone, Verdict.PASSED, said.code, _facts({**said.facts, **evidence}), proof=kind)


def _older_proof(milestone: Milestone, provers: Sequence[Prover]) -> tuple[Proof, Evidence] | None:
    if milestone.lasts != "event":
        return None
    return next((proof for prover in provers if (proof := prover(milestone))), None)


def _open(milestone: Milestone, said: Outcome) -> Finding:
    facts = _facts(said.facts)
    if isinstance(said, Pending):
        return Finding(milestone, Verdict.PENDING, said.code, facts, retry_in=said.retry_in)
    if isinstance(said, Blocked):
        return Finding(milestone, Verdict.BLOCKED, said.code, facts, cause=said.code)
    return Finding(milestone, Verdict.FAILED, said.code, facts)


def _facts(facts: Mapping[str, Any]) -> Evidence:
    safe: dict[str, Any] = plain_facts(dict(facts))
    return safe
