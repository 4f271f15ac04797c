"""A CSV file of somebody else, record by record: what is not changed keeps every byte."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from checkday.errors import BadSetting

_LONGEST = 1024 * 1024
"""Characters of one record; a quotation mark that is never closed would swallow the file."""

_ENDS = ("\r\n", "\n", "\r")


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its cells as they stand in the file, quotes and all, and what ends its line."""

    line: int
    """The line of the file on which it begins, counted from 1."""
    raw: tuple[str, ...]
    end: str
    separator: str

    @property
    def cells(self) -> list[str]:
        """What the cells say."""
        return [_said(one) for one in self.raw]

    def cell(self, column: int) -> str:
        """What one cell says; a short record is empty at its end."""
        return _said(self.raw[column]) if column < len(self.raw) else ""

    def filled(self, changes: dict[int, str]) -> str:
        """The record's text with other numbers in these columns."""
        raw = list(self.raw)
        raw += [""] * (max(changes, default=0) + 1 - len(raw))
        for column, value in changes.items():
            raw[column] = f'"{value}"' if raw[column].startswith('"') else value
        return self.separator.join(raw) + self.end


@dataclass(frozen=True, slots=True)
class Foreign:
    """A file with its encoding, its mark of bytes and its separator."""

    path: str
    encoding: str
    mark: bytes
    separator: str

    def records(self) -> Iterator[Record]:
        """The records, one at a time.

        Raises:
            BadSetting: the file cannot be read, or is no CSV.

        """
        plain = rf"[^{self.separator}\r\n]*"
        cell = re.compile(rf'("(?:[^"]|"")*"{plain}|{plain})(.?)', re.DOTALL)
        number = 1
        for text in _records(self.path, self.encoding, len(self.mark)):
            end = next((one for one in _ENDS if text.endswith(one)), "")
            raw = tuple(_cells(cell, text.removesuffix(end), self.separator))
            record = Record(number, raw, end, self.separator)
            if record.filled({}) != text:  # a quotation mark where none may stand
                raise BadSetting("gradebook.bad_csv", path=self.path)
            yield record
            number += max(1, text.count("\n"))


def opened(path: str, *, header: Sequence[str]) -> Foreign:
    """The file whose first record has these columns, whatever separates them.

    Raises:
        BadSetting: the file cannot be read, or has no such header.

    """
    try:
        with open(path, "rb") as file:
            start = file.read(4)
    except OSError as error:
        raise BadSetting("gradebook.unreadable", path=path, reason=error.strerror or "") from error
    mark, encoding = _encoding(start)
    for separator in ",;\t":
        found = Foreign(path, encoding, mark, separator)
        first = next(found.records(), None)
        if first and {one.strip().casefold() for one in header} <= {
            one.strip().casefold() for one in first.cells
        }:
            return found
    raise BadSetting("gradebook.no_export", path=path, wanted=", ".join(header))


def _encoding(start: bytes) -> tuple[bytes, str]:
    marks = (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    )
    return next((one for one in marks if start.startswith(one[0])), (b"", "utf-8"))


def _records(path: str, encoding: str, skip: int) -> Iterator[str]:
    """The file's records as text. A line end within quotes belongs to its cell."""
    try:
        with open(path, encoding=encoding, newline="") as file:
            file.read(1 if skip else 0)
            record, quotes = "", 0
            for line in file:
                record, quotes = record + line, quotes + line.count('"')
                if len(record) > _LONGEST:
                    raise BadSetting("gradebook.bad_csv", path=path)
                if quotes % 2 == 0:
                    yield record
                    record, quotes = "", 0
    except OSError as error:
        raise BadSetting("gradebook.unreadable", path=path, reason=error.strerror or "") from error
    except UnicodeDecodeError as error:
        raise BadSetting("gradebook.encoding", path=path) from error
    if record:
        raise BadSetting("gradebook.bad_csv", path=path)


def _cells(cell: re.Pattern[str], text: str, separator: str) -> Iterator[str]:
    at = 0
    while True:
        found = cell.match(text, at)
        yield found[1] if found else ""
        if found is None or found[2] != separator:
            return
        at = found.end()


def _said(raw: str) -> str:
    if not raw.startswith('"'):
        return raw
    body, _, after = raw[1:].rpartition('"')
    return body.replace('""', '"') + after
