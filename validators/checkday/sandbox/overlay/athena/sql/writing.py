"""Queries whose answer becomes objects: CREATE TABLE AS, INSERT INTO and UNLOAD."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from checkday.sandbox.overlay.athena.sql import catalog, scans, storage
from checkday.sandbox.overlay.athena.sql.catalog import LAZY, OPENX_JSON, PARQUET, TableInfo
from checkday.sandbox.overlay.athena.sql.errors import QueryError
from checkday.sandbox.overlay.athena.sql.kinds import from_hive, identifier, literal, to_hive
from checkday.sandbox.overlay.athena.sql.lake import Outcome
from checkday.sandbox.overlay.athena.sql.queries import Prepared, Session, opened, result_names
from checkday.sandbox.overlay.athena.sql.statements import CreateTableAs, Insert, Unload

_MOST_PARTITIONS = 100
_NO_VALUE = "__HIVE_DEFAULT_PARTITION__"

_ENFORCED = (
    "The Create Table As Select query failed because it was submitted with an 'external_location' property "
    "to an Athena Workgroup that enforces a centralized output location for all queries. Please remove the "
    "'external_location' property and resubmit the query."
)

_SERDES = {"PARQUET": PARQUET, "JSON": OPENX_JSON, "TEXTFILE": LAZY}


@dataclass(frozen=True, slots=True)
class Target:
    """What is written, where and how."""

    location: str
    format: str
    compression: str
    delimiter: str
    columns: Sequence[tuple[str, str]]
    keys: Sequence[tuple[str, str]]


def create_as(session: Session, statement: CreateTableAs) -> Outcome:
    """Make a table of a query's rows."""
    settings, said = session.settings, statement.properties
    database, name = statement.table.database or settings.database, statement.table.table
    if catalog.table(session.lake, database, name) is not None:
        if statement.if_absent:
            return Outcome()
        message = f"line 1:1: Destination table 'awsdatacatalog.{database}.{name}' already exists"
        raise QueryError("TABLE_ALREADY_EXISTS", message)
    if "external_location" in said and settings.enforced:
        raise QueryError("INVALID_TABLE_PROPERTY", _ENFORCED)
    location = str(said.get("external_location") or f"{settings.output}tables/{settings.query_id}/")
    with opened(session, statement.tree, statement.text) as prepared:
        columns = _columns(session, prepared)
        target = _target(said, location, columns, f"{database}.{name}")
        _check_empty(session, target.location, f"{database}.{name}")
        outcome = _write(session, prepared, target) if statement.with_data else Outcome()
    serde = {"field.delim": target.delimiter, "serialization.format": target.delimiter}
    described = storage.table_input(
        name,
        target.columns,
        target.keys,
        storage.descriptor(
            target.location, _SERDES[target.format], serde if target.format == "TEXTFILE" else {}
        ),
        {"EXTERNAL": "TRUE", "has_encrypted_data": "false", "classification": target.format.lower()},
    )
    session.lake.glue("CreateTable", DatabaseName=database, TableInput=described)
    _register(session, database, name, target, outcome)
    return outcome


def insert(session: Session, statement: Insert) -> Outcome:
    """Append a query's rows to a table."""
    database = statement.table.database or session.settings.database
    info = catalog.table(session.lake, database, statement.table.table)
    if info is None or info.query is not None:
        message = f"line 1:1: Table 'awsdatacatalog.{database}.{statement.table.table}' does not exist"
        raise QueryError("TABLE_NOT_FOUND", message)
    target = _target_of(info)
    with opened(session, statement.tree, statement.text) as prepared:
        rows = _as_columns_of(session, prepared, info, statement.columns)
        outcome = _write(session, prepared, target, rows)
    _register(session, database, info.name, target, outcome)
    return outcome


def unload(session: Session, statement: Unload) -> Outcome:
    """Write a query's rows, and make no table of them."""
    with opened(session, statement.tree, statement.text) as prepared:
        said = {**statement.properties, "format": statement.properties.get("format", "")}
        target = _target(said, statement.location, _columns(session, prepared), statement.location)
        _check_empty(session, target.location, "")
        return _write(session, prepared, target)


