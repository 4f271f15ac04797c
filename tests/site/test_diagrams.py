"""Each day's diagram, as a phone shows it: readable, inside its boxes, told in words, in both palettes."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DIAGRAMS = ROOT / "docs" / "_shared" / "diagrams"
DAYS = range(1, 8)
LANGUAGES = ("vi", "en")
SVG = "{http://www.w3.org/2000/svg}"
PHONE = {"width": 360, "height": 740}
SMALLEST = 11
"""The least size of a label in px on a phone."""
LABELS = """
svg => {
  const scale = svg.getScreenCTM().a;
  const box = shape => { const b = shape.getBBox(); return [b.x, b.y, b.x + b.width, b.y + b.height]; };
  return {
    view: [0, 0, svg.viewBox.baseVal.width, svg.viewBox.baseVal.height],
    boxes: [...svg.querySelectorAll("rect:not([fill]):not([opacity])")].map(box),
    texts: [...svg.querySelectorAll("text")].map(text => ({
      words: text.textContent, box: box(text), size: parseFloat(getComputedStyle(text).fontSize) * scale})),
  };
}
"""
COLOURS = """
svg => {
  const behind = getComputedStyle(document.body).backgroundColor;
  const accent = svg.querySelector("[style*='md-accent']");
  return {behind, accent: getComputedStyle(accent).stroke,
    text: [...svg.querySelectorAll("text, tspan")].map(text => getComputedStyle(text).fill)};
}
"""


@pytest.fixture
def drawn(tab):
    """A day's diagram in a tab as wide as a phone."""

    def draw(day, language, scheme="light"):
        tab.set_viewport_size(PHONE)
        tab.emulate_media(color_scheme=scheme)
        tab.goto(f"{language}/day{day}/index.html")
        assert tab.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        return tab.locator(".ws-figure svg")

    return draw


@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("day", DAYS)
def test_labels_can_be_read_on_a_phone(drawn, day, language):
    found = drawn(day, language).evaluate(LABELS)
    texts = found["texts"]
    assert min(len(texts), len(found["boxes"]) * 3) >= 10
    assert {text["words"]: text["size"] for text in texts if text["size"] < SMALLEST} == {}
    assert [text["words"] for text in texts if not inside(text["box"], found["view"])] == []
    assert [text["words"] for text in texts if any(crosses(text["box"], box) for box in found["boxes"])] == []
    assert [
        (a["words"], b["words"]) for a, b in pairs(texts) if overlap(core(a["box"]), core(b["box"]))
    ] == []


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("day", DAYS)
def test_labels_stand_out_in_both_palettes(drawn, day, scheme):
    found = drawn(day, "vi", scheme).evaluate(COLOURS)
    behind = rgba(found["behind"])[:3]
    assert min(contrast(rgba(colour), behind) for colour in found["text"]) >= 4.5
    assert contrast(rgba(found["accent"]), behind) >= 3


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("day", DAYS)
def test_a_drawing_is_told_in_words(day, language):
    drawing = ET.parse(DIAGRAMS / f"day{day}.{language}.svg").getroot()  # noqa: S314 - our own file
    labels = yaml.safe_load((DIAGRAMS / f"day{day}.yaml").read_text(encoding="utf-8"))
    title, desc = drawing.find(f"{SVG}title"), drawing.find(f"{SVG}desc")
    assert drawing.get("role") == "img"
    assert drawing.get("aria-labelledby").split() == [title.get("id"), desc.get("id")]
    assert (title.text, desc.text) == (labels["title"][language], labels["desc"][language])
    assert len(desc.text) > 100


@pytest.mark.parametrize("day", DAYS)
def test_words_stand_in_the_labels_and_not_in_the_drawing(day):
    template = (DIAGRAMS / f"day{day}.svg.in").read_text(encoding="utf-8")
    labels = yaml.safe_load((DIAGRAMS / f"day{day}.yaml").read_text(encoding="utf-8"))
    assert set(re.findall(r"\{\{(\w+)\}\}", template)) == set(labels)
    assert [set(words) for words in labels.values()] == [set(LANGUAGES)] * len(labels)


def inside(box, frame):
    return frame[0] <= box[0] and frame[1] <= box[1] and box[2] <= frame[2] and box[3] <= frame[3]


def overlap(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def crosses(text, box):
    """An edge of the box runs through the letters."""
    return overlap(core(text), box) and not inside(core(text), box)


def core(box):
    """The letters: a line of text reserves more height than they take."""
    left, top, right, bottom = box
    spare = (bottom - top) / 5
    return left, top + spare, right, bottom - spare


def pairs(things):
    return [(one, other) for at, one in enumerate(things) for other in things[at + 1 :]]


def rgba(colour):
    """The channels of a computed colour, 0 to 1."""
    red, green, blue, *alpha = (float(number) for number in re.findall(r"[\d.]+", colour))
    return red / 255, green / 255, blue / 255, *(alpha or [1.0])


def contrast(colour, behind):
    """The ratio of WCAG 2 between a colour, painted as thick as its alpha says, and what is behind it."""
    *channels, alpha = colour
    seen = [alpha * over + (1 - alpha) * under for over, under in zip(channels, behind, strict=True)]
    light, dark = sorted((luminance(seen), luminance(behind)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(channels):
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
