"""What a report says in the user's language, whatever it is then painted on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from checkday.model import OTHER_PATH, Course, Finding, Report, Task, Verdict
from checkday.outputs.as_json import totals
from checkday.plain import plain
from checkday.words import Words, fill

MARKS = {
    Verdict.PASSED: "✓",
    Verdict.FAILED: "✗",
    Verdict.PENDING: "…",
    Verdict.BLOCKED: "?",
    Verdict.SKIPPED: "-",
    Verdict.ERROR: "!",
}
_ACTIONABLE = (Verdict.FAILED, Verdict.BLOCKED, Verdict.PENDING)


class Explanation(NamedTuple):
    """Why a milestone stands where it stands; what does not apply is empty."""

    seen: str = ""
    todo: str = ""
    note: str = ""
    link: str = ""


def explanation(finding: Finding, words: Words, site: str) -> Explanation:
    """What was seen, what to do about it, and the page that says more."""
    milestone, verdict = finding.milestone, finding.verdict
    if verdict is Verdict.SKIPPED:
        return Explanation(note=words("report.skipped", name=finding.cause))
    if verdict is Verdict.PASSED:
        return Explanation(note=_proven_by(finding, words))
    retry = "" if finding.retry_in is None else words("report.retry", seconds=finding.retry_in)
    # A cause may bear the name of a milestone's code: `denied` is both, and the verdict tells them apart.
    own = verdict in {Verdict.FAILED, Verdict.PENDING}
    if own and finding.code is not None and finding.code in milestone.codes:
        code = milestone.codes[finding.code]
        seen, todo = (fill(text[words.language], finding.facts) for text in (code.seen, code.todo))
        return Explanation(
            seen, todo, retry, f"{page(milestone.task, words, site)}#{milestone.name}.{code.name}"
        )
    seen = words(f"cause.{finding.code}.seen", **finding.facts)
    todo = words(f"cause.{finding.code}.todo", **finding.facts)
    return Explanation(seen, todo, link=f"{page('reference/messages', words, site)}#cause.{finding.code}")


def _proven_by(finding: Finding, words: Words) -> str:
    """What to add to a success that is not simply seen."""
    if finding.code == OTHER_PATH:
        return words("report.other_path")
    if finding.anchored:
        return words("report.proof.anchored")
    return words(f"report.proof.{finding.proof}") if finding.proof and finding.code else ""


def page(name: str, words: Words, site: str) -> str:
    """The address of a page in the user's language."""
    return f"{site}/{words.language}/{name}.html"


def heading(report: Report, words: Words) -> list[str]:
    """Who was looked at, where, and whether it was the real AWS."""
    origin = words(f"origin.{report.origin}")
    parts = [report.learner, report.account or words("report.no_account"), report.regions[0], origin]
    if report.mode == "replay":
        parts.append(words("report.replay", at=report.started))
    return [plain(part) for part in parts]


def by_task(report: Report, course: Course) -> Iterator[tuple[Task, list[Finding]]]:
    """The findings of each task that has any, in the order of the course."""
    found = {finding.milestone.id: finding for finding in report.findings}
    for day in course.days.values():
        for task in day.tasks:
            listed = [found[name] for name in task.milestones if name in found]
            if listed:
                yield task, listed


def points(finding: Finding) -> str:
    return f"{'-' if finding.points is None else finding.points}/{finding.milestone.points}"


def summary(report: Report, words: Words) -> list[str]:
    """How many of each verdict there are, and the points."""
    numbers = totals(report.findings)
    counts = [f"{words(f'verdict.{verdict}')} {numbers[verdict]}" for verdict in Verdict if numbers[verdict]]
    return [*counts, words("report.points", points=numbers["points"], max_points=numbers["max_points"])]


def next_step(findings: Sequence[Finding]) -> Finding | None:
    """The first thing the learner can act on: our own errors last."""
    actionable = [one for one in findings if one.verdict in _ACTIONABLE]
    return next(iter(actionable), next((one for one in findings if one.verdict is not Verdict.PASSED), None))


def closing(report: Report, words: Words) -> str:
    """What to do now; nothing for a report without findings."""
    step = next_step(report.findings)
    if step is None:
        return words("report.all_passed") if report.findings else ""
    return words("report.next", name=step.milestone.id, title=step.milestone.title[words.language])
