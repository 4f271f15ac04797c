"""Tables and partitions as they are entered in the catalog."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from checkday.sandbox.overlay.crawler import shapes
from checkday.sandbox.overlay.crawler.tables import Look, Part, Table

_FORMATS: Mapping[str, tuple[str, str, str]] = {
    "json": (
        "org.openx.data.jsonserde.JsonSerDe",
        "org.apache.hadoop.mapred.TextInputFormat",
        "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
    ),
    "csv": (
        "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
        "org.apache.hadoop.mapred.TextInputFormat",
        "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
    ),
    "parquet": (
        "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
        "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
        "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
    ),
}
_UNKNOWN_FORMAT = ("", "", "")
_LONGEST_NAME = 128
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def name(path: str, bucket: str, prefix: str) -> str:
    """A table's name from that of its folder or file."""
    last = path.rstrip("/").rpartition("/")[2] or bucket
    return re.sub(r"[^a-z0-9_]", "_", (prefix + last).lower())[:_LONGEST_NAME]


def distinct_name(plain: str, location: str) -> str:
    """A name for a table whose plain name another table has already."""
    digest = hashlib.md5(location.encode(), usedforsecurity=False).hexdigest()
    return f"{plain[: _LONGEST_NAME - len(digest) - 1]}_{digest}"


def table_input(table: Table, table_name: str, bucket: str, crawler: str) -> dict[str, Any]:
    keys = partition_keys(table)
    parameters = _parameters(table.look, *_totals(table)) | {"UPDATED_BY_CRAWLER": crawler}
    if keys:
        parameters["partition_filtering.enabled"] = "true"
    return {
        "Name": table_name,
        "Owner": "owner",
        "Retention": 0,
        "StorageDescriptor": _storage(table, table.path, bucket, parameters),
        "PartitionKeys": [{"Name": key, "Type": "string"} for key in keys],
        "TableType": "EXTERNAL_TABLE",
        "Parameters": parameters,
    }


def partition_input(table: Table, part: Part, bucket: str) -> dict[str, Any]:
    parameters = _parameters(table.look, part.objects, part.size, *_estimate(part, table.look))
    storage = _storage(table, part.path, bucket, parameters)
    return {"Values": list(part.values), "StorageDescriptor": storage, "Parameters": parameters}


def partition_keys(table: Table) -> list[str]:
    return [key or f"partition_{position}" for position, key in enumerate(table.keys)]


def _totals(table: Table) -> tuple[int, int, float, float]:
    estimates = [_estimate(part, table.look) for part in table.parts]
    return (
        sum(part.objects for part in table.parts),
        sum(part.size for part in table.parts),
        sum(records for records, _ in estimates),
        sum(plain for _, plain in estimates),
    )


def _estimate(part: Part, of_table: Look) -> tuple[float, float]:
    """Records and unpacked bytes of a folder, by those of its samples; exact if they are all of it."""
    seen = part.look if part.look.used else of_table
    share = part.size / seen.used if seen.used else 0.0
    return seen.records * share, seen.plain * share


def _parameters(look: Look, objects: int, size: int, records: float, plain: float) -> dict[str, str]:
    found = {
        "CrawlerSchemaDeserializerVersion": "1.0",
        "CrawlerSchemaSerializerVersion": "1.0",
        "averageRecordSize": str(round(plain / records)) if records else "0",
        "classification": look.format,
        "compressionType": look.compression,
        "objectCount": str(objects),
        "recordCount": str(round(records)),
        "sizeKey": str(size),
        "typeOfData": "file",
    }
    if look.format == "csv":
        found |= {
            "areColumnsQuoted": "false",
            "columnsOrdered": "true",
            "delimiter": look.details["delimiter"],
        }
        if "header" in look.details:
            found["skip.header.line.count"] = look.details["header"]
    return found


def _storage(table: Table, path: str, bucket: str, parameters: Mapping[str, str]) -> dict[str, Any]:
    serde, reader, writer = _FORMATS.get(table.look.format, _UNKNOWN_FORMAT)
    columns = _columns(table)
    return {
        "Columns": columns,
        "Location": f"s3://{bucket}/{path}",
        "InputFormat": reader,
        "OutputFormat": writer,
        "Compressed": table.look.compression == "gzip" and table.look.format != "parquet",
        "NumberOfBuckets": -1,
        "SerdeInfo": {"SerializationLibrary": serde, "Parameters": _serde(table.look, columns)},
        "BucketColumns": [],
        "SortColumns": [],
        "Parameters": dict(parameters),
        "StoredAsSubDirectories": False,
    }


def _columns(table: Table) -> list[dict[str, str]]:
    keys = partition_keys(table)
    return [
        {"Name": _CONTROL.sub("_", column)[:255] or "_", "Type": _CONTROL.sub("_", shapes.hive(shape))}
        for column, shape in table.look.columns.items()
        if column not in keys
    ]


def _serde(look: Look, columns: list[dict[str, str]]) -> dict[str, str]:
    if look.format == "json":
        return {"paths": ",".join(sorted(column["Name"] for column in columns))}
    return (
        {"field.delim": look.details["delimiter"]} if look.format == "csv" else {"serialization.format": "1"}
    )
