"""Whatever a learner, a school or AWS calls a thing, it stays text in the cohort's page."""

import base64
import hashlib
import json
import re

import pytest

from checkday.plain import plain
from cohort_document import Document
from cohort_rows import HOSTILE, SITE, cohort, hostile, page

ATTRIBUTES = """
lang charset http-equiv content name datetime class href id type checked for rel scope role hidden tabindex
aria-labelledby data-list colspan
"""


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: ascii(value)[:30])
def test_hostile_text_stays_text(value):
    shown = page(**hostile(value))
    document = Document(shown)
    assert document.tags == Document(page(**hostile("harmless"))).tags
    assert {name for name, _ in document.attributes} <= set(ATTRIBUTES.split())
    assert all(one.isprintable() or one == "\n" for one in shown)
    assert all(value.startswith((SITE, "#")) for name, value in document.attributes if name == "href")
    assert any(plain(value) in text for text in document.texts)


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: ascii(value)[:30])
def test_hostile_text_is_data_that_no_parser_can_leave(value):
    for attrs, text in Document(page(**hostile(value))).scripts:
        if "type" in attrs:
            assert attrs["type"] == "application/json"
            assert not {"<", ">", "&"} & set("".join(text))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_hostile_text_never_fills_a_place_of_a_sentence(language):
    known = Document(page(**hostile("{detail} {actual}"))).data("known")[0]
    assert "{detail}" not in json.dumps(known["sentences"])
    assert known["words"][language]["verdict.passed"]


def test_only_our_own_script_and_style_may_run():
    shown = page(*cohort())
    policy = dict(re.findall(r"([a-z-]+) ([^;]+)", re.search(r'content="(default-src[^"]+)"', shown)[1]))
    assert policy == {
        "default-src": "'none'",
        "script-src": hashed(re.search(r"<script>(.*)</script>", shown, re.DOTALL)[1]),
        "style-src": hashed(re.search(r"<style>(.*)</style>", shown, re.DOTALL)[1]),
        "base-uri": "'none'",
        "form-action": "'none'",
    }


def hashed(text):
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_the_script_never_makes_markup_of_a_string():
    script = re.search(r"<script>(.*)</script>", page([], []), re.DOTALL)[1]
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacent|document\.write|eval|Function\(|DOMParser", script
    )
