"""The dashboard's page in a real browser: on a telephone and at a desk, in the dark, without a script."""

from __future__ import annotations

import itertools
from functools import partial

import pytest

from dashboard_page import HOSTILE, large, rendered
from page_tabs import DESK, PHONE, opening

pytestmark = pytest.mark.browser


@pytest.fixture
def opened(chromium, tmp_path):
    with opening(chromium, tmp_path / "dashboard.html", partial(rendered, "vi")) as open_page:
        yield lambda viewport=PHONE, *more, **rows: open_page(viewport, *more, **rows)


@pytest.mark.parametrize("rows", [{"cells": large()}, {"cells": {("1" * 90, "x" * 300): 2}}])
@pytest.mark.parametrize("viewport", [PHONE, DESK])
def test_the_page_never_scrolls_sideways(opened, viewport, rows):
    tab = opened(viewport, **rows)
    assert tab.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    for details in tab.locator("summary").all():
        details.click()
    assert tab.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


@pytest.mark.parametrize(("viewport", "seen"), [(PHONE, "narrow"), (DESK, "wide")])
def test_each_chart_is_seen_once_and_has_a_name(opened, viewport, seen):
    tab = opened(viewport)
    for name in ("Thiết bị nào nghe bài nào", "Nghệ sĩ nào được nghe nhiều"):
        assert tab.get_by_role("img", name=name).count() == 1
    assert tab.locator(f".{seen} svg").first.is_visible()
    assert tab.locator(".chart svg:visible").count() == 2


def test_letters_on_a_telephone_are_large_enough(opened):
    tab = opened(cells=large())
    heights = tab.locator(".narrow text:visible").evaluate_all(
        "all => all.filter(one => one.textContent).map(one => one.getBoundingClientRect().height)"
    )
    assert min(heights) >= 11


def test_the_switch_shows_the_other_language_without_a_script(opened):
    tab = opened(scripts=False)
    assert tab.get_by_role("heading", level=1).text_content()
    assert visible_headings(tab) == "Dashboard lượt nghe"
    tab.get_by_text("English", exact=True).click()
    assert visible_headings(tab) == "Listening dashboard"
    assert tab.get_by_role("img", name="Which device plays which track").count() == 1
    assert tab.locator("main [lang=vi]:visible").count() == 0


def visible_headings(tab):
    return tab.locator("h1 span:visible").inner_text()


def test_the_switch_works_by_keyboard(opened):
    tab = opened()
    tab.keyboard.press("Tab")
    tab.keyboard.press("ArrowRight")
    assert visible_headings(tab) == "Listening dashboard"


@pytest.mark.parametrize("colors", ["light", "dark"])
def test_letters_stand_out_from_what_is_behind_them(opened, colors):
    tab = opened(DESK, colors, cells=large())
    pairs = tab.evaluate(CONTRASTS)
    assert len(pairs) > 30
    assert min(map(contrast, pairs)) >= 4.5


CONTRASTS = """() => {
  const seen = [...document.querySelectorAll('.wide path')].filter(one => one.getAttribute('fill'));
  const ground = getComputedStyle(document.body).backgroundColor;
  const letters = [...document.querySelectorAll('.wide text')].filter(one => one.textContent.trim());
  const pairs = letters.map(one => {
    const at = one.getBoundingClientRect(), x = at.left + 2, y = at.top + at.height / 2;
    const behind = seen.filter(path => {
      const box = path.getBoundingClientRect();
      return box.left <= x && x <= box.right && box.top <= y && y <= box.bottom;
    }).pop();
    return [getComputedStyle(one).fill, behind ? getComputedStyle(behind).fill : ground];
  });
  const style = name => getComputedStyle(document.querySelector(name));
  return [...pairs, ...['p.soft', 'caption', 'summary', 'h1'].map(name => [style(name).color, ground])];
}"""


def contrast(pair):
    """The ratio of WCAG 2."""
    dark, light = sorted(map(luminance, pair))
    return (light + 0.05) / (dark + 0.05)


def luminance(color):
    parts = [int(part) / 255 for part in color[color.index("(") + 1 : -1].split(",")[:3]]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("colors", ["light", "dark"])
def test_shades_of_the_legend_stand_apart_and_grow_from_the_ground(opened, colors):
    tab = opened(DESK, colors, cells=large())
    fills = (
        tab.locator(".legend")
        .first.locator("path")
        .evaluate_all("all => all.map(e => getComputedStyle(e).fill)")
    )
    ground = tab.evaluate("getComputedStyle(document.body).backgroundColor")
    distances = [contrast((ground, fill)) for fill in fills]
    assert len(fills) == 6
    assert all(later >= 1.2 * earlier for earlier, later in itertools.pairwise(distances))


def test_hostile_names_are_text_to_the_browser_too(opened):
    tab = opened(cells={(name, name): 9 for name in HOSTILE})
    tab.locator("summary").first.click()
    assert tab.get_by_text(HOSTILE[0], exact=True).first.is_visible()
    assert tab.locator("script, img, a, iframe").count() == 0
