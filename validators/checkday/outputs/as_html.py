"""The report as one HTML file: nothing to load, nothing to run, readable on a phone and on paper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree import ElementTree as ET

from checkday.model import Course, Finding, Report, Sighting, Task
from checkday.outputs.inert import inert
from checkday.outputs.sentences import MARKS, by_task, closing, explanation, heading, page, points, summary
from checkday.plain import plain
from checkday.words import Words

POLICY = "default-src 'none'; style-src 'unsafe-inline'"

_STYLE = """
:root{color-scheme:light dark;--ground:#fff;--text:#1a1d21;--soft:#59636e;--line:#d5dae0;--link:#0550ae;
--passed:#116329;--failed:#b3131d;--pending:#7a4a00;--blocked:#6b2fb3;--skipped:#59636e;--error:#b3131d}
@media(prefers-color-scheme:dark){:root{--ground:#15181c;--text:#e8ebee;--soft:#a3adb8;--line:#3a424b;
--link:#79b8ff;--passed:#56d364;--failed:#ff8b84;--pending:#e3b341;--blocked:#d2a8ff;--skipped:#a3adb8;
--error:#ff8b84}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:46rem;padding:1.25rem 1rem 3rem;background:var(--ground);color:var(--text);
font:1rem/1.55 system-ui,sans-serif;overflow-wrap:anywhere}
h1{font-size:1.5rem;line-height:1.25;margin:0}
h2{font-size:1.1rem;margin:2rem 0 .25rem}
p{margin:.25rem 0}
a{color:var(--link)}
.soft,summary,td,th{color:var(--soft);font-size:.875rem}
.next{margin:1rem 0 0;padding:.6rem .8rem;border-left:.25rem solid var(--link);font-weight:600}
ul{list-style:none;margin:0;padding:0}
li{padding:.6rem 0 .6rem 1.75rem;border-bottom:1px solid var(--line);position:relative}
li>.mark{position:absolute;left:.25rem;top:.85rem;font-weight:700}
.title{font-weight:600}
code{font:.875em ui-monospace,monospace}
.mark,.verdict{color:var(--tint)}
.verdict{font-weight:600;white-space:nowrap}
.passed{--tint:var(--passed)}.failed{--tint:var(--failed)}.pending{--tint:var(--pending)}
.blocked{--tint:var(--blocked)}.skipped{--tint:var(--skipped)}.error{--tint:var(--error)}
.todo{font-weight:600}
table{border-collapse:collapse}
td{padding:.1rem .75rem .1rem 0;vertical-align:top;text-align:left}
"""

Piece = ET.Element | str
"""What a tag holds. Text only ever becomes text: there is no way here to write markup from a string."""


def render(report: Report, course: Course, words: Words, site: str) -> str:
    """The whole document."""
    body = tag(
        "body", tag("header", *_header(report, words)), tag("main", *_tasks(report, course, words, site))
    )
    document = tag("html", _head(report, words), body, lang=words.language)
    return f"<!doctype html>\n{ET.tostring(document, encoding='unicode', method='html')}\n"


def tag(name: str, /, *pieces: Piece, **attributes: str) -> ET.Element:
    """One element; an attribute `class_` is written `class`."""
    element = ET.Element(name, {key.rstrip("_"): inert(value) for key, value in attributes.items()})
    last: ET.Element | None = None
    for piece in pieces:
        if isinstance(piece, ET.Element):
            element.append(piece)
            last = piece
        elif last is None:
            element.text = (element.text or "") + inert(piece)
        else:
            last.tail = (last.tail or "") + inert(piece)
    return element


def _head(report: Report, words: Words) -> ET.Element:
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", **{"http-equiv": "Content-Security-Policy", "content": POLICY}),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", f"{words('html.title')}: {plain(report.learner)}"),
        tag("style", _STYLE),
    )


def _header(report: Report, words: Words) -> Iterator[ET.Element]:
    yield tag("h1", words("html.title"))
    yield tag("p", " · ".join(heading(report, words)), class_="soft")
    when = tag("time", report.started.replace("T", " ").replace("Z", " UTC"), datetime=report.started)
    yield tag("p", when, class_="soft")
    yield tag("p", " · ".join(summary(report, words)), class_="title")
    if said := closing(report, words):
        yield tag("p", said, class_="next")


def _tasks(report: Report, course: Course, words: Words, site: str) -> Iterator[ET.Element]:
    for task, findings in by_task(report, course):
        yield tag("section", *_task(task, findings, words, site))


def _task(task: Task, findings: Sequence[Finding], words: Words, site: str) -> Iterator[ET.Element]:
    yield tag("h2", tag("a", task.title[words.language], href=page(task.id, words, site)))
    yield tag("ul", *(tag("li", *_finding(one, words, site), class_=one.verdict) for one in findings))


def _finding(finding: Finding, words: Words, site: str) -> Iterator[ET.Element]:
    milestone, verdict = finding.milestone, finding.verdict
    yield tag("span", MARKS[verdict], class_="mark", **{"aria-hidden": "true"})
    yield tag(
        "p",
        tag("span", milestone.title[words.language], class_="title"),
        " · ",
        tag("span", words(f"verdict.{verdict}"), class_="verdict"),
        f" · {points(finding)} · ",
        tag("code", milestone.id),
    )
    seen, todo, note, link = explanation(finding, words, site)
    for text, kind in ((seen, "seen"), (todo, "todo"), (note, "soft")):
        if text:
            yield tag("p", text, class_=kind)
    if link:
        yield tag("p", tag("a", words("html.page"), href=link))
    if finding.evidence:
        yield tag("details", tag("summary", words("html.evidence")), _evidence(finding.evidence))


def _evidence(sightings: Sequence[Sighting]) -> ET.Element:
    rows = ((one.call, one.region, one.at, one.request_id) for one in sightings)
    return tag("table", tag("tbody", *(tag("tr", *(tag("td", plain(cell)) for cell in row)) for row in rows)))
