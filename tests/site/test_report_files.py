"""Files that the page refuses, or that somebody made to do harm: nothing stored is lost, nothing is drawn."""

from __future__ import annotations

import json

import pytest

from learner_reports import DAY1, edited
from report_form import choose, give, states, stored

pytestmark = pytest.mark.browser


def deep(text):
    return text.replace('"facts": {}', f'"facts": {"[" * 50000}{"]" * 50000}', 1)


REFUSED = {
    "not JSON": ("no report", "không phải JSON"),
    "empty": ("", "không phải JSON"),
    "not text": (b"\xff\xfe\x00{", "không phải JSON"),
    "cut short": (DAY1[:-20], "không phải JSON"),
    "a list": ("[1, 2]", "không phải báo cáo"),
    "null": ("null", "không phải báo cáo"),
    "other JSON": ('{"name": "x"}', "không phải báo cáo"),
    "schema by prototype": ('{"__proto__": {"schema": "checkday.report/1"}}', "không phải báo cáo"),
    "schema a number": (edited(DAY1, schema=1), "không phải báo cáo"),
    "older": (edited(DAY1, schema="checkday.report/0"), "định dạng cũ (checkday.report/0)"),
    "newer": (edited(DAY1, schema="checkday.report/2"), "mới hơn trang (checkday.report/2)"),
    "same key twice": (DAY1.replace('"mode"', '"learner": "x", "mode"'), "tên learner đứng hai lần"),
    "same key escaped": (DAY1.replace('"mode"', '"le\\u0061rner": "x", "mode"'), "tên learner đứng hai lần"),
    "nested deeply": (deep(DAY1), "quá nhiều lớp"),
    "learner a number": (edited(DAY1, learner=5), "Phần learner"),
    "learner markup": (edited(DAY1, learner="<img src=x onerror=alert(1)>"), "Phần learner"),
    "origin unknown": (edited(DAY1, origin="moon"), "Phần origin"),
    "time a number": (edited(DAY1, finished=20260115), "Phần finished"),
    "time to come": (edited(DAY1, finished="9999-01-15T08:00:00Z"), "Phần finished"),
    "no findings": (edited(DAY1, findings={}), "Phần findings"),
    "a finding null": (edited(DAY1, findings=[None]), "Phần findings[0] "),
    "id a number": (edited(DAY1, _id=1), "Phần findings[0].id"),
    "verdict unknown": (edited(DAY1, _verdict="perfect"), "Phần findings[0].verdict"),
    "verdict of objects": (edited(DAY1, _verdict="constructor"), "Phần findings[0].verdict"),
    "code a number": (edited(DAY1, _code=404), "Phần findings[0].code"),
    "code markup": (edited(DAY1, _code="<b>x</b>"), "Phần findings[0].code"),
    "cause a list": (edited(DAY1, _cause=["x"]), "Phần findings[0].cause"),
    "proof an object": (edited(DAY1, _proof={}), "Phần findings[0].proof"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_broken_file_is_refused_in_two_lines_and_nothing_is_lost(tab, name):
    text, said = REFUSED[name]
    give(tab, DAY1)
    before = stored(tab)
    seen, todo = choose(tab, text)
    assert seen.startswith("✗ report-1.json: ")
    assert said in seen
    assert len(todo) > 20
    assert "{" not in seen + todo
    assert stored(tab) == before


def test_what_is_refused_is_said_in_the_language_of_the_page(tab):
    assert give(tab, "{", language="en") == [
        "✗ report-1.json: What is in this file is not JSON.",
        "Run check-day with --format json --output, then choose the file it wrote.",
    ]


def test_a_file_that_is_too_big_is_refused_before_it_is_read(tab, tmp_path):
    big = tmp_path / "report-1.json"
    with big.open("wb") as file:
        file.truncate(50_000_000)
    tab.goto("vi/prepare.html")
    tab.evaluate("() => { File.prototype.arrayBuffer = () => { throw new Error('it was read'); }; }")
    tab.set_input_files("#ws-files", big)
    tab.wait_for_selector(".ws-answer p")
    seen = tab.locator(".ws-answer").inner_text()
    assert "khoảng 48 MiB, còn trang chỉ đọc tệp đến 4 MiB" in seen


def test_a_report_of_another_learner_is_told_by_name(tab):
    give(tab, DAY1)
    before = stored(tab)
    tab.fill("#ws-LEARNER", "binh02")
    seen, todo = choose(tab, DAY1)
    assert "Tệp này của an01, còn mã của bạn ở đây là binh02." in seen
    assert "nếu an01 mới là mã của bạn" in todo
    assert stored(tab)["findings"] == before["findings"]
    assert states(tab) == {}


def test_without_a_name_the_first_report_says_whose_pages_these_are(tab):
    _, _, seen, _ = give(tab, DAY1, edited(DAY1, learner="binh02"))
    assert "Tệp này của binh02, còn mã của bạn ở đây là an01." in seen


HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>{key}\u202e\x1b[31m"


def everywhere(value, text):
    """The same document with this text in the place of every string."""
    if isinstance(value, dict):
        return {key: everywhere(one, text) for key, one in value.items()}
    if isinstance(value, list):
        return [everywhere(one, text) for one in value]
    return text if isinstance(value, str) else value


def test_markup_in_every_field_is_refused_and_never_drawn(tab):
    report = json.loads(DAY1)
    seen, _ = give(tab, json.dumps(everywhere(report, HOSTILE) | {"schema": report["schema"]}))
    assert "Phần learner" in seen
    assert tab.locator(".md-content :is(img, script)").count() == 0


@pytest.mark.parametrize(
    "field", ["account", "principal", "tool_version", "course_version", "regions", "mode"]
)
def test_markup_where_the_page_does_not_look_is_never_drawn(tab, field):
    assert give(tab, edited(DAY1, **{field: HOSTILE}, _facts={HOSTILE: HOSTILE}))[0].startswith("✓")
    states(tab)
    assert "onerror" not in tab.locator(".md-content").inner_html()


def test_a_name_of_a_key_is_drawn_as_harmless_text(tab):
    key = json.dumps(HOSTILE)
    seen, _ = give(tab, f"{{{key}: 1, {key}: 2}}")
    assert "<img src=x onerror=alert(1)>" in seen
    assert "\u202e" not in seen
    assert "\x1b" not in seen
    assert tab.locator(".ws-answer img").count() == 0


def test_a_name_of_a_file_is_drawn_as_harmless_text(tab):
    tab.goto("vi/prepare.html")
    name = "<b>\u202egnp.json"
    tab.set_input_files("#ws-files", {"name": name, "mimeType": "application/json", "buffer": b"{}"})
    tab.wait_for_selector(".ws-answer p")
    assert tab.locator(".ws-answer bdi").inner_text() == "<b>?gnp.json"


def test_results_that_were_tampered_with_are_not_shown(tab):
    give(tab, DAY1)
    kept = stored(tab)
    kept["findings"]["day1.bucket"]["verdict"] = "<b>"
    kept["findings"]["day1.account"] = 5
    kept["findings"]["day1.reference"]["at"] = "__proto__"
    tab.evaluate("kept => localStorage.setItem('fcj-workshop', kept)", json.dumps(kept))
    assert list(states(tab)) == ["bucket_private"]
