"""From the tables that a query names to the objects that it needs."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb
from sqlglot import exp

from checkday.sandbox.overlay.athena.sql import catalog, pruning, readers, usage
from checkday.sandbox.overlay.athena.sql.catalog import PATH_COLUMN, Format, Partition, TableInfo
from checkday.sandbox.overlay.athena.sql.dialect import offset_of
from checkday.sandbox.overlay.athena.sql.errors import Place, QueryError
from checkday.sandbox.overlay.athena.sql.kinds import from_hive, identifier
from checkday.sandbox.overlay.athena.sql.lake import Lake, Object

CATALOG = "awsdatacatalog"


@dataclass(slots=True)
class Scan:
    """One mention of a table in a query: each is read for itself."""

    name: str
    """What it is called in the engine."""

    info: TableInfo
    where: Sequence[exp.Expr]
    wanted: readers.Wanted


def lookup(lake: Lake, node: exp.Table, database: str, text: str) -> TableInfo:
    """The table that a name in a query means.

    Raises:
        QueryError: there is none.

    """
    place = Place.at(text, offset_of(node))
    given = node.args.get("catalog")
    if given is not None and given.name.lower() != CATALOG:
        raise QueryError("CATALOG_NOT_FOUND", f"{place}: Catalog '{given.name}' not found")
    schema, name = (node.db or database).lower(), node.name.lower()
    found = catalog.table(lake, schema, name)
    if found is not None:
        return found
    if not catalog.database_exists(lake, schema):
        raise QueryError("SCHEMA_NOT_FOUND", f"{place}: Schema '{schema}' does not exist")
    raise QueryError("TABLE_NOT_FOUND", f"{place}: Table '{CATALOG}.{schema}.{name}' does not exist")


def wanted(tree: exp.Expr, info: TableInfo) -> readers.Wanted:
    """Whether any name in the query could mean a partition key or the path."""
    names = {column.name.lower() for column in tree.find_all(exp.Column)}
    keys = {name for name, _ in info.keys}
    starred = any(not isinstance(star.parent, exp.Anonymous) for star in tree.find_all(exp.Star))
    return readers.Wanted(starred or bool(keys & names), PATH_COLUMN in names)


def engine_columns(scan: Scan) -> dict[str, str]:
    columns = {name: from_hive(kind) for name, kind in scan.info.all_columns}
    return {**columns, PATH_COLUMN: "VARCHAR"} if scan.wanted.path else columns


def shadow(database: duckdb.DuckDBPyConnection, scan: Scan) -> None:
    """Something of the scan's columns to plan with, under its name."""
    table = f"shadow_{scan.name}"
    usage.create_shadow(database, table, engine_columns(scan))
    database.execute(f"CREATE OR REPLACE TEMP VIEW {scan.name} AS SELECT * FROM {table}")  # noqa: S608


def bind(database: duckdb.DuckDBPyConnection, lake: Lake, scans: Sequence[Scan], query: str) -> int:
    """Put the tables' rows under the names of the scans; the number of bytes that the query scans."""
    listed = {scan.name: _listed(database, lake, scan) for scan in scans}
    whole = sum(one.size for scan in scans if not by_column(scan) for one, _ in listed[scan.name])
    lake.scanned(whole)
    fetched = {scan.name: _fetched(lake, listed[scan.name]) for scan in scans}
    total = whole + _bytes_of_columns(database, [scan for scan in scans if by_column(scan)], fetched, query)
    lake.scanned(total)
    for scan in scans:
        rows = readers.select_from(database, scan.info, fetched[scan.name], scan.wanted)
        database.execute(f"CREATE OR REPLACE TEMP VIEW {scan.name} AS {rows}")
    return total


def rows_read(database: duckdb.DuckDBPyConnection, scans: Sequence[Scan]) -> int:
    """How many rows the bound tables gave; 0 for one that cannot be counted, where the query did not care."""
    total = 0
    for scan in scans:
        with contextlib.suppress(duckdb.Error):
            found = database.execute(f"SELECT count(*) FROM {scan.name}").fetchone()  # noqa: S608
            total += int(found[0]) if found else 0
    return total


def by_column(scan: Scan) -> bool:
    return scan.info.format is Format.PARQUET


def _bytes_of_columns(
    database: duckdb.DuckDBPyConnection,
    scans: Sequence[Scan],
    fetched: Mapping[str, Sequence[readers.File]],
    query: str,
) -> int:
    if not scans:
        return 0
    tables = {f"shadow_{scan.name}": [name for name, _ in scan.info.columns] for scan in scans}
    read = usage.columns_read(database, query, tables)
    return sum(
        usage.parquet_bytes(database, [file.path for file in fetched[scan.name]], read[f"shadow_{scan.name}"])
        for scan in scans
    )


def _listed(
    database: duckdb.DuckDBPyConnection, lake: Lake, scan: Scan
) -> list[tuple[Object, Sequence[str]]]:
    """The objects of the partitions that are needed, each with the values of its partition."""
    info = scan.info
    parts = [Partition((), info.location)]
    if info.keys:
        parts = pruning.needed(database, info, catalog.partitions(lake, info), scan.where)
    found = lake.objects([part.location for part in parts])
    return [
        (one, part.values)
        for part, objects in zip(parts, found, strict=True)
        for one in objects
        if one.size and not one.uri.rpartition("/")[2].startswith(("_", "."))
    ]


def _fetched(lake: Lake, listed: Sequence[tuple[Object, Sequence[str]]]) -> list[readers.File]:
    paths = lake.fetch([one for one, _ in listed]) if listed else []
    return [readers.File(one.uri, path, values) for (one, values), path in zip(listed, paths, strict=True)]


def drop(database: duckdb.DuckDBPyConnection, scans: Sequence[Scan]) -> None:
    """Leave nothing of one query to the next."""
    for scan in scans:
        database.execute(f"DROP VIEW IF EXISTS {scan.name}")
        database.execute(f"DROP TABLE IF EXISTS {identifier(f'shadow_{scan.name}')}")
