"""The judgement of a snapshot: the same engine without AWS, and how far each mark can be trusted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from checkday.engine import Entry, OneByOne, Run, examine
from checkday.engine.run import selection
from checkday.model import Course, Finding, Proof, Verdict
from checkday.settings import Settings
from checkday.snapshot import Snapshot

_OBSERVED = {Proof.LIVE, Proof.SNAPSHOT}


def judged(
    course: Course,
    days: Sequence[int],
    taken: Snapshot,
    settings: Settings,
    *,
    earlier: Mapping[str, Entry],
    golden: Mapping[str, Any] | None = None,
) -> Run:
    """The run over this snapshot; `earlier` is what earlier snapshots of the account have proven."""
    run = examine(
        course,
        selection(course, days, ()),
        taken,
        settings,
        origin=lambda: taken.origin,
        replayed=taken.taken,
        mode="grade",
        snapshot=earlier.get,
        golden=golden,
        pool=OneByOne(),
    )
    findings = tuple(replace(one, trust=trust(one)) for one in run.report.findings)
    return replace(run, report=replace(run.report, findings=findings))


def trust(finding: Finding) -> str | None:
    """Who vouches for a mark: the instructor's own look, AWS's memory, or only the learner."""
    if finding.verdict is not Verdict.PASSED:
        return None
    if finding.proof in _OBSERVED:
        return "observed"
    if finding.proof is Proof.TRACE or finding.anchored:
        return "corroborated"
    return "claimed"
