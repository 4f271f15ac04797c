"""The cohort's page in a real browser: by keyboard, in both languages, in the dark, on paper, with 10,000."""

from __future__ import annotations

import pytest

from cohort_rows import HOSTILE, SITE, Signal, cohort, graded, hostile, large
from page_tabs import DESK, PHONE, english, learner

pytestmark = pytest.mark.browser

ELEMENTS = "document.querySelectorAll('*').length"


# From a list or the map to a learner's findings


def test_a_learner_of_a_list_opens_with_reasons_calls_proof_and_trust(opened):
    tab = english(opened())
    tab.locator("#stuck").get_by_role("button", name="Học viên 1").click()
    wrong = learner(tab).locator("li.failed")
    assert "Have day1.m2" in wrong.inner_text()
    assert "Saw fcj-x." in wrong.inner_text()
    assert "s3:HeadBucket ap-southeast-1" in wrong.inner_text()
    assert "observed by the instructor's role" in learner(tab).locator("li.passed").first.inner_text()
    assert (
        learner(tab).get_by_role("link", name="Page 1").get_attribute("href") == f"{SITE}/en/day1/page.html"
    )


def test_closing_gives_the_keyboard_back_to_where_it_was(opened):
    tab = opened()
    button = tab.locator("#stuck").get_by_role("button", name="Học viên 1")
    button.focus()
    tab.keyboard.press("Enter")
    assert learner(tab).is_visible()
    tab.keyboard.press("Escape")
    assert not learner(tab).is_visible()
    assert button.evaluate("one => one === document.activeElement")


def test_the_map_is_walked_by_keyboard_and_opens_the_finding(opened):
    tab = english(opened())
    grid = tab.get_by_role("grid")
    grid.focus()
    for key in ("ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight"):
        tab.keyboard.press(key)
    active = tab.locator(f"[id='{grid.get_attribute('aria-activedescendant')}']")
    assert active.get_attribute("aria-label") == "Have day1.m2: not done"
    assert "Học viên 1 (an01) · Have day1.m2 · not done" in tab.locator("#said").inner_text()
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.textContent").startswith("✗Have day1.m2")


def test_the_map_tells_its_size_and_names_to_a_screen_reader(opened):
    tab = english(opened())
    grid = tab.get_by_role("grid", name="The result of each learner at each milestone")
    assert (grid.get_attribute("aria-rowcount"), grid.get_attribute("aria-colcount")) == ("9", "7")
    assert grid.get_by_role("columnheader", name="Have day1.m2").count() == 1
    assert grid.get_by_role("rowheader", name="Học viên 1").count() == 1


def test_a_cell_opens_by_click(opened):
    tab = opened()
    tab.get_by_role("gridcell", name="Có day1.m2: chưa đạt").click()
    assert "Thấy fcj-x." in learner(tab).inner_text()


def test_the_map_is_searched_and_narrowed_to_a_list(opened):
    tab = english(opened())
    tab.get_by_label("Find by name").fill("viên 3")
    assert tab.locator(".row .name").all_inner_texts() == ["Học viên 3"]
    tab.get_by_label("Find by name").fill("")
    tab.get_by_label("List").select_option("stuck")
    assert tab.locator(".row .name").all_inner_texts() == ["Học viên 1", "Học viên 6"]
    assert tab.locator("output").inner_text() == "2 of 8 learners"


def test_a_learner_tells_what_is_left_and_what_it_costs(opened):
    people, rows = cohort()
    left = [
        {"arn": "arn:aws:dynamodb:an00", "why": "capacity", "usd_month": 19.44},
        {"arn": "arn:aws:iam:role", "why": "free", "usd_month": 0.0},
    ]
    unseen = [{"kind": "table", "region": "us-east-1", "cause": "denied"}]
    tab = english(opened(people=people, rows=[graded(people[0], left=left, unseen=unseen), *rows[1:]]))
    tab.locator("#done").get_by_role("button").click()
    assert learner(tab).locator("h3:has-text('Left in the account') + ul > li").all_inner_texts() == [
        "arn:aws:dynamodb:an00 · 19.44 USD a month",
        "Things that cost under 1 cent a month each: 1",
        "Not everything left could be looked at.",
    ]


def test_a_learner_without_a_result_says_why(opened):
    tab = english(opened())
    tab.locator("#unchecked").get_by_role("button", name="Học viên 7").click()
    assert "This run has not looked at the account yet." in learner(tab).inner_text()


def test_a_suspicion_is_told_with_the_learner(opened):
    people, rows = cohort()
    tab = english(opened(people=people, rows=rows, signals=[Signal("unheard_of", "an01", {})]))
    tab.locator("#odd button").click()
    assert "unheard_of" in learner(tab).inner_text()


# The switch, without a script, dark, paper


def test_the_switch_changes_everything_at_once(opened):
    tab = opened()
    assert tab.evaluate("document.documentElement.lang") == "vi"
    assert tab.get_by_role("heading", name="Còn vướng").count() == 1
    english(tab)
    assert tab.evaluate("document.documentElement.lang") == "en"
    assert tab.title() == "Results of the cohort: lớp A"
    assert tab.get_by_role("heading", name="Stuck").count() == 1
    visible = tab.evaluate("document.body.innerText")
    assert not [
        text for text in ("Còn vướng", "Học viên và các mốc", "Thấy", "Dùng các phím") if text in visible
    ]


