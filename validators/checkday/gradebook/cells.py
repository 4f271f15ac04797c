"""Tables for people, as CSV: no cell of them is ever a formula, paints, reorders or hides anything."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path

from checkday.errors import Unwritable
from checkday.plain import plain

Cell = str | int | float | None
Add = Callable[[Iterable[Cell]], object]

BOM = "\ufeff"
"""Without it Excel reads UTF-8 as the machine's old code page, and Vietnamese names with it."""

_STARTS = "=+\\-@\uff1d\uff0b\uff0d\uff20\u2212"
"""What makes a formula, also full width and as a real minus sign: some input methods turn them back."""

_FORMULA = re.compile(rf"(^|[,;|\t\r\n])([\s\"\u200b]*)(?=[{_STARTS}])")
"""Where a cell begins, for any spreadsheet: where the decimal sign is a comma, Excel splits at semicolons
and takes what follows for a cell of its own, whatever the quotes of this file say."""

_MARK = "'"
"""The spreadsheet's own sign for "this is text"."""


def inert(value: Cell) -> str:
    """The cell's text. Numbers have a decimal point and no exponent; text is one line and no formula."""
    if value is None:
        return ""
    return _text(value) if isinstance(value, str) else number(value)


@lru_cache(4096)
def _text(value: str) -> str:
    # A million rows have a few hundred verdicts, codes and addresses between them.
    return _FORMULA.sub(rf"\1\2{_MARK}", plain(value))


def number(value: float) -> str:
    """At most two decimals, and none that are zero: `12`, `12.5`, `0.33`."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


@contextmanager
def table(path: Path, header: Iterable[str], *, bom: bool = False, exact: bool = False) -> Iterator[Add]:
    """Call what this gives with each row; the file is there when the block ends well, or not at all.

    `exact` leaves text as it is, for a program that must find its own ids again.

    Raises:
        Unwritable: the disk is full, or the place is not ours to write.

    """
    with written(path) as write:
        if bom:
            write(BOM)
        rows = csv.writer(_Sink(write), lineterminator="\n")
        rows.writerow(header)
        say = _exact if exact else inert
        yield lambda cells: rows.writerow([say(cell) for cell in cells])


@contextmanager
def written(path: Path, *, encoding: str = "utf-8") -> Iterator[Callable[[str], object]]:
    """Call what this gives with each piece of text; the file is there at the end, or not at all.

    Raises:
        Unwritable: the disk is full, or the place is not ours to write.

    """
    new = path.with_name(f"{path.name}.new")
    try:
        with open(new, "w", encoding=encoding, newline="") as file:
            yield file.write
        os.replace(new, path)
    except BaseException as error:
        with suppress(OSError):  # half a file would only fill a full disk
            os.unlink(new)
        if isinstance(error, OSError):
            raise Unwritable("output.unwritable", path=str(path), reason=error.strerror or "") from error
        raise


class _Sink:
    """As much of a file as the csv writer uses."""

    def __init__(self, write: Callable[[str], object]) -> None:
        self.write = write


def _exact(value: Cell) -> str:
    return value if isinstance(value, str) else inert(value)
