"""The cohort's page as axe sees it: nothing bars the way, in either palette, language or size."""

from __future__ import annotations

from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe

from cohort_rows import Signal, Waiver, cohort, hostile, large
from page_tabs import DESK, PHONE, english

pytestmark = pytest.mark.browser

STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
OPTIONS = {"runOnly": {"type": "tag", "values": STANDARDS}, "resultTypes": ["violations"]}


def barriers(tab):
    """What axe has against the page, then against an open learner, as `rule: where it is`."""
    found = Axe().run(tab, options=OPTIONS).response["violations"]
    tab.locator("#stuck button.learner").first.click()
    found += Axe().run(tab, options=OPTIONS).response["violations"]
    return [f"{fault['id']}: {node['target']}" for fault in found for node in fault["nodes"]]


def everything():
    """A cohort with something in every part of the page."""
    people, rows = cohort()
    waivers = [Waiver("an06", "day1.m5", "ốm", date(2026, 11, 1), "Cô Lan")]
    return {"people": people, "rows": rows, "waivers": waivers, "signals": [Signal("unheard_of", "an01", {})]}


@pytest.mark.parametrize("colors", ["light", "dark"])
def test_nothing_bars_the_way_in_either_palette(opened, colors):
    assert barriers(opened(colors=colors, **everything())) == []


@pytest.mark.audit
@pytest.mark.parametrize("colors", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESK])
@pytest.mark.parametrize("wanted", ["vi", "en"])
@pytest.mark.parametrize(
    "parts",
    [everything, lambda: hostile("x" * 300), lambda: large(200, 101)],
    ids=["everything", "hostile", "large"],
)
def test_nothing_bars_the_way_of_any_cohort(opened, colors, viewport, wanted, parts):
    tab = opened(viewport, colors, **parts())
    assert barriers(english(tab) if wanted == "en" else tab) == []
