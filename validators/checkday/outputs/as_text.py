"""The report as a learner reads it: what is done, what is not, why, and the next step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from checkday.model import Course, Finding, Report, Task, Verdict
from checkday.outputs.as_json import totals
from checkday.plain import plain
from checkday.words import Words, fill

Line = tuple[tuple[str, str], ...]
"""Pieces of text with the style they are painted in; without a terminal only the texts are printed."""

_MARKS = {
    Verdict.PASSED: "✓",
    Verdict.FAILED: "✗",
    Verdict.PENDING: "…",
    Verdict.BLOCKED: "?",
    Verdict.SKIPPED: "-",
    Verdict.ERROR: "!",
}
_STYLES = {
    Verdict.PASSED: "green",
    Verdict.FAILED: "red",
    Verdict.PENDING: "yellow",
    Verdict.BLOCKED: "magenta",
    Verdict.SKIPPED: "dim",
    Verdict.ERROR: "bold red",
}
_ACTIONABLE = (Verdict.FAILED, Verdict.BLOCKED, Verdict.PENDING)
_WIDTH = 16


def render(report: Report, course: Course, words: Words, site: str) -> str:
    """The report without colours."""
    return "".join("".join(text for text, _ in line) + "\n" for line in lines(report, course, words, site))


def lines(report: Report, course: Course, words: Words, site: str) -> Iterator[Line]:
    """The report line by line."""
    yield _heading(report, words)
    told: set[str] = set()
    found = {finding.milestone.id: finding for finding in report.findings}
    for day in course.days.values():
        for task in day.tasks:
            listed = [found[name] for name in task.milestones if name in found]
            if listed:
                yield ()
                yield _task(task, words)
                for finding in listed:
                    yield from _finding(finding, words, site, told)
    yield ()
    yield _summary(report, words)
    yield from _next(report, words)


def _heading(report: Report, words: Words) -> Line:
    origin = words(f"origin.{report.origin}")
    parts = [report.learner, report.account or words("report.no_account"), report.regions[0], origin]
    if report.mode == "replay":
        parts.append(words("report.replay", at=report.started))
    return ((" · ".join(plain(part) for part in parts), "bold"),)


def _task(task: Task, words: Words) -> Line:
    return ((f"{task.id}  ", "bold"), (task.title[words.language], "bold"))


def _finding(finding: Finding, words: Words, site: str, told: set[str]) -> Iterator[Line]:
    milestone, verdict = finding.milestone, finding.verdict
    style = _STYLES[verdict]
    points = f"{'-' if finding.points is None else finding.points}/{milestone.points}"
    yield (
        (f"  {_MARKS[verdict]} ", style),
        (f"{milestone.name:<{_WIDTH}}", style),
        (f"{milestone.title[words.language]}  ", ""),
        (f"[{words(f'verdict.{verdict}')} {points}]", "dim"),
    )
    explanation = list(_explanation(finding, words, site))
    if finding.verdict is Verdict.BLOCKED:
        # One dead network blocks every milestone: its sentences are said once.
        explanation = [pair for pair in explanation if pair[0] not in told]
        told.update(text for text, _ in explanation)
    for text, kind in explanation:
        yield (("      ", ""), (text, kind))


def _explanation(finding: Finding, words: Words, site: str) -> Iterator[tuple[str, str]]:
    milestone, verdict = finding.milestone, finding.verdict
    if verdict is Verdict.SKIPPED:
        yield words("report.skipped", name=finding.cause), "dim"
    elif verdict is Verdict.PASSED:
        if finding.proof and finding.code:
            yield words(f"report.proof.{finding.proof}"), "dim"
    elif finding.code is not None and finding.code in milestone.codes:
        code = milestone.codes[finding.code]
        yield fill(code.seen[words.language], finding.facts), ""
        yield "→ " + fill(code.todo[words.language], finding.facts), "bold"
        if finding.retry_in is not None:
            yield words("report.retry", seconds=finding.retry_in), "dim"
        yield f"  {site}/{words.language}/{milestone.task}.html#{milestone.name}.{code.name}", "dim"
    else:
        yield words(f"cause.{finding.code}.seen", **finding.facts), ""
        yield "→ " + words(f"cause.{finding.code}.todo", **finding.facts), "bold"
        yield f"  {site}/{words.language}/reference/messages.html#cause.{finding.code}", "dim"


def _summary(report: Report, words: Words) -> Line:
    numbers = totals(report.findings)
    counts = [f"{words(f'verdict.{verdict}')} {numbers[verdict]}" for verdict in Verdict if numbers[verdict]]
    points = words("report.points", points=numbers["points"], max_points=numbers["max_points"])
    return ((" · ".join([*counts, points]), "bold"),)


def _next(report: Report, words: Words) -> Iterator[Line]:
    step = _next_step(report.findings)
    if step is not None:
        title = step.milestone.title[words.language]
        yield ((words("report.next", name=step.milestone.id, title=title), "bold"),)
    elif report.findings:
        yield ((words("report.all_passed"), "bold green"),)


def _next_step(findings: Sequence[Finding]) -> Finding | None:
    """The first thing the learner can act on: our own errors last."""
    actionable = [one for one in findings if one.verdict in _ACTIONABLE]
    return next(iter(actionable), next((one for one in findings if one.verdict is not Verdict.PASSED), None))
