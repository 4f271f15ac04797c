"""How an export of Canvas is laid out: its columns, which of them is which day, and what that is worth."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from checkday.errors import BadSetting
from checkday.gradebook.records import Foreign, Record

_POINTS = "points possible"
_DAY = re.compile(r"\b(?:day|ngày|ngay)[\s_-]*0?([1-7])\b")
_NO_STUDENT = re.compile(r"\s*(?:muted|manual posting.*)?\s*", re.DOTALL | re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,9}(?:[.,]\d{1,9})?")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One export."""

    columns: dict[str, int]
    """Every column's place by its name in small letters; of two with one name, the first."""
    days: dict[int, int]
    """Day -> the column of its assignment."""
    worth: dict[int, float]
    """Day -> the points that the assignment is worth in Canvas."""

    @classmethod
    def of(cls, file: Foreign) -> Sheet:
        """The layout of this export.

        Raises:
            BadSetting: it has no row of points, or no assignment tells its day, or two tell the same.

        """
        records = file.records()
        header = next(records)
        points = next((one for one in records if _POINTS in one.cell(0).casefold()), None)
        if points is None:
            raise BadSetting("gradebook.no_points", path=file.path)
        days = _days(file.path, header, points)
        if not days:
            raise BadSetting("gradebook.no_day", path=file.path)
        columns: dict[str, int] = {}
        for column, name in enumerate(header.cells):
            columns.setdefault(name.strip().casefold(), column)
        worth = {day: points_of(points.cell(column)) or 0 for day, column in days.items()}
        return cls(columns, days, worth)

    def is_student(self, record: Record) -> bool:
        """Whether a record is about somebody: not the header, the points, or how marks are published."""
        if record.line == 1 or _POINTS in record.cell(0).casefold():
            return False
        return not all(_NO_STUDENT.fullmatch(cell) for cell in record.cells)


def points_of(text: str) -> float | None:
    """The number in a cell, whichever decimal sign it has; None if it is none."""
    text = text.strip()
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) and text.isascii() else None


def _days(path: str, header: Record, points: Record) -> dict[int, int]:
    """Of the columns that can be marked (those with points), the one whose title names a day."""
    days: dict[int, int] = {}
    for column, title in enumerate(header.cells):
        found = _DAY.search(unicodedata.normalize("NFC", title).casefold())
        if found is None or not points_of(points.cell(column)):
            continue
        day = int(found[1])
        if day in days:
            raise BadSetting(
                "gradebook.two_columns", path=path, day=day, one=header.cell(days[day]), two=title
            )
        days[day] = column
    return days
