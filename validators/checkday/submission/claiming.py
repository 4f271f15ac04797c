"""What of a submission is judged: answers and numbers as they were given, and never a verdict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from checkday.engine import Claims, Entry
from checkday.model import Course


def claims(payload: Mapping[str, Any], course: Course, trust: str) -> Claims:
    """The answers, the chart of this very account, and the Record's proofs as the checks write them."""
    chart = payload["chart"]
    here = (payload["account"], payload["origin"])
    return Claims(
        answers={int(day): answers for day, answers in payload["quizzes"].items()},
        chart=chart if chart is not None and (chart["account"], chart["origin"]) == here else None,
        record=dict(_proofs(payload, course)),
        trust=trust,
    )


def facts(payload: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Milestone -> what is told of it, to be compared across learners."""
    for report in payload["reports"]:
        for finding in report["findings"]:
            yield finding["id"], finding["facts"]
    for entry in payload["record"]["entries"]:
        yield entry["id"], entry["evidence"]
    if payload["chart"] is not None:
        yield "day4.bi_dashboard", payload["chart"].get("queries", [])


def _proofs(payload: Mapping[str, Any], course: Course) -> Iterator[tuple[str, Entry]]:
    for entry in payload["record"]["entries"]:
        milestone = course.milestones.get(entry["id"])
        if milestone is not None and entry["evidence"].keys() >= set(milestone.gives):
            yield entry["id"], Entry(entry["evidence"], entry["at"])
