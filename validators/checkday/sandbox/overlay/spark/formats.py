# ruff: noqa: S608 - queries on files that this process itself has laid there
"""How files of each format become rows, with the types that Spark would find in them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlframe.base.util import ensure_column_mapping
from sqlglot import exp

from checkday.sandbox.overlay.spark import shapes
from checkday.sandbox.overlay.spark.errors import from_java
from checkday.sandbox.overlay.spark.shapes import named

Ask = Callable[[str], list[Any]]
"""Gives the rows that a query has."""

_MAGIC = b"PAR1"
_SMALLEST = 12
_CORRUPT = "_corrupt_record"


@dataclass(frozen=True, slots=True)
class Source:
    """Local copies of what is to be read, and how."""

    files: Sequence[str]
    options: Mapping[str, Any]
    schema: Any
    original: Callable[[str], str]

    def flag(self, name: str) -> bool:
        return str(self.options.get(name.lower(), "false")).lower() == "true"

    @property
    def columns(self) -> dict[str, str] | None:
        """The types that were asked for, in the engine's words."""
        if self.schema is None:
            return None
        asked = ensure_column_mapping(self.schema)
        kinds = {name: kind if isinstance(kind, str) else kind.simpleString() for name, kind in asked.items()}
        return {
            name: exp.DataType.build(kind, dialect="spark").sql(dialect="duckdb")
            for name, kind in kinds.items()
        }

    @property
    def list(self) -> str:
        return "[" + ", ".join(quoted(file) for file in self.files) + "]"


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _empty(columns: Mapping[str, str]) -> str:
    fields = "".join(f"CAST(NULL AS {kind}) AS {named(name)}, " for name, kind in columns.items())
    return f"SELECT {fields}'' AS filename WHERE false"


def _json(source: Source, ask: Ask) -> str:
    layout = "auto" if source.flag("multiLine") else "newline_delimited"
    columns = source.columns
    if columns is not None and not source.files:
        return _empty(columns)
    how = f"format = '{layout}', ignore_errors = true"
    if columns is None:
        objects = f"read_json_objects({source.list}, {how})"
        # Each row's own structure, for the engine's way to merge those of all needs a gigabyte.
        found = [row[0] for row in ask(f"SELECT DISTINCT json_structure(json) FROM {objects}")]
        columns = shapes.columns(json.loads(each) for each in found if each is not None)
        broken = None in found
        if broken and layout != "auto":
            return _with_broken(source, columns)
    fields = ", ".join(f"{quoted(name)}: {quoted(kind)}" for name, kind in columns.items())
    return f"SELECT * FROM read_json({source.list}, columns = {{{fields}}}, filename = true, {how})"


def _with_broken(source: Source, columns: Mapping[str, str]) -> str:
    """Lines that are no JSON are kept as they are in a column of their own."""
    lines = f"SELECT filename, unnest(string_split(content, chr(10))) AS line FROM read_text({source.list})"
    fields = "".join(
        f"CAST({_extract(kind)}(good, {quoted(_pointer(name))}) AS {kind}) AS {named(name)}, "
        for name, kind in columns.items()
    )
    return (
        f"SELECT {fields}bad AS {named(_CORRUPT)}, filename FROM (SELECT filename,"
        " CASE WHEN json_valid(line) THEN CAST(line AS JSON) END AS good,"
        f" CASE WHEN NOT json_valid(line) THEN line END AS bad FROM ({lines}) WHERE trim(line) <> '')"
    )


def _extract(kind: str) -> str:
    return "json_extract_string" if kind == "VARCHAR" else "json_extract"


def _pointer(name: str) -> str:
    return "/" + name.replace("~", "~0").replace("/", "~1")


def _parquet(source: Source, _ask: Ask) -> str:
    columns = source.columns
    if columns is not None and not source.files:
        return _empty(columns)
    for file in source.files:
        _check(Path(file), source.original)
    wanted = "*"
    if columns is not None:
        casts = (f"TRY_CAST({named(name)} AS {kind}) AS {named(name)}" for name, kind in columns.items())
        wanted = ", ".join([*casts, "filename"])
    how = "filename = true, union_by_name = true, hive_partitioning = false"
    return f"SELECT {wanted} FROM read_parquet({source.list}, {how})"


def _check(file: Path, original: Callable[[str], str]) -> None:
    """A file that was cut has lost its end, which says what it holds."""
    size = file.stat().st_size
    with file.open("rb") as content:
        content.seek(max(0, size - len(_MAGIC)))
        end = content.read()
    if size < _SMALLEST or end != _MAGIC:
        expected, actual = (f"[{', '.join(str(byte) for byte in each)}]" for each in (_MAGIC, end))
        raise from_java(
            "parquet",
            "org.apache.spark.SparkException: [CANNOT_READ_FILE_FOOTER] Could not read footer for file:"
            f" {original(str(file))}.\nCaused by: java.lang.RuntimeException: {original(str(file))} is not a"
            f" Parquet file. Expected magic number at tail, but found {actual} instead of {expected}",
        )


def _csv(source: Source, ask: Ask) -> str:
    columns = source.columns
    if columns is not None and not source.files:
        return _empty(columns)
    text = source.options.get
    settings = {
        "header": str(source.flag("header")).lower(),
        "delim": quoted(str(text("sep", text("delimiter", ",")))),
        "quote": quoted(str(text("quote", '"'))),
        "escape": quoted(str(text("escape", '"'))),
        "nullstr": quoted(str(text("nullvalue", ""))),
        "all_varchar": str(not source.flag("inferSchema")).lower(),
        "null_padding": "true",
        "strict_mode": "false",
        "filename": "true",
        "union_by_name": "true",
    }
    how = ", ".join(f"{name} = {value}" for name, value in settings.items())
    rows = f"read_csv({source.list}, {how})"
    found = [row[0] for row in ask(f"DESCRIBE SELECT * EXCLUDE (filename) FROM {rows}")]
    if columns is not None:
        pairs = zip(found, columns.items(), strict=False)
        wanted = [f"TRY_CAST({named(old)} AS {kind}) AS {named(new)}" for old, (new, kind) in pairs]
    elif source.flag("header"):
        wanted = [named(name) for name in found]
    else:
        wanted = [f"{named(name)} AS _c{number}" for number, name in enumerate(found)]
    return f"SELECT {', '.join([*wanted, 'filename'])} FROM {rows}"


def _text(source: Source, _ask: Ask) -> str:
    lines = "unnest(string_split(rtrim(content, chr(10)), chr(10)))"
    return f"SELECT {lines} AS value, filename FROM read_text({source.list})"


READERS: Mapping[str, Callable[[Source, Ask], str]] = {
    "json": _json,
    "parquet": _parquet,
    "csv": _csv,
    "text": _text,
}
"""By format: a query with the rows and, as `filename`, the file that each is from."""
