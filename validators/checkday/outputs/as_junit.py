"""The report as JUnit XML, for the test pages of CI systems: a suite a task, a case a milestone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from xml.etree import ElementTree as ET

from checkday.model import Course, Finding, Report, Task, Verdict
from checkday.outputs.inert import inert
from checkday.outputs.sentences import by_task, explanation
from checkday.words import Words

_RESULTS = {
    Verdict.FAILED: "failure",
    Verdict.ERROR: "error",
    Verdict.BLOCKED: "skipped",
    Verdict.PENDING: "skipped",
    Verdict.SKIPPED: "skipped",
}
_COUNTS = {"failures": "failure", "errors": "error", "skipped": "skipped"}


def render(report: Report, course: Course, words: Words, site: str) -> str:
    """The whole document."""
    root = _element("testsuites", {"name": f"check-day {report.learner}", **_numbers(report.findings)})
    for task, findings in by_task(report, course):
        root.append(_suite(report, task, findings, words, site))
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _suite(report: Report, task: Task, findings: Sequence[Finding], words: Words, site: str) -> ET.Element:
    suite = _element("testsuite", {"name": task.id, "timestamp": report.started, **_numbers(findings)})
    properties = ET.SubElement(suite, "properties")
    properties.extend(
        _element("property", {"name": name, "value": value})
        for name, value in _properties(report, task.title[words.language])
    )
    suite.extend(_case(finding, words, site) for finding in findings)
    return suite


def _properties(report: Report, title: str) -> Iterator[tuple[str, str]]:
    yield "title", title
    for name in ("learner", "account", "origin", "mode", "course_version", "tool_version"):
        yield name, str(getattr(report, name) or "")


def _case(finding: Finding, words: Words, site: str) -> ET.Element:
    milestone = finding.milestone
    seconds = f"{finding.seconds:.3f}"
    case = _element("testcase", {"classname": milestone.task, "name": milestone.id, "time": seconds})
    if finding.verdict is not Verdict.PASSED:
        seen, todo, note, link = explanation(finding, words, site)
        verdict = words(f"verdict.{finding.verdict}")
        kind = finding.verdict if finding.code is None else f"{finding.verdict}.{finding.code}"
        attributes = {"message": f"{verdict}: {seen or note}", "type": kind}
        text = "\n".join(line for line in (milestone.title[words.language], seen, todo, note, link) if line)
        case.append(_element(_RESULTS[finding.verdict], attributes, text))
    return case


def _numbers(findings: Sequence[Finding]) -> dict[str, str]:
    results = [_RESULTS.get(finding.verdict) for finding in findings]
    counts = {name: str(results.count(result)) for name, result in _COUNTS.items()}
    return {"tests": str(len(findings)), **counts, "time": f"{sum(one.seconds for one in findings):.3f}"}


def _element(name: str, attributes: Mapping[str, str], text: str = "") -> ET.Element:
    """The only way an element is made here: nothing enters the document that is not inert."""
    element = ET.Element(name, {key: inert(value) for key, value in attributes.items()})
    element.text = inert(text) or None
    return element
