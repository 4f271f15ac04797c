"""Accessibility as axe sees it: no violation on any page, in both palettes and both languages."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from built_pages import FRONT, pages

pytestmark = pytest.mark.browser

STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
OPTIONS = {"runOnly": {"type": "tag", "values": STANDARDS}, "resultTypes": ["violations"]}
PALETTES = {"light": "default", "dark": "slate"}
PHONE = {"width": 390, "height": 844}


def violations(tab, page, palette):
    """What axe has against a page, as `rule: where it is`."""
    tab.emulate_media(color_scheme=palette, reduced_motion="reduce")
    tab.goto(f"{page}#choose" if page in FRONT else page)
    if page not in FRONT:
        assert tab.get_attribute("body", "data-md-color-scheme") == PALETTES[palette]
        tab.wait_for_selector(".md-search[role=dialog][aria-label]", state="attached")
    found = Axe().run(tab, options=OPTIONS).response["violations"]
    return [f"{page} {palette} {fault['id']}: {node['target']}" for fault in found for node in fault["nodes"]]


@pytest.mark.parametrize(
    ("page", "palette"),
    [
        ("index.html", "light"),
        ("vi/index.html", "dark"),
        ("en/day1/bucket.html", "light"),
        ("vi/day1/bucket.html", "dark"),
        ("en/reference/milestones.html", "dark"),
    ],
)
def test_a_sample_of_pages_has_no_barrier(tab, page, palette):
    assert violations(tab, page, palette) == []


def test_a_phone_meets_no_barrier(tab):
    tab.set_viewport_size(PHONE)
    assert violations(tab, "en/day1/stream.html", "light") == []


def test_a_planted_barrier_is_seen(tab):
    tab.set_content("<main><h1>A</h1><p style='color:#999;background:#fff'>pale</p><img src=data:,></main>")
    found = {fault["id"] for fault in Axe().run(tab, options=OPTIONS).response["violations"]}
    assert {"color-contrast", "image-alt"} <= found


@pytest.mark.audit
@pytest.mark.parametrize("palette", PALETTES)
def test_no_page_has_a_barrier(tab, built, palette):
    assert [fault for page in pages(built) for fault in violations(tab, page, palette)] == []
