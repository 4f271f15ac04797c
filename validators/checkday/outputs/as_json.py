"""The report as JSON: keys and facts, never prose (design section 9; report.schema.json beside this file)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from checkday.model import Finding, Report, Verdict

SCHEMA = "checkday.report/1"


def render(report: Report) -> str:
    """The whole report, indented, with everything outside ASCII escaped: inert in any terminal."""
    return json.dumps(document(report), indent=1) + "\n"


def document(report: Report) -> dict[str, Any]:
    """The report as plain data."""
    return {
        "schema": SCHEMA,
        "course_version": report.course_version,
        "tool_version": report.tool_version,
        "learner": report.learner,
        "account": report.account,
        "principal": report.principal,
        "regions": list(report.regions),
        "origin": report.origin,
        "mode": report.mode,
        "started": report.started,
        "finished": report.finished,
        "findings": [_finding(finding) for finding in report.findings],
        "totals": totals(report.findings),
        "requests": report.requests,
        "leftovers": [],
        "leftovers_unseen": None,
    }


def totals(findings: Iterable[Finding]) -> dict[str, int]:
    """How many of each verdict, and the points: `points` sums what is known, `max_points` counts all."""
    listed = list(findings)
    counts = {verdict.value: sum(one.verdict is verdict for one in listed) for verdict in Verdict}
    return counts | {
        "points": sum(one.points or 0 for one in listed),
        "max_points": sum(one.milestone.points for one in listed),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    milestone = finding.milestone
    return {
        "id": milestone.id,
        "day": milestone.day,
        "task": milestone.task,
        "verdict": finding.verdict.value,
        "code": finding.code,
        "facts": dict(finding.facts),
        "proof": finding.proof.value if finding.proof else None,
        "anchored": finding.anchored,
        "trust": finding.trust,
        "points": finding.points,
        "max_points": milestone.points,
        "cause": finding.cause,
        "retry_in": finding.retry_in,
        "evidence": [asdict(sighting) for sighting in finding.evidence],
        "seconds": finding.seconds,
    }