def _columns(session: Session, prepared: Prepared) -> list[tuple[str, str]]:
    """The names and Hive types of a query's columns, each of which must have them."""
    said = [one.alias_or_name.lower() for one in prepared.tree.selects if not one.is_star]
    twice = next((name for index, name in enumerate(said) if name in said[:index]), None)
    if twice is not None:
        raise QueryError("DUPLICATE_COLUMN_NAME", f"line 1:1: Column name '{twice}' specified more than once")
    described = session.database.execute(f"SELECT * FROM ({prepared.sql}) LIMIT 0").description  # noqa: S608
    names = [name.lower() for name in result_names(prepared.tree, [name for name, *_ in described])]
    for index, name in enumerate(names):
        if name.startswith("_col") and name.removeprefix("_col").isdigit():
            message = f"line 1:1: Column name not specified at position {index + 1}"
            raise QueryError("MISSING_COLUMN_NAME", message)
    return [(name, _hive_type(kind)) for name, (_, kind, *_) in zip(names, described, strict=True)]


def _hive_type(kind: Any) -> str:
    try:
        return to_hive(kind)
    except ValueError as error:
        raise QueryError("NOT_SUPPORTED", f"Unsupported Hive type: {error}") from error


def _target(
    said: Mapping[str, str | Sequence[str]], location: str, columns: Sequence[tuple[str, str]], name: str
) -> Target:
    form = str(said.get("format") or "PARQUET").upper()
    if form not in _SERDES:
        raise QueryError("NOT_SUPPORTED", f"Format {form} is not supported by this engine")
    listed = said.get("partitioned_by") or []
    keys = [one.lower() for one in ([listed] if isinstance(listed, str) else listed)]
    if [column for column, _ in columns[len(columns) - len(keys) :]] != keys:
        message = (
            "Partition keys must be the last columns in the table and in the same order as the table "
            f"properties: [{', '.join(keys)}]"
        )
        raise QueryError("HIVE_COLUMN_ORDER_MISMATCH", message)
    if not location.startswith("s3://"):
        raise QueryError("INVALID_TABLE_PROPERTY", f"External location must be a valid S3 path: {name}")
    given = said.get("write_compression") or said.get("parquet_compression") or said.get("compression")
    compression = str(given or "GZIP").upper()
    own = len(columns) - len(keys)
    delimiter = str(said.get("field_delimiter") or "\x01")
    return Target(f"{location.rstrip('/')}/", form, compression, delimiter, columns[:own], columns[own:])


def _target_of(info: TableInfo) -> Target:
    form = next((form for form, serde in _SERDES.items() if serde == info.serde), None)
    if form is None:
        raise QueryError(
            "NOT_SUPPORTED", f"Inserting into tables of {info.serde} is not supported by this engine"
        )
    delimiter = info.serde_parameters.get("field.delim", "\x01")
    return Target(f"{info.location.rstrip('/')}/", form, "GZIP", delimiter, info.columns, info.keys)


def _as_columns_of(session: Session, prepared: Prepared, info: TableInfo, named: Sequence[str]) -> str:
    """The query with its columns in the table's order and types."""
    given = session.database.execute(f"SELECT * FROM ({prepared.sql}) LIMIT 0").description  # noqa: S608
    names = list(named) or [name for name, _ in info.all_columns]
    if len(given) != len(names):
        message = (
            "line 1:1: Insert query has mismatched column types: "
            f"Table: [{', '.join(kind for _, kind in info.all_columns)}], "
            f"Query: [{', '.join(str(kind).lower() for _, kind, *_ in given)}]"
        )
        raise QueryError("TYPE_MISMATCH", message)
    aliases = ", ".join(identifier(name) for name in names)
    columns = ", ".join(
        f"CAST({identifier(name) if name in names else 'NULL'} AS {from_hive(kind)}) AS {identifier(name)}"
        for name, kind in info.all_columns
    )
    return f"SELECT {columns} FROM ({prepared.sql}) AS given_({aliases})"  # noqa: S608


def _check_empty(session: Session, location: str, name: str) -> None:
    if session.lake.objects([location])[0]:
        message = (
            f"Target directory for table '{name}' already exists: {location}. You may need to manually clean "
            f"the data at location '{location}' before retrying. Athena will not delete data in your account."
        )
        raise QueryError("HIVE_PATH_ALREADY_EXISTS", message)


