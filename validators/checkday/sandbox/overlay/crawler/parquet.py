"""Parquet's own schema, as DuckDB reads it from the end of a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checkday.sandbox.overlay.crawler import shapes
from checkday.sandbox.overlay.crawler.json_text import Found

if TYPE_CHECKING:
    import duckdb

MAGIC = b"PAR1"

_TYPES: Mapping[str, str] = {
    "boolean": "boolean",
    "tinyint": "tinyint",
    "utinyint": "smallint",
    "smallint": "smallint",
    "usmallint": "int",
    "integer": "int",
    "uinteger": "bigint",
    "bigint": "bigint",
    "ubigint": "decimal(20,0)",
    "hugeint": "decimal(38,0)",
    "float": "float",
    "double": "double",
    "date": "date",
    "timestamp": "timestamp",
    "timestamp_ns": "timestamp",
    "timestamp with time zone": "timestamp",
    "blob": "binary",
}


def connect(folder: Path) -> duckdb.DuckDBPyConnection:
    """A database that reads the files of one folder and nothing else."""
    import duckdb  # noqa: PLC0415 - 40 MB and a fifth of a second, only where there is Parquet

    settings: dict[str, Any] = {
        "memory_limit": "128MB",
        "threads": 1,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    found = duckdb.connect(config=settings)
    found.execute(f"SET allowed_directories = ['{folder}']")
    found.execute("SET enable_external_access = false")
    found.execute("SET lock_configuration = true")
    return found


def read(path: Path, database: duckdb.DuckDBPyConnection) -> Found | None:
    """None if the file is broken; only its end need be there."""
    import duckdb  # noqa: PLC0415

    name = str(path)
    try:
        relation = database.read_parquet(name)
        columns = {n.lower(): _shape(t) for n, t in zip(relation.columns, relation.types, strict=True)}
        rows = database.execute("SELECT sum(num_rows) FROM parquet_file_metadata(?)", [name]).fetchone()
        packing = database.execute("SELECT min(compression) FROM parquet_metadata(?)", [name]).fetchone()
    except duckdb.Error:
        return None
    details = {"compression": str(packing[0]).lower()} if packing and packing[0] else {}
    return Found(columns, int(rows[0] or 0) if rows else 0, 0, details)


def _shape(kind: Any) -> shapes.Shape:
    if kind.id == "struct":
        return ["struct", {name.lower(): _shape(inner) for name, inner in kind.children}]
    if kind.id in {"list", "array"}:
        return ["array", _shape(kind.children[0][1])]
    if kind.id == "map":
        return ["map", *(_shape(inner) for _, inner in kind.children)]
    if kind.id == "decimal":
        return "decimal({},{})".format(*(value for _, value in kind.children))
    return _TYPES.get(kind.id, "string")
