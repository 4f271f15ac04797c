"""The report as a learner reads it: what is done, what is not, why, and the next step."""

from __future__ import annotations

from collections.abc import Iterator

from checkday.model import Course, Finding, Report, Task, Verdict
from checkday.outputs.sentences import (
    MARKS,
    by_task,
    closing,
    explanation,
    heading,
    next_step,
    points,
    summary,
)
from checkday.words import Words

Line = tuple[tuple[str, str], ...]
"""Pieces of text with the style they are painted in; without a terminal only the texts are printed."""

_STYLES = {
    Verdict.PASSED: "green",
    Verdict.FAILED: "red",
    Verdict.PENDING: "yellow",
    Verdict.BLOCKED: "magenta",
    Verdict.SKIPPED: "dim",
    Verdict.ERROR: "bold red",
}
_WIDTH = 18


def render(report: Report, course: Course, words: Words, site: str) -> str:
    """The report without colours."""
    return "".join("".join(text for text, _ in line) + "\n" for line in lines(report, course, words, site))


def lines(report: Report, course: Course, words: Words, site: str) -> Iterator[Line]:
    """The report line by line."""
    yield title(report, words)
    told: set[str] = set()
    for task, findings in by_task(report, course):
        yield ()
        yield task_line(task, words)
        for finding in findings:
            yield finding_line(finding, words)
            yield from _details(finding, words, site, told)
    yield ()
    yield from conclusion(report, words)


def title(report: Report, words: Words) -> Line:
    """Who was looked at."""
    return ((" · ".join(heading(report, words)), "bold"),)


def task_line(task: Task, words: Words) -> Line:
    return ((f"{task.id}  ", "bold"), (task.title[words.language], "bold"))


def finding_line(finding: Finding, words: Words) -> Line:
    """One milestone on one line: mark, name, goal, verdict."""
    milestone, style = finding.milestone, _STYLES[finding.verdict]
    return (
        (f"  {MARKS[finding.verdict]} ", style),
        (f"{milestone.name:<{_WIDTH}}", style),
        (f"{milestone.title[words.language]}  ", ""),
        (f"[{words(f'verdict.{finding.verdict}')} {points(finding)}]", "dim"),
    )


def details(finding: Finding, words: Words, site: str) -> list[Line]:
    """What was seen, what to do, and where to read on."""
    seen, todo, note, link = explanation(finding, words, site)
    said = ((seen, ""), (todo and f"→ {todo}", "bold"), (note, "dim"), (link and f"  {link}", "dim"))
    return [(("      ", ""), (text, style)) for text, style in said if text]


def conclusion(report: Report, words: Words) -> Iterator[Line]:
    """The counts, and what to do now."""
    yield ((" · ".join(summary(report, words)), "bold"),)
    if said := closing(report, words):
        yield ((said, "bold" if next_step(report.findings) else "bold green"),)


def _details(finding: Finding, words: Words, site: str, told: set[str]) -> Iterator[Line]:
    said = details(finding, words, site)
    if finding.verdict is Verdict.BLOCKED:
        # One dead network blocks every milestone: its sentences are said once.
        said = [line for line in said if line[1][0] not in told]
        told.update(line[1][0] for line in said)
    yield from said
