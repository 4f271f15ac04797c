"""Search on a phone keyboard: with accents or without, in either placement of tones, composed or not."""

from __future__ import annotations

import unicodedata

import pytest

pytestmark = pytest.mark.browser
KEY = {"khóa", "phân", "vùng"}


def search(tab, typed, language="vi"):
    """How many pages are found, and which words are marked in what is shown of them."""
    tab.goto(f"{language}/index.html")
    tab.focus(".md-search__input")
    tab.wait_for_selector(".md-search-result__meta:not(:empty)", state="attached")
    tab.fill(".md-search__input", typed)
    tab.press(".md-search__input", "End")  # the theme listens to keys, not to changes
    answered = {"vi": "liên quan", "en": "matching doc"}[language]
    tab.wait_for_selector(f".md-search-result__meta:has-text('{answered}')")
    marks = tab.locator(".md-search-result mark").all_text_contents()
    return tab.locator(".md-search-result__item").count(), {mark.lower() for mark in marks}


@pytest.mark.parametrize(
    ("typed", "marked"),
    [
        ("dữ liệu", {"dữ", "liệu"}),
        ("du lieu", {"dữ", "liệu"}),
        ("DU LIEU", {"dữ", "liệu"}),
        (unicodedata.normalize("NFD", "dữ liệu"), {"dữ", "liệu"}),
        ("Đường dẫn", {"đường", "dẫn"}),
        ("duong dan", {"đường", "dẫn"}),
        ("khóa phân vùng", KEY),
        ("khoá phân vùng", KEY),
        ("khoa phan vung", KEY),
    ],
)
def test_search_finds_accented_words_however_typed(tab, typed, marked):
    found, marks = search(tab, typed)
    assert found >= 2
    assert marked <= marks


def test_search_finds_nothing_where_nothing_is(tab):
    assert search(tab, "xyzzy") == (0, set())


def test_search_in_english(tab):
    found, marks = search(tab, "partition key", "en")
    assert found >= 2
    assert {"partition", "key"} <= marks


def test_a_result_leads_to_its_page_and_marks_the_words_there(tab):
    search(tab, "dữ liệu")
    tab.locator(".md-search-result__link").first.click()
    tab.wait_for_url("**h=*")
    tab.wait_for_selector("article mark")


def test_the_search_button_of_a_phone_brings_the_search(tab):
    tab.set_viewport_size({"width": 390, "height": 844})
    tab.goto("vi/day1/bucket.html")
    with tab.expect_response("**/search_index.json"):
        tab.click("label.md-header__button[for=__search]")


def test_an_address_with_a_question_searches_at_once(tab):
    tab.goto("vi/index.html?q=du+lieu")
    tab.wait_for_selector(".md-search-result__meta:has-text('liên quan')")
