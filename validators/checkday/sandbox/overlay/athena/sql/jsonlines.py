"""JSON as the OpenX SerDe reads it: a line is a row, and what follows the line's first object is not read.

DuckDB reads good lines itself. A file that has others is written anew, each line as the row that it means.
"""

from __future__ import annotations

import gzip
import json
import os
import re
from collections.abc import Iterator, Sequence
from typing import Any

import duckdb

from checkday.sandbox.overlay.athena.sql.errors import QueryError
from checkday.sandbox.overlay.athena.sql.kinds import literal

_GOOD, _MENDED = ".good", ".mended"
_LONGEST_LINE = 2 * 1024 * 1024
_BUFFER = 4 * _LONGEST_LINE

_CHECK = """
SELECT coalesce(bool_and(
    line[1] = '{{' AND json_valid(line)
    AND len(list_distinct(json_keys(line))) = len(json_keys(line))
    AND NOT regexp_matches(line, '"[^"]*[A-Z][^"]*"\\s*:')), true)
FROM read_csv({path}, columns={{'line': 'VARCHAR'}}, delim='\\x01', quote='', escape='', header=false,
    auto_detect=false, strict_mode=false, null_padding=true, max_line_size={longest}, buffer_size={buffer})
"""


def readable(
    database: duckdb.DuckDBPyConnection, paths: Sequence[str], uris: Sequence[str], *, forgiving: bool
) -> list[str]:
    """Files that DuckDB reads as the SerDe would; what was found out about a file is kept beside it.

    Raises:
        QueryError: a line is no JSON object, and the table does not forgive that.

    """
    return [
        _readable(database, path, uri, forgiving=forgiving) for path, uri in zip(paths, uris, strict=True)
    ]


def _readable(database: duckdb.DuckDBPyConnection, path: str, uri: str, *, forgiving: bool) -> str:
    if os.path.exists(path + _GOOD):
        return path
    if _is_good(database, path):
        with open(path + _GOOD, "wb"):
            return path
    mended = f"{path}{_MENDED}{'.forgiving' if forgiving else ''}"
    if not os.path.exists(mended):
        _mend(path, mended, uri, forgiving=forgiving)
    return mended


def _is_good(database: duckdb.DuckDBPyConnection, path: str) -> bool:
    try:
        found = database.execute(
            _CHECK.format(path=literal(path), longest=_LONGEST_LINE, buffer=_BUFFER)
        ).fetchone()
    except duckdb.Error:
        return False
    return found is not None and bool(found[0]) and not _has_blank_lines(path)


def _has_blank_lines(path: str) -> bool:
    """DuckDB leaves them out; to the SerDe each is a row of NULLs."""
    with _opened(path) as file:
        return any(not line.strip() for line in file)


def _opened(path: str) -> Any:
    return gzip.open(path, "rb") if path.endswith(".gz") else open(path, "rb")


def _mend(path: str, mended: str, uri: str, *, forgiving: bool) -> None:
    new = f"{mended}.{os.getpid()}"
    try:
        with _opened(path) as file, open(new, "w", encoding="utf-8") as out:
            rows = _rows(file, uri, forgiving=forgiving)
            out.writelines(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
        os.replace(new, mended)
    except (OSError, EOFError) as error:
        raise QueryError("HIVE_CURSOR_ERROR", f"Failed to read file at {uri}") from error
    finally:
        if os.path.exists(new):
            os.unlink(new)


def _rows(file: Iterator[bytes], uri: str, *, forgiving: bool) -> Iterator[dict[str, Any]]:
    decoder = json.JSONDecoder(object_pairs_hook=_without_doubles)
    for number, line in enumerate(file, start=1):
        text = line.decode("utf-8", "replace").strip()
        try:
            row = decoder.raw_decode(text)[0] if text else {}
            if not isinstance(row, dict):
                raise ValueError("A JSONObject text must begin with '{' at 1 [character 2 line 1]")  # noqa: TRY004, TRY301
        except (ValueError, RecursionError) as error:
            if not forgiving:
                raise _bad(error, uri, number) from error
            row = {}
        yield row


def _bad(error: Exception, uri: str, number: int) -> QueryError:
    detail = re.sub(r": line 1 column (\d+).*", r" at \1 [character \1 line 1]", str(error))
    message = f"Row is not a valid JSON Object - JSONException: {detail} ({uri}, line {number})"
    return QueryError("HIVE_CURSOR_ERROR", message)


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object with its keys in lower case, as the SerDe finds them."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        name = key.lower()
        if name in found:
            raise ValueError(f'Duplicate key "{name}"')
        found[name] = value
    return found
