"""CSV in a sample of text, by the rules of the crawler's own classifier."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence

from checkday.sandbox.overlay.crawler import shapes
from checkday.sandbox.overlay.crawler.json_text import Found

_DELIMITERS = ",|\t;\x01"
_PROBED = 20
_FEWEST = 2
"""Rows, and columns: less is not taken for CSV."""
_LONGEST_NAME = 150
_NAME = re.compile(r"[\w .\-/()#%&+]*[A-Za-z_][\w .\-/()#%&+]*")
_INTEGER = re.compile(r"[+-]?\d{1,18}")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


def read(text: str) -> Found | None:
    """None if no delimiter cuts all rows into equally many columns."""
    lines = text.splitlines()
    for delimiter in _DELIMITERS:
        probe = _rows(lines[:_PROBED], delimiter)
        widths = {len(row) for row in probe}
        if len(probe) >= _FEWEST and len(widths) == 1 and widths.pop() >= _FEWEST:
            return _table(_rows(lines, delimiter), delimiter, len(text))
    return None


def _rows(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    try:
        return [row for row in csv.reader(lines, delimiter=delimiter) if row]
    except csv.Error:
        return []


def _table(rows: list[list[str]], delimiter: str, used: int) -> Found | None:
    if len(rows) < _FEWEST:
        return None
    width = len(rows[0])
    data = [row for row in rows[1:] if len(row) == width]
    types = [_type([row[index] for row in data]) for index in range(width)]
    has_header = _is_header(rows[0], types)
    if not has_header:
        first = [_type([cell]) for cell in rows[0]]
        types = [shapes.merged(*pair) for pair in zip(first, types, strict=True)]
    names = [cell.strip().lower() for cell in rows[0]] if has_header else [f"col{i}" for i in range(width)]
    details = {"delimiter": delimiter} | ({"header": "1"} if has_header else {})
    columns = {name: "bigint" if kind == "int" else kind for name, kind in zip(names, types, strict=True)}
    return Found(columns, len(rows) - has_header, used, details)


def _is_header(row: Sequence[str], types: Sequence[shapes.Shape]) -> bool:
    """Names in the first row, and something else than text below: AWS tells a header by no more."""
    names = [cell.strip() for cell in row]
    valid = all(len(name) < _LONGEST_NAME and _NAME.fullmatch(name) for name in names)
    unique = len({name.lower() for name in names}) == len(names)
    return valid and unique and any(kind not in {"string", shapes.NULL} for kind in types)


def _type(cells: Sequence[str]) -> shapes.Shape:
    shape: shapes.Shape = shapes.NULL
    for cell in cells:
        shape = shapes.merged(shape, _cell(cell.strip()))
        if shape == "string":
            break
    return shape


def _cell(text: str) -> str:
    if not text:
        return shapes.NULL
    if _INTEGER.fullmatch(text):
        return "bigint"
    if _NUMBER.fullmatch(text):
        return "double"
    return "boolean" if text.lower() in {"true", "false"} else "string"