def _write(session: Session, prepared: Prepared, target: Target, query: str | None = None) -> Outcome:
    """Write the rows, a file for each partition; the objects are named in the outcome."""
    outcome = _files(session, target, _parts(session, query or prepared.sql, target))
    session.database.execute("DROP TABLE IF EXISTS written_")
    outcome.rows_read = scans.rows_read(session.database, prepared.scans)
    return outcome


def _parts(session: Session, query: str, target: Target) -> list[tuple[str, str]]:
    """The folder of each partition that the rows make, and the query of its rows."""
    columns = [
        f"CAST({identifier(name)} AS {from_hive(kind)}) AS {identifier(name)}"
        for name, kind in target.columns
    ]
    keys = [f"{identifier(name)}" for name, _ in target.keys]
    names = ", ".join(identifier(name) for name, _ in (*target.columns, *target.keys))
    source = f"({query}) AS result_({names})"
    if not keys:
        return [("", f"SELECT {', '.join(columns)} FROM {source}")]  # noqa: S608
    session.database.execute(f"CREATE OR REPLACE TEMP TABLE written_ AS SELECT * FROM {source}")  # noqa: S608
    found = session.database.execute(
        f"SELECT DISTINCT {', '.join(f'CAST({key} AS VARCHAR)' for key in keys)} FROM written_ "  # noqa: S608
        f"ORDER BY ALL LIMIT {_MOST_PARTITIONS + 1}"
    ).fetchall()
    if len(found) > _MOST_PARTITIONS:
        message = f"Exceeded limit of {_MOST_PARTITIONS} open writers for partitions/buckets"
        raise QueryError("HIVE_TOO_MANY_OPEN_PARTITIONS", message)
    parts = []
    for values in found:
        where = " AND ".join(
            f"CAST({key} AS VARCHAR) IS NOT DISTINCT FROM {'NULL' if value is None else literal(value)}"
            for key, value in zip(keys, values, strict=True)
        )
        query = f"SELECT {', '.join(columns)} FROM written_ WHERE {where}"  # noqa: S608
        parts.append((folder_of([name for name, _ in target.keys], values), query))
    return parts


def folder_of(keys: Sequence[str], values: Sequence[str | None]) -> str:
    return "".join(
        f"{key}={quote(_NO_VALUE if value is None else value, safe=' ._-+@')}/"
        for key, value in zip(keys, values, strict=True)
    )


def _files(session: Session, target: Target, parts: Sequence[tuple[str, str]]) -> Outcome:
    """Write each part's query into an object of its folder."""
    written, rows = [], 0
    ending = ".gz" if target.format != "PARQUET" and target.compression == "GZIP" else ""
    for index, (folder, query) in enumerate(parts):
        path = os.path.join(session.settings.scratch, f"part{index}{ending}")
        count = session.database.execute(f"COPY ({query}) TO {literal(path)} ({_options(target)})").fetchone()
        if count is not None and count[0]:
            rows += count[0]
            uri = f"{target.location}{folder}{session.settings.query_id}_{index:05}{ending}"
            session.lake.put(uri, path)
            written.append(uri)
    return Outcome(rows=rows, written=written)


def _options(target: Target) -> str:
    if target.format == "PARQUET":
        return f"FORMAT parquet, COMPRESSION {literal(target.compression.lower())}"
    compression = "gzip" if target.compression == "GZIP" else "none"
    if target.format == "JSON":
        return f"FORMAT json, COMPRESSION '{compression}'"
    return (
        f"FORMAT csv, HEADER false, DELIMITER {literal(target.delimiter)}, QUOTE '', ESCAPE '', "
        f"NULLSTR '\\N', COMPRESSION '{compression}'"
    )


def _register(session: Session, database: str, name: str, target: Target, outcome: Outcome) -> None:
    """Enter the partitions that were written into the catalog."""
    folders = sorted({uri[len(target.location) :].rpartition("/")[0] for uri in outcome.written})
    if not target.keys or not folders:
        return
    info = catalog.table(session.lake, database, name)
    if info is not None:
        storage.add_partitions(session.lake, info, [storage.values_in(folder) for folder in folders])
