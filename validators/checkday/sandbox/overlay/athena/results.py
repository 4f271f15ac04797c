"""Result files: what Athena writes at the output location, and GetQueryResults reads from there by pages."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from checkday.sandbox.overlay.athena import settings
from checkday.sandbox.overlay.athena.buckets import Buckets
from checkday.sandbox.overlay.athena.history import Execution

_CHUNK = 4 * 1024 * 1024
_VALUE = re.compile(r'"((?:[^"]|"")*)"|')


def header(columns: Sequence[Sequence[Any]]) -> bytes:
    return (",".join(f'"{name.replace(chr(34), chr(34) * 2)}"' for name, *_ in columns) + "\n").encode()


def column_info(columns: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    return [
        {
            "CatalogName": "hive",
            "SchemaName": "",
            "TableName": "",
            "Name": name,
            "Label": name,
            "Type": kind,
            "Precision": precision,
            "Scale": scale,
            "Nullable": "UNKNOWN",
            "CaseSensitive": kind in {"varchar", "char"},
        }
        for name, kind, precision, scale in columns
    ]


def metadata(execution: Execution) -> bytes:
    """The file beside the result: as Athena's, a message of fields with the columns' names and types."""
    fields = [_field(1, execution.id.encode())]
    for name, kind, precision, scale in execution.kept.get("columns", []):
        column = (
            _field(1, b"hive")
            + _field(4, name.encode())
            + _field(5, name.encode())
            + _field(6, kind.encode())
        )
        column += _number(7, precision) + _number(8, scale) + _number(9, 3)
        fields.append(_field(4, column))
    return b"".join(fields)


def _field(number: int, body: bytes) -> bytes:
    return bytes([number << 3 | 2]) + _length(len(body)) + body


def _number(number: int, value: int) -> bytes:
    return bytes([number << 3]) + _length(value)


def _length(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:  # noqa: PLR2004 - seven bits a byte
        found.append(value & 0x7F | 0x80)
        value >>= 7
    found.append(value)
    return bytes(found)


def managed_file(number: str) -> Path:
    """Where the rows are that Athena itself keeps."""
    return settings.folder() / "results" / number


class Rows:
    """The rows of a result, from a place in its file on."""

    def __init__(self, execution: Execution, buckets: Buckets) -> None:
        self._execution = execution
        self._buckets = buckets

    async def page(self, token: str | None, size: int) -> tuple[list[dict[str, Any]], str | None]:
        """Rows and the token of the next page; the token is the place in the file.

        Raises:
            ValueError: the token is none of ours.

        """
        place = _place(token)
        body = await self._read(place)
        quoted = self._execution.shown["StatementType"] == "DML"
        rows: list[dict[str, Any]] = []
        end = 0
        while len(rows) < size:
            found = _next_line(body, end, quoted=quoted)
            while found is None and len(body) and not len(body) % _CHUNK:
                more = await self._read(place + len(body))
                if not more:
                    break
                body += more
                found = _next_line(body, end, quoted=quoted)
            if found is None:
                break
            line, end = found
            values = _values(line) if quoted else [line]
            rows.append({"Data": [{} if value is None else {"VarCharValue": value} for value in values]})
        more_follow = end < len(body) or (len(body) == _CHUNK and bool(await self._read(place + end)))
        return rows, _token(place + end) if rows and more_follow else None

    async def _read(self, place: int) -> bytes:
        if self._execution.kept.get("managed"):
            with managed_file(self._execution.id).open("rb") as file:
                file.seek(place)
                return file.read(_CHUNK)
        return await self._buckets.get(self._execution.kept["result"], first=place, last=place + _CHUNK - 1)


def _next_line(body: bytes, begun: int, *, quoted: bool) -> tuple[str, int] | None:
    """The line that begins here and the place after it; a line break between quotes does not end it."""
    end = begun
    while True:
        end = body.find(b"\n", end)
        if end < 0:
            return None
        if not quoted or body.count(b'"', begun, end) % 2 == 0:
            return body[begun:end].decode(), end + 1
        end += 1


def _values(line: str) -> Iterator[str | None]:
    place = 0
    while place <= len(line):
        found = _VALUE.match(line, place)
        text = found[1] if found is not None else None
        yield text.replace('""', '"') if text is not None else None
        place = (found.end() if found is not None else place) + 1


def _token(place: int) -> str:
    return base64.urlsafe_b64encode(json.dumps({"place": place}).encode()).decode()


def _place(token: str | None) -> int:
    if token is None:
        return 0
    found: Mapping[str, Any] = json.loads(base64.urlsafe_b64decode(token.encode()))
    return int(found["place"])
