"""Tables as the Glue Data Catalog describes them."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from checkday.sandbox.overlay.athena.sql.errors import QueryError
from checkday.sandbox.overlay.athena.sql.lake import CatalogError, Lake

OPENX_JSON = "org.openx.data.jsonserde.JsonSerDe"
HIVE_JSON = "org.apache.hive.hcatalog.data.JsonSerDe"
LAZY = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
OPEN_CSV = "org.apache.hadoop.hive.serde2.OpenCSVSerde"
PARQUET = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"

PATH_COLUMN = "$path"

_VIEW_PREFIX, _VIEW_SUFFIX = "/* Presto View: ", " */"


class Format(StrEnum):
    """How the objects of a table are to be read."""

    JSON = "json"
    CSV = "csv"
    TEXT = "text"
    PARQUET = "parquet"


_FORMATS = {
    OPENX_JSON: Format.JSON,
    HIVE_JSON: Format.JSON,
    "com.amazon.ionhiveserde.IonHiveSerDe": Format.JSON,
    LAZY: Format.TEXT,
    OPEN_CSV: Format.CSV,
    PARQUET: Format.PARQUET,
}


@dataclass(frozen=True, slots=True)
class Partition:
    """One of the parts a table is kept in."""

    values: Sequence[str]
    location: str


@dataclass(frozen=True, slots=True)
class TableInfo:
    """A table, or a view if it has a `query`."""

    database: str
    name: str
    columns: Sequence[tuple[str, str]]
    """Names and Hive types."""

    keys: Sequence[tuple[str, str]]
    """The same of the partition keys."""

    location: str
    serde: str
    serde_parameters: Mapping[str, str]
    parameters: Mapping[str, str]
    query: str | None
    described: Mapping[str, Any]
    """All that the catalog says."""

    @property
    def all_columns(self) -> list[tuple[str, str]]:
        return [*self.columns, *self.keys]

    @property
    def format(self) -> Format:
        if self.serde not in _FORMATS:
            raise QueryError("HIVE_UNSUPPORTED_FORMAT", f"Unable to create input format for {self.serde}")
        return _FORMATS[self.serde]


def table(lake: Lake, database: str, name: str) -> TableInfo | None:
    """The table, or None if the catalog has none of this name."""
    try:
        found = lake.glue("GetTable", DatabaseName=database, Name=name)["Table"]
    except CatalogError as error:
        if error.code == "EntityNotFoundException":
            return None
        raise
    return described(found)


def described(found: Mapping[str, Any]) -> TableInfo:
    storage = found.get("StorageDescriptor") or {}
    serde = storage.get("SerdeInfo") or {}
    return TableInfo(
        found["DatabaseName"],
        found["Name"],
        _pairs(storage.get("Columns")),
        _pairs(found.get("PartitionKeys")),
        storage.get("Location") or "",
        serde.get("SerializationLibrary") or LAZY,
        serde.get("Parameters") or {},
        found.get("Parameters") or {},
        _query(found) if found.get("TableType") == "VIRTUAL_VIEW" else None,
        found,
    )


def _pairs(columns: Sequence[Mapping[str, str]] | None) -> list[tuple[str, str]]:
    return [(column["Name"].lower(), column.get("Type") or "string") for column in columns or ()]


def _query(found: Mapping[str, Any]) -> str:
    text = found.get("ViewOriginalText") or ""
    try:
        packed = text.removeprefix(_VIEW_PREFIX).removesuffix(_VIEW_SUFFIX)
        return str(json.loads(base64.b64decode(packed))["originalSql"])
    except (ValueError, KeyError, TypeError) as error:
        message = f"View '{found['DatabaseName']}.{found['Name']}' has no text that Athena wrote"
        raise QueryError("INVALID_VIEW", message) from error


def view_text(query: str, database: str, columns: Sequence[tuple[str, str]]) -> str:
    """A view as the catalog keeps it."""
    packed = {
        "originalSql": query,
        "catalog": "awsdatacatalog",
        "schema": database,
        "columns": [{"name": name, "type": kind} for name, kind in columns],
    }
    return _VIEW_PREFIX + base64.b64encode(json.dumps(packed).encode()).decode() + _VIEW_SUFFIX


def partitions(lake: Lake, info: TableInfo) -> list[Partition]:
    found = lake.glue("GetPartitions", DatabaseName=info.database, TableName=info.name)["Partitions"]
    return [
        Partition(one["Values"], (one.get("StorageDescriptor") or {}).get("Location") or info.location)
        for one in found
    ]


def database_exists(lake: Lake, name: str) -> bool:
    try:
        lake.glue("GetDatabase", Name=name)
    except CatalogError as error:
        if error.code == "EntityNotFoundException":
            return False
        raise
    return True
