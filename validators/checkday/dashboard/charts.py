"""The figures as pictures: Vega specifications, drawn on this machine as SVG of shapes and text alone."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any
from xml.etree import ElementTree as ET

import vl_convert

from checkday.dashboard.figures import Figures, step, steps

PALETTE = ("#dbe9f4", "#b3d3e8", "#7fb5d8", "#3577aa", "#1f5a8f", "#0b3566")
"""One hue from light to dark, so that it reads alike whatever colours somebody can see; the page's style
turns it over in the dark."""

NARROW, WIDE = 328, 704
"""Pixels: a telephone's page without its margins, and a desk's."""

MOST_TRACKS, MOST_DEVICES = 40, 60
"""Rows and columns that still can be told apart; the table has them all."""

_SVG = "http://www.w3.org/2000/svg"
_TAGS = frozenset({"svg", "g", "path", "rect", "text", "tspan"})
_ATTRIBUTES = frozenset(
    {"width", "height", "viewBox", "transform", "d", "x", "y", "dy", "text-anchor"}
    | {"fill", "fill-opacity", "opacity", "stroke", "stroke-width", "stroke-miterlimit"}
    | {"font-size", "font-weight", "font-family"}
)
_EVERY = 10
"""Devices from one id on the axis to the next: all of them would overlap."""

_FRACTION = re.compile(r"\d+\.\d{3,}")


@dataclass(frozen=True, slots=True)
class Label:
    """What a picture is called, and the ids of what describes it on its page."""

    title: str
    description: str
    ids: str


def heat_map(figures: Figures, width: int, label: Label) -> str:
    """Tracks below each other, devices side by side, as SVG."""
    tracks = [name for name, _ in figures.tracks[:MOST_TRACKS]]
    # As text: an id may have more digits than a picture's numbers can hold.
    devices = [str(name) for name in _in_order([name for name, _ in figures.devices[:MOST_DEVICES]])]
    starts = steps([plays for _, _, plays in figures.cells])
    place = {name: number for number, name in enumerate(tracks)}
    known = set(devices)
    cells = [
        {"row": place[track], "column": str(device), "step": step(plays, starts)}
        for device, track, plays in figures.cells
        if track in place and str(device) in known
    ]
    # Beside the strips there is room for names at a desk only; on a telephone they stand above.
    layout = {"left": 248, "line": 18, "above": 0} if width == WIDE else {"left": 0, "line": 34, "above": 18}
    drawn = _drawn(
        "heat_map",
        {
            **layout,
            "palette": shades(starts),
            "tracks": list(range(len(tracks))),
            "devices": devices,
            "labels": devices[::_EVERY],
        },
        {"cells": cells, "rows": [{"row": number, "name": name} for number, name in enumerate(tracks)]},
        width=width,
        height=18 + layout["line"] * len(tracks),
    )
    return _safe(drawn, label)


def tree_map(figures: Figures, width: int, label: Label) -> str:
    """A tile for every artist, as large as the number of plays, as SVG."""
    starts = steps([plays for _, plays in figures.artists])
    tiles = [
        {"id": number, "parent": "all", "plays": plays, "step": step(plays, starts), **_shapes(name)}
        for number, (name, plays) in enumerate(figures.artists, start=1)
    ]
    height = 400 if width == WIDE else 600
    drawn = _drawn(
        "tree_map", {"palette": shades(starts)}, {"tree": [{"id": "all"}, *tiles]}, width=width, height=height
    )
    return _safe(drawn, label)


def shades(starts: Sequence[int]) -> Sequence[str]:
    """The colour of each step: the last step always has the strongest."""
    return PALETTE[-len(starts) :]


def _shapes(name: str) -> dict[str, Any]:
    """The name on one line, on two and on one for each word, and how many letters wide each of them is."""
    words = name.split()
    halves = [[" ".join(words[:at]), " ".join(words[at:])] for at in range(1, len(words))]
    two = min(halves, key=_width, default=[name])
    shapes = [[name], two, words or [name]]
    return {"shapes": shapes, "widths": [_width(lines) for lines in shapes]}


def _width(lines: Sequence[str]) -> int:
    return max(map(len, lines))


def _in_order(devices: list[Any]) -> list[Any]:
    return sorted(devices, key=lambda one: (isinstance(one, str), one))


def _drawn(
    name: str, signals: Mapping[str, Any], data: Mapping[str, Sequence[Any]], *, width: int, height: int
) -> str:
    spec = json.loads(files(__package__).joinpath(f"{name}.vg.json").read_text(encoding="utf-8"))
    for signal in spec["signals"]:
        if signal["name"] in signals:
            signal["value"] = signals[signal["name"]]
    for one in spec["data"]:
        if one["name"] in data:
            one["values"] = data[one["name"]]
    spec |= {"width": width, "height": height}
    return vl_convert.vega_to_svg(spec, allowed_base_urls=[])


def _safe(svg: str, label: Label) -> str:
    """The picture with nothing in it but shapes and text, whatever the names in it are."""
    root = ET.fromstring(svg)  # noqa: S314 - our own specification, drawn on this machine
    _strip(root)
    del root.attrib["width"], root.attrib["height"]  # the page's style decides
    root.attrib |= {"role": "img", "aria-labelledby": label.ids}
    for place, (tag, text) in enumerate((("title", label.title), ("desc", label.description))):
        element = ET.Element(f"{{{_SVG}}}{tag}")
        element.text = text
        root.insert(place, element)
    ET.register_namespace("", _SVG)
    return ET.tostring(root, encoding="unicode")


def _strip(element: ET.Element) -> None:
    for key in list(element.attrib):
        if key in _ATTRIBUTES:
            element.set(key, _FRACTION.sub(lambda found: f"{float(found[0]):.2f}", element.attrib[key]))
        else:
            del element.attrib[key]
    for child in list(element):
        if child.tag.removeprefix(f"{{{_SVG}}}") in _TAGS:
            _strip(child)
        else:
            element.remove(child)
