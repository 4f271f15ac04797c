"""What a query really reads of each table, as DuckDB plans it over empty tables of the same columns."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import duckdb

from checkday.sandbox.overlay.athena.sql.kinds import identifier, literal


def columns_read(
    database: duckdb.DuckDBPyConnection, query: str, tables: Mapping[str, Sequence[str]]
) -> dict[str, set[str]]:
    """For each of the tables, the columns that the query takes or filters by."""
    found: dict[str, set[str]] = {name: set() for name in tables}
    (_, plan), *_ = database.execute(f"EXPLAIN (FORMAT JSON) {query}").fetchall()
    for scan in _scans(json.loads(plan)):
        name = str(scan.get("Table", "")).rpartition(".")[2]
        if name in found:
            found[name] |= {column for column in tables[name] if _mentions(scan, column)}
    return found


def _scans(nodes: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for node in nodes:
        yield node.get("extra_info") or {}
        yield from _scans(node.get("children") or [])


def _mentions(scan: Mapping[str, Any], column: str) -> bool:
    words = json.dumps([scan.get("Projections"), scan.get("Filters")], ensure_ascii=False)
    return re.search(rf"(?<![\w$]){re.escape(column)}(?![\w$])", words, re.IGNORECASE) is not None


def parquet_bytes(database: duckdb.DuckDBPyConnection, paths: Sequence[str], columns: set[str]) -> int:
    """The compressed size of these columns alone."""
    if not paths or not columns:
        return 0
    files = ", ".join(map(literal, paths))
    names = ", ".join(map(literal, sorted(columns)))
    found = database.execute(
        f"SELECT coalesce(sum(total_compressed_size), 0) FROM parquet_metadata([{files}]) "  # noqa: S608
        f"WHERE lower(split_part(path_in_schema, ', ', 1)) IN ({names})"
    ).fetchone()
    return int(found[0]) if found else 0


_EXTREMES = {
    "TINYINT": ("-128", "127"),
    "SMALLINT": ("-32768", "32767"),
    "INTEGER": ("-2147483648", "2147483647"),
    "BIGINT": ("-9223372036854775808", "9223372036854775807"),
    "FLOAT": ("-3e38", "3e38"),
    "DOUBLE": ("-1e308", "1e308"),
    "BOOLEAN": ("false", "true"),
    "VARCHAR": ("", "\U0010ffff"),
    "BLOB": ("", "\\xFF"),
    "DATE": ("0001-01-01", "9999-12-31"),
    "TIMESTAMP": ("0001-01-01 00:00:00", "9999-12-31 23:59:59"),
}


def create_shadow(database: duckdb.DuckDBPyConnection, name: str, columns: Mapping[str, str]) -> None:
    """A table to plan with: so little in it, and so far apart, that no condition rules it out."""
    defined = ", ".join(f"{identifier(column)} {kind}" for column, kind in columns.items())
    database.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({defined})")
    rows = [[_extreme(kind, side) for kind in columns.values()] for side in (0, 1)]
    rows.append(["NULL"] * len(columns))
    values = ", ".join(f"({', '.join(row)})" for row in rows)
    database.execute(f"INSERT INTO {name} VALUES {values}")  # noqa: S608


def _extreme(kind: str, side: int) -> str:
    if kind.endswith("[]"):
        return f"[{_extreme(kind[:-2], side)}]"
    if kind.startswith("DECIMAL"):
        return "-9" if side == 0 else "9"
    if kind not in _EXTREMES:
        return "NULL"
    return f"CAST({literal(_EXTREMES[kind][side])} AS {kind})"
