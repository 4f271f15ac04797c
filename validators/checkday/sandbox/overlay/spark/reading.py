# ruff: noqa: A002, N803, S608, SLF001 - Spark's names, and sqlframe's own way with its insides
"""`spark.read`: objects of S3 as data frames, found and typed by Spark's rules."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import unquote

from sqlframe.duckdb import DuckDBSession
from sqlframe.duckdb.readwriter import DuckDBDataFrameReader

from checkday.sandbox.overlay.spark import formats, shapes
from checkday.sandbox.overlay.spark.bucket import Bucket, Object, split
from checkday.sandbox.overlay.spark.errors import AnalysisException, missing_path

_GLOB = re.compile(r"[*?\[{]")
_NULL = "__HIVE_DEFAULT_PARTITION__"
_numbers = itertools.count(1)


class Found(NamedTuple):
    """Objects to read, each with the values that its folders name."""

    objects: list[Object]
    values: list[dict[str, str]]


class Reader:
    """A description of what to read, and the reading."""

    def __init__(self, session: DuckDBSession, bucket: Bucket) -> None:
        self._session, self._bucket = session, bucket
        self._format, self._schema = "parquet", None
        self._options: dict[str, Any] = {}

    def format(self, source: str) -> Reader:
        self._format = source.lower()
        return self

    def schema(self, schema: Any) -> Reader:
        self._schema = schema
        return self

    def option(self, key: str, value: Any) -> Reader:
        self._options[key.lower()] = value
        return self

    def options(self, **options: Any) -> Reader:
        for key, value in options.items():
            if value is not None:
                self.option(key, value)
        return self

    def table(self, tableName: str) -> Any:
        return DuckDBDataFrameReader(self._session).table(tableName)

    def load(self, path: Any = None, format: str | None = None, schema: Any = None, **options: Any) -> Any:
        return self.options(**options)._read(path, format or self._format, "load", schema)

    def json(self, path: Any, schema: Any = None, **options: Any) -> Any:
        return self.options(**options)._read(path, "json", "json", schema)

    def csv(self, path: Any, schema: Any = None, **options: Any) -> Any:
        return self.options(**options)._read(path, "csv", "csv", schema)

    def parquet(self, *paths: str, **options: Any) -> Any:
        return self.options(**options)._read(list(paths), "parquet", "parquet", None)

    def orc(self, path: Any, **options: Any) -> Any:
        return self.options(**options)._read(path, "orc", "orc", None)

    def text(self, paths: Any, **options: Any) -> Any:
        return self.options(**options)._read(paths, "text", "text", None)

    def _read(self, paths: Any, kind: str, call: str, schema: Any) -> Any:
        schema = schema or self._schema
        if kind not in formats.READERS:
            raise AnalysisException(f"[DATA_SOURCE_NOT_FOUND] Failed to find the data source: {kind}.")
        found = self._find(paths if isinstance(paths, (list, tuple)) else [paths], call)
        if not found.objects and schema is None:
            title = {"parquet": "Parquet", "text": "Text"}.get(kind, kind.upper())
            message = f"Unable to infer schema for {title}. It must be specified manually."
            raise AnalysisException(f"[UNABLE_TO_INFER_SCHEMA] {message}")
        name = f"__source_{next(_numbers)}"
        files = self._bucket.copies(found.objects, call)
        source = formats.Source(files, self._options, schema, self._bucket.original)
        query = formats.READERS[kind](source, self._ask)
        self._session._execute(f"CREATE TABLE {name} AS " + _with_values(query, files, found.values))
        return DuckDBDataFrameReader(self._session).table(name)

    def _ask(self, query: str) -> list[Any]:
        self._session._execute(query)
        return list(self._session._cur.fetchall())

    def _find(self, paths: Sequence[str], call: str) -> Found:
        objects: list[Object] = []
        values: list[dict[str, str]] = []
        for path in paths:
            for one, named in self._at(path, call):
                objects.append(one)
                values.append(named)
        common = set.intersection(*(set(named) for named in values)) if values else set()
        return Found(objects, [{key: named[key] for key in named if key in common} for named in values])

    def _at(self, path: str, call: str) -> list[tuple[Object, dict[str, str]]]:
        place = split(str(path))
        if place is None:
            raise missing_path(str(path))
        bucket, key = place
        wild = _GLOB.search(key)
        start = key[: wild.start()] if wild else key.rstrip("/")
        listed = self._bucket.listed(bucket, start, call)
        root = re.compile(_expression(key.rstrip("/")) + (r"(?:/|$)" if key.rstrip("/") else ""))
        under = [(one, match) for one in listed if (match := root.match(one.key))]
        if not under:
            raise missing_path(str(path))
        recursive = str(self._options.get("recursivefilelookup", "false")).lower() == "true"
        return [
            (one, {} if recursive else _values(rest))
            for one, match in under
            if _holds_data(one, rest := one.key[match.end() :]) and (recursive or _is_flat(rest))
        ]


def _holds_data(one: Object, rest: str) -> bool:
    hidden = any(part.startswith(("_", ".")) and "=" not in part for part in rest.split("/"))
    return one.size > 0 and not one.key.endswith("/") and not hidden


def _is_flat(rest: str) -> bool:
    """Whether Spark looks there by itself: into folders that name a value, and no others."""
    return all("=" in part for part in rest.split("/")[:-1])


def _values(rest: str) -> dict[str, str]:
    return {key: unquote(value) for key, _, value in (part.partition("=") for part in rest.split("/")[:-1])}


def _expression(pattern: str) -> str:
    """A path with wild cards as a regular expression."""
    parts = re.split(r"(\*|\?|\[[^\]]*\]|\{[^}]*\})", pattern)
    wild = {"*": "[^/]*", "?": "[^/]"}
    return "".join(
        part
        if part.startswith("[")
        else "(?:" + "|".join(map(re.escape, part[1:-1].split(","))) + ")"
        if part.startswith("{")
        else wild.get(part, re.escape(part))
        for part in parts
        if part
    )


def _with_values(query: str, files: Sequence[str], values: Sequence[Mapping[str, str]]) -> str:
    """The query with the columns that folders name, and without the file that each row is from."""
    names = list(values[0]) if values else []
    if not names:
        return f"SELECT * EXCLUDE (filename) FROM ({query})"
    kinds = {name: _kind([each[name] for each in values]) for name in names}
    rows = ", ".join(
        "(" + ", ".join([formats.quoted(file), *(_literal(each[name], kinds[name]) for name in names)]) + ")"
        for file, each in zip(files, values, strict=True)
    )
    columns = ", ".join(shapes.named(name) for name in names)
    return (
        f"SELECT r.* EXCLUDE (filename), v.* EXCLUDE (__file) FROM ({query}) r"
        f" JOIN (VALUES {rows}) v(__file, {columns}) ON r.filename = v.__file"
    )


def _kind(values: Sequence[str]) -> str:
    known = [value for value in values if value != _NULL]
    for kind, pattern in (("INTEGER", r"-?\d{1,9}"), ("BIGINT", r"-?\d{1,18}"), ("DATE", r"\d{4}-\d\d-\d\d")):
        if known and all(re.fullmatch(pattern, value) for value in known):
            return kind
    return "VARCHAR"


def _literal(value: str, kind: str) -> str:
    return "NULL" if value == _NULL else f"CAST({formats.quoted(value)} AS {kind})"
