"""Statements that change the catalog, and no data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlglot import exp

from checkday.sandbox.overlay.athena.sql import catalog, storage
from checkday.sandbox.overlay.athena.sql.catalog import HIVE_JSON, LAZY, PARQUET, TableInfo
from checkday.sandbox.overlay.athena.sql.ddl import (
    AddColumns,
    AddPartitions,
    CreateDatabase,
    CreateTable,
    DropDatabase,
    DropPartition,
    DropTable,
    Name,
    Repair,
    SetProperties,
)
from checkday.sandbox.overlay.athena.sql.errors import QueryError
from checkday.sandbox.overlay.athena.sql.kinds import Column, from_hive, to_hive
from checkday.sandbox.overlay.athena.sql.lake import CatalogError, Outcome
from checkday.sandbox.overlay.athena.sql.queries import Session, described
from checkday.sandbox.overlay.athena.sql.rows import told
from checkday.sandbox.overlay.athena.sql.statements import CreateView

_TASK = "Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask."

_SERDES = {
    "PARQUET": PARQUET,
    "PARQUETFILE": PARQUET,
    "TEXTFILE": LAZY,
    "JSON": HIVE_JSON,
    "JSONFILE": HIVE_JSON,
    "ORC": "org.apache.hadoop.hive.ql.io.orc.OrcSerde",
    "AVRO": "org.apache.hadoop.hive.serde2.avro.AvroSerDe",
}

_DELIMITED = {
    "fields": "field.delim",
    "escaped": "escape.delim",
    "collection_items": "colelction.delim",  # Hive's own spelling
    "map_keys": "mapkey.delim",
    "lines": "line.delim",
    "null": "serialization.null.format",
}

_OF_TABLE = (
    "Name",
    "Description",
    "Owner",
    "Retention",
    "StorageDescriptor",
    "PartitionKeys",
    "TableType",
    "Parameters",
)
"""What one may say again when a table is changed."""


def failed(message: str) -> QueryError:
    return QueryError("FAILED", message)


def database_of(session: Session, name: Name) -> str:
    return name.database or session.settings.database


def existing(session: Session, name: Name) -> TableInfo:
    found = catalog.table(session.lake, database_of(session, name), name.table)
    if found is None:
        raise failed(
            f"SemanticException [Error 10001]: Table not found {database_of(session, name)}.{name.table}"
        )
    return found


def create_database(session: Session, statement: CreateDatabase) -> Outcome:
    said = {"Name": statement.name, "Description": statement.comment, "LocationUri": statement.location}
    try:
        session.lake.glue(
            "CreateDatabase", DatabaseInput={key: value for key, value in said.items() if value}
        )
    except CatalogError as error:
        if error.code != "AlreadyExistsException":
            raise
        if not statement.if_absent:
            raise failed(f"{_TASK} Database {statement.name} already exists") from error
    return Outcome()


def drop_database(session: Session, statement: DropDatabase) -> Outcome:
    if not catalog.database_exists(session.lake, statement.name):
        if statement.if_present:
            return Outcome()
        raise failed(f"SemanticException [Error 10072]: Database does not exist: {statement.name}")
    if not statement.cascade and session.lake.glue("GetTables", DatabaseName=statement.name)["TableList"]:
        message = f"(message:Database {statement.name} is not empty. One or more tables exist.)"
        raise failed(f"{_TASK} InvalidOperationException{message}")
    session.lake.glue("DeleteDatabase", Name=statement.name)
    return Outcome()


def create_table(session: Session, statement: CreateTable) -> Outcome:
    database, name = database_of(session, statement.table), statement.table.table
    if not catalog.database_exists(session.lake, database):
        raise failed(f"SemanticException [Error 10072]: Database does not exist: {database}")
    for column in (*statement.columns, *statement.keys):
        _check_type(column)
    table = {
        "Name": name,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {"EXTERNAL": "TRUE", **statement.parameters},
        "PartitionKeys": list(statement.keys),
        "StorageDescriptor": {**_storage(statement), "Columns": list(statement.columns)},
    }
    table |= {"Description": statement.comment} if statement.comment else {}
    try:
        session.lake.glue("CreateTable", DatabaseName=database, TableInput=table)
    except CatalogError as error:
        if error.code != "AlreadyExistsException":
            raise
        if not statement.if_absent:
            raise failed(f"{_TASK} AlreadyExistsException(message:Table {name} already exists.)") from error
    return Outcome()


def _check_type(column: Mapping[str, str]) -> None:
    try:
        from_hive(column["Type"])
    except ValueError as error:
        raise failed(
            f"ParseException line 1:1 cannot recognize input near '{error}' in column type"
        ) from error


def _storage(statement: CreateTable) -> dict[str, Any]:
    """How the statement says that the rows are written."""
    form: exp.Expr | None = statement.storage.get("FileFormatProperty")
    serde: exp.Expr | None = statement.storage.get("RowFormatSerdeProperty")
    delimited: exp.Expr | None = statement.storage.get("RowFormatDelimitedProperty")
    formats = None
    library, parameters = LAZY, {}
    if form is not None and isinstance(form.this, exp.InputOutputFormat):
        formats = (form.this.args["input_format"].name, form.this.args["output_format"].name)
        library = PARQUET if "parquet" in formats[0].lower() else LAZY
    elif form is not None:
        if form.name.upper() not in _SERDES:
            raise failed(f"SemanticException Unrecognized file format in STORED AS clause: '{form.name}'")
        library = _SERDES[form.name.upper()]
    if serde is not None:
        library = serde.name
        said = serde.args.get("serde_properties")
        parameters = (
            {one.name: one.args["value"].name for one in said.expressions} if said is not None else {}
        )
    if delimited is not None:
        parameters = {
            to: delimited.args[name].name for name, to in _DELIMITED.items() if delimited.args.get(name)
        }
        parameters["serialization.format"] = parameters.get("field.delim", "\x01")
    location = f"{statement.location.rstrip('/')}/"
    return storage.descriptor(location, library, parameters, formats)


def create_view(session: Session, statement: CreateView) -> Outcome:
    database, name = database_of(session, statement.view), statement.view.table
    found = catalog.table(session.lake, database, name)
    if found is not None and (found.query is None or not statement.replace):
        what = "View" if found.query else "Table"
        message = f"line 1:1: {what} 'awsdatacatalog.{database}.{name}' already exists"
        raise QueryError("TABLE_ALREADY_EXISTS", message)
    columns = [
        (one.lower(), to_hive(kind)) for one, kind in described(session, statement.tree, statement.text)
    ]
    view = {
        "Name": name,
        "TableType": "VIRTUAL_VIEW",
        "Parameters": {"presto_view": "true", "comment": "Presto View"},
        "PartitionKeys": [],
        "ViewOriginalText": catalog.view_text(statement.query, database, columns),
        "ViewExpandedText": "/* Presto View */",
        "StorageDescriptor": {
            "Columns": [{"Name": one, "Type": kind} for one, kind in columns],
            "Location": "",
            "SerdeInfo": {},
        },
    }
    session.lake.glue("UpdateTable" if found else "CreateTable", DatabaseName=database, TableInput=view)
    return Outcome()


def drop_table(session: Session, statement: DropTable) -> Outcome:
    database = database_of(session, statement.table)
    found = catalog.table(session.lake, database, statement.table.table)
    if found is None:
        if statement.if_present:
            return Outcome()
        raise failed(f"SemanticException [Error 10001]: Table not found {statement.table.table}")
    if (found.query is not None) != statement.is_view:
        mistake = "table with DROP VIEW" if statement.is_view else "view with DROP TABLE"
        raise failed(f"SemanticException Cannot drop a {mistake}")
    session.lake.glue("DeleteTable", DatabaseName=database, Name=found.name)
    return Outcome()


def add_partitions(session: Session, statement: AddPartitions) -> Outcome:
    info = existing(session, statement.table)
    keys = [key for key, _ in info.keys]
    found: list[tuple[Sequence[str], str]] = []
    for values, location in statement.partitions:
        if sorted(values) != sorted(keys):
            raise failed(f"SemanticException Partition spec {dict(values)} contains non-partition columns")
        folder = "/".join(f"{key}={values[key]}" for key in keys)
        where = location or f"{info.location.rstrip('/')}/{folder}"
        found.append(([values[key] for key in keys], f"{where.rstrip('/')}/"))
    new = storage.add_at(session.lake, info, found)
    if new < len(found) and not statement.if_absent:
        raise failed(f"{_TASK} AlreadyExistsException(message:Partition already exists.)")
    return Outcome()


def drop_partition(session: Session, statement: DropPartition) -> Outcome:
    info = existing(session, statement.table)
    keys = [key for key, _ in info.keys]
    dropped = [
        part
        for part in catalog.partitions(session.lake, info)
        if all(
            part.values[keys.index(key)] == value for key, value in statement.values.items() if key in keys
        )
    ]
    if not dropped and not statement.if_present:
        raise failed(f"SemanticException [Error 10006]: Partition not found {dict(statement.values)}")
    for part in dropped:
        values = list(part.values)
        session.lake.glue(
            "DeletePartition", DatabaseName=info.database, TableName=info.name, PartitionValues=values
        )
    return Outcome()


def change_columns(session: Session, statement: AddColumns) -> Outcome:
    info = existing(session, statement.table)
    for column in statement.columns:
        _check_type(column)
    table = _again(info)
    kept = [] if statement.replace else table["StorageDescriptor"].get("Columns") or []
    table["StorageDescriptor"] = {**table["StorageDescriptor"], "Columns": [*kept, *statement.columns]}
    session.lake.glue("UpdateTable", DatabaseName=info.database, TableInput=table)
    return Outcome()


def set_properties(session: Session, statement: SetProperties) -> Outcome:
    info = existing(session, statement.table)
    table = _again(info)
    table["Parameters"] = {**(table.get("Parameters") or {}), **statement.properties}
    if statement.location is not None:
        table["StorageDescriptor"] = {**table["StorageDescriptor"], "Location": statement.location}
    session.lake.glue("UpdateTable", DatabaseName=info.database, TableInput=table)
    return Outcome()


def _again(info: TableInfo) -> dict[str, Any]:
    return {name: info.described[name] for name in _OF_TABLE if info.described.get(name) is not None}


def repair(session: Session, statement: Repair) -> Outcome:
    """Enter every folder whose name says `key=value` for each of the table's keys."""
    info = existing(session, statement.table)
    keys = [key for key, _ in info.keys]
    prefix = f"{info.location.rstrip('/')}/"
    known = {tuple(part.values) for part in catalog.partitions(session.lake, info)}
    found: dict[tuple[str, ...], str] = {}
    for one in session.lake.objects([prefix])[0]:
        folders = one.uri[len(prefix) :].split("/")[:-1][: len(keys)]
        if [folder.partition("=")[0].lower() for folder in folders] == keys:
            values, folder = storage.values_in("/".join(folders))
            found[tuple(values)] = folder
    new = {values: folder for values, folder in found.items() if values not in known}
    storage.add_partitions(session.lake, info, [(list(values), folder) for values, folder in new.items()])
    lines = []
    if new:
        listed = "\t".join(f"{info.name}:{folder}" for folder in new.values())
        lines = [f"Partitions not in metastore:\t{listed}"]
        lines += [f"Repair: Added partition to metastore {info.name}:{folder}" for folder in new.values()]
    return told(session.settings, [Column.text("")], lines)