def test_the_switch_speaks_within_an_open_learner(opened):
    tab = opened()
    tab.locator("#stuck button.learner").first.click()
    tab.evaluate("document.getElementById('to-en').click()")
    assert "Saw fcj-x." in learner(tab).inner_text()


def test_totals_and_lists_are_there_without_a_script(opened):
    tab = opened(scripts=False)
    counts = tab.locator(".counts strong").all_inner_texts()
    assert counts == ["1", "2", "1", "4", "0"]
    assert "Học viên 1 an01: Có day1.m2. Thấy fcj-x." in tab.locator("#stuck li").first.inner_text()
    assert not tab.locator("#heat").is_visible()
    english(tab)
    assert "Saw fcj-x." in tab.locator("#stuck li").first.inner_text()


@pytest.mark.parametrize("viewport", [PHONE, DESK])
def test_the_page_never_scrolls_sideways(opened, viewport):
    tab = opened(viewport, **hostile("x" * 300))
    assert tab.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    tab.locator("button.learner").first.click()
    assert tab.evaluate("(one => one.scrollWidth <= one.clientWidth)(document.querySelector('dialog'))")


def test_light_and_dark_differ_and_follow_the_system(opened):
    shades = {}
    for colors in ("light", "dark"):
        tab = opened(colors=colors)
        shades[colors] = tab.evaluate("getComputedStyle(document.body).backgroundColor")
        corner = tab.evaluate(
            "[...document.querySelector('canvas').getContext('2d').getImageData(0,0,1,1).data]"
        )
        cell = tab.locator(".row .passed").first.evaluate("one => getComputedStyle(one).backgroundColor")
        assert cell == f"rgb({corner[0]}, {corner[1]}, {corner[2]})"
    assert shades == {"light": "rgb(255, 255, 255)", "dark": "rgb(21, 24, 28)"}


def test_paper_has_every_list_and_the_picture_on_white(opened):
    tab = opened(colors="dark", **large(150, 20))
    assert tab.locator("#stuck li").count() == 20
    tab.emulate_media(media="print")
    tab.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert tab.locator("#stuck li").count() == 150
    assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert tab.locator("canvas").is_visible()
    assert tab.locator(".paper .swatch").count() == 7  # a key: paper shows colors alone
    assert not tab.locator(".scroller").is_visible()
    tab.evaluate("dispatchEvent(new Event('afterprint'))")
    assert tab.locator("#stuck li").count() == 20
    assert len(tab.pdf()) > 1000


# Hostile text


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: ascii(value)[:30])
def test_hostile_text_only_ever_becomes_text(opened, value):
    tab = opened(**hostile(value))
    before = tab.evaluate("[...new Set([...document.querySelectorAll('*')].map(one => one.tagName))].sort()")
    for button in tab.locator("button.learner").all():
        button.click()
        assert learner(tab).is_visible()
        tab.evaluate("document.getElementById('to-en').click()")
        tab.keyboard.press("Escape")
        tab.evaluate("document.getElementById('to-vi').click()")
    after = tab.evaluate("[...new Set([...document.querySelectorAll('*')].map(one => one.tagName))].sort()")
    assert set(after) - set(before) <= {"LI", "H3", "A", "UL", "P", "DIV", "STRONG"}
    assert tab.evaluate("document.querySelectorAll('img,svg,iframe,object,embed,form,base,link').length") == 0
    assert tab.evaluate("document.querySelectorAll('script:not([type])').length") == 1


# Many learners


@pytest.mark.parametrize("count", [2_000, pytest.param(10_000, marks=pytest.mark.audit)])
def test_many_learners_keep_the_page_small(opened, count):
    tab = opened(**large(count))
    assert tab.evaluate("learners.length") == count
    assert tab.evaluate(ELEMENTS) < 6_000
    tab.get_by_role("grid").focus()
    tab.keyboard.press("Control+End")
    assert f"Học viên {count - 1}" in tab.locator("#said").inner_text()
    assert tab.locator(".row .name").last.inner_text() == f"Học viên {count - 1}"
    assert tab.evaluate(ELEMENTS) < 6_000
    tab.evaluate("map.scroller.scrollTop = 22000")
    tab.get_by_text("Học viên 996", exact=True).wait_for(state="attached")  # the page's policy bans eval
    assert tab.locator(".row .name").first.inner_text() == "Học viên 996"
    assert tab.locator(".row").count() < 60
    tab.get_by_label("Tìm theo tên").fill(f"viên {count - 1}")
    assert tab.locator("output").inner_text() == f"1 trong {count} học viên"
    tab.locator(".row .name").last.click()
    assert f"Học viên {count - 1}" in learner(tab).inner_text()
    assert learner(tab).locator("li").count() == 101
    assert tab.evaluate("unpacked.size") == 1
    assert tab.evaluate(ELEMENTS) < 6_000


def test_a_long_list_grows_when_asked_and_keeps_the_keyboard(opened):
    tab = english(opened(**large(150, 20)))
    more = tab.locator("#stuck button.more")
    assert more.inner_text() == "Show more (130 left)"
    more.click()
    assert tab.locator("#stuck li").count() == 120
    assert tab.evaluate("document.activeElement.textContent") == "Học viên 20"
