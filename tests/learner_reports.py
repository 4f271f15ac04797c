"""Reports as `check-day --format json` writes them, for the pages that read them."""

from __future__ import annotations

import json
from functools import cache

from checkday import curriculum
from checkday.model import Course, Finding, Proof, Report, Verdict
from checkday.outputs import as_json

CHECKED = "2026-01-15T08:00:00Z"


@cache
def course() -> Course:
    return curriculum.load(curriculum.days())


def found(milestone: str, verdict: str, code: str | None = None, **rest: object) -> Finding:
    """What a check says of a milestone of the real course."""
    proof = rest.pop("proof", Proof.LIVE if verdict == "passed" else None)
    return Finding(course().milestones[milestone], Verdict(verdict), code, proof=proof, **rest)


def written(*findings: Finding, learner: str = "an01", origin: str = "simulated", at: str = CHECKED) -> str:
    """The file itself."""
    report = Report(
        course_version=course().version,
        tool_version="0.1.0",
        learner=learner,
        account="123456789012",
        principal=None,
        regions=("ap-southeast-1", "us-east-1"),
        origin=origin,
        mode="check",
        started=at,
        finished=at,
        findings=findings,
        requests=3,
    )
    return as_json.render(report)


def edited(text: str, **changes: object) -> str:
    """The same file after somebody has changed fields of it; those of its first finding begin with `_`."""
    document = json.loads(text)
    for name, value in changes.items():
        target = document["findings"][0] if name.startswith("_") else document
        target[name.removeprefix("_")] = value
    return json.dumps(document)


DAY1 = written(
    found("day1.account", "passed"),
    found("day1.bucket", "passed", "found", proof=Proof.TRACE),
    found("day1.bucket_private", "failed", "open", facts={"name": "x", "flags": "y"}),
    found("day1.reference", "blocked", "denied", facts={"permission": "s3:GetObject"}, cause="denied"),
    found("day1.stream_role", "pending", "propagating", retry_in=30),
    found("day1.stream", "skipped", cause="day1.stream_role"),
    found("day1.stream_target", "error", "broken_check", facts={"detail": "KeyError"}),
)
"""One of everything."""
