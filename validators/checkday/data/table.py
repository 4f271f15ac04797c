"""Rows as CSV, with the same bytes on every system."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

Row = tuple[str, ...]


def table(columns: Sequence[str], rows: Iterable[Row]) -> bytes:
    """A head line and one line a row, UTF-8, lines ended by LF, quotation marks only where they must be."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode()
