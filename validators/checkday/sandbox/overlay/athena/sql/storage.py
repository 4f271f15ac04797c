"""How a table's storage is described in the Glue Data Catalog."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from checkday.sandbox.overlay.athena.sql.catalog import PARQUET, TableInfo
from checkday.sandbox.overlay.athena.sql.lake import Lake

_TEXT_INPUT = "org.apache.hadoop.mapred.TextInputFormat"
_TEXT_OUTPUT = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"
_PARQUET_INPUT = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"
_PARQUET_OUTPUT = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat"
_AT_ONCE = 100


def descriptor(
    location: str, serde: str, parameters: Mapping[str, str], formats: tuple[str, str] | None = None
) -> dict[str, Any]:
    is_parquet = serde == PARQUET
    default = (_PARQUET_INPUT, _PARQUET_OUTPUT) if is_parquet else (_TEXT_INPUT, _TEXT_OUTPUT)
    into, out = formats or default
    return {
        "Location": location,
        "InputFormat": into,
        "OutputFormat": out,
        "Compressed": False,
        "NumberOfBuckets": -1,
        "SerdeInfo": {
            "SerializationLibrary": serde,
            "Parameters": {"serialization.format": "1", **parameters},
        },
        "BucketColumns": [],
        "SortColumns": [],
        "StoredAsSubDirectories": False,
    }


def table_input(
    name: str,
    columns: Sequence[tuple[str, str]],
    keys: Sequence[tuple[str, str]],
    storage: Mapping[str, Any],
    parameters: Mapping[str, str],
) -> dict[str, Any]:
    return {
        "Name": name,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": dict(parameters),
        "PartitionKeys": [{"Name": key, "Type": kind} for key, kind in keys],
        "StorageDescriptor": {**storage, "Columns": [{"Name": one, "Type": kind} for one, kind in columns]},
    }


def values_in(folder: str) -> tuple[list[str], str]:
    """The values that a folder's name holds (`dt=2026-01-01/h=1`), and the folder."""
    return [unquote(part.partition("=")[2]) for part in folder.strip("/").split("/")], folder


def add_partitions(lake: Lake, info: TableInfo, found: Sequence[tuple[Sequence[str], str]]) -> int:
    """Enter partitions, by their values and their folders below the table's; how many are new."""
    location = info.location.rstrip("/")
    return add_at(lake, info, [(values, f"{location}/{folder.strip('/')}/") for values, folder in found])


def add_at(lake: Lake, info: TableInfo, found: Sequence[tuple[Sequence[str], str]]) -> int:
    """The same by values and locations."""
    storage = info.described.get("StorageDescriptor") or {}
    new = 0
    for begun in range(0, len(found), _AT_ONCE):
        batch = [
            {"Values": list(values), "StorageDescriptor": {**storage, "Location": location}}
            for values, location in found[begun : begun + _AT_ONCE]
        ]
        answer = lake.glue(
            "BatchCreatePartition", DatabaseName=info.database, TableName=info.name, PartitionInputList=batch
        )
        new += len(batch) - len(answer.get("Errors") or [])
    return new
