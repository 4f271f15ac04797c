"""Rows of an answer, compared with the rows that are right: by what they hold, not by how they look."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

Row = Sequence[Any]

_WHOLE = re.compile(r"(?=\d)0*+(\d*)(?:\.0*)?")
"""Never tries twice: a cell of a million zeros is somebody's idea too."""


def same_rows(rows: Iterable[Row], wanted: Iterable[Row]) -> bool:
    """Whether both hold the same rows, in whatever order the rows and the columns come."""
    return Counter(map(_content, rows)) == Counter(map(_content, wanted))


def difference(rows: Sequence[Row], wanted: Sequence[Row]) -> tuple[str, str]:
    """The first wanted row that is lacking and what stands in its place; or nothing, and a row too many."""
    have, need = Counter(map(_content, rows)), Counter(map(_content, wanted))
    for row in wanted:
        if not have[_content(row)]:
            key = cell(row[0])
            return as_line(row), next((as_line(one) for one in rows if key in map(cell, one)), "-")
    return "-", next((as_line(one) for one in rows if have[_content(one)] > need[_content(one)]), "-")


def cell(value: object) -> str:
    """One value as text; a whole number always in the same way, so 08, 8 and 8.0 are one."""
    number = _WHOLE.fullmatch(str(value))
    return (number[1] or "0") if number else str(value)


def as_line(row: Row) -> str:
    return ", ".join(str(value) for value in row)


def _content(row: Row) -> tuple[str, ...]:
    return tuple(sorted(map(cell, row)))
