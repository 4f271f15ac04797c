"""JSON in a sample of text: records a line each, one after the other, or in one array."""

from __future__ import annotations

import json
import re
from typing import NamedTuple

from checkday.sandbox.overlay.crawler import shapes
from checkday.sandbox.overlay.crawler.shapes import Columns

_DECODE = json.JSONDecoder().raw_decode
_GAP = re.compile(r"\s*")
_COMMA = re.compile(r"\s*,?\s*")


class Found(NamedTuple):
    """What a sample of text holds; `used` counts its characters up to the end of the last whole record."""

    columns: Columns
    records: int
    used: int
    details: dict[str, str]


def read(text: str) -> Found | None:
    """None if this is not JSON, or no record of it is whole."""
    start = _end(_GAP, text, 0)
    if text[start : start + 1] == "[":
        return _array(text, start + 1)
    return _records(text, start) if text[start : start + 1] == "{" else None


def _records(text: str, position: int) -> Found | None:
    columns: Columns = {}
    known: set[tuple[object, ...]] = set()
    records = broken = used = 0
    while position < len(text):
        try:
            value, position = _DECODE(text, position)
            used = position
        except ValueError:
            # What was cut short ends the sample; a broken line amid others does not.
            broken += 1
            value, position = None, text.find("\n", position) + 1 or len(text)
        if isinstance(value, dict):
            records += 1
            signature = tuple(value) + tuple(map(_kind, value.values()))
            if signature not in known:
                known.add(signature)
                columns = shapes.merged_columns(columns, shapes.fields(value))
        position = _end(_GAP, text, position)
    return Found(columns, records, _end(_GAP, text, used), {}) if records >= max(broken, 1) else None


def _kind(value: object) -> object:
    """What tells two values' types apart; the same for two values of one type wherever that is cheap."""
    return shapes.of(value) if isinstance(value, int | float | str | None) else json.dumps(shapes.of(value))


def _array(text: str, position: int) -> Found | None:
    """As AWS has it, such a file has one column, and one record."""
    inner: shapes.Shape = shapes.NULL
    found = 0
    position = _end(_GAP, text, position)
    while position < len(text) and text[position] != "]":
        try:
            value, position = _DECODE(text, position)
        except ValueError:
            break
        inner, found = shapes.merged(inner, shapes.of(value)), found + 1
        position = _end(_COMMA, text, position)
    return Found({"array": ["array", inner]}, 1, len(text), {}) if found else None


def _end(pattern: re.Pattern[str], text: str, position: int) -> int:
    found = pattern.match(text, position)
    return found.end() if found else position
