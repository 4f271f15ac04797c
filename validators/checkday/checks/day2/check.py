"""Day 2, the look at the result: tables, columns, partitions, and a first query."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from checkday.checks.queries import newest_queries, require_history
from checkday.checks.traces import shown
from checkday.lab import Event, Evidence, Lab, NotYet, Pending

if TYPE_CHECKING:
    from mypy_boto3_glue.type_defs import TableTypeDef

_WHOLE_NUMBERS = ("int", "bigint", "smallint")
_RAW_COLUMNS = {
    "uuid": ("string",),
    "device_ts": ("string", "timestamp"),
    "device_id": _WHOLE_NUMBERS,
    "device_temp": _WHOLE_NUMBERS,
    "track_id": _WHOLE_NUMBERS,
    "activity_type": ("string",),
}
_PARTITION_KEYS = ["partition_0", "partition_1", "partition_2", "partition_3"]
_TABLES = ("raw", "reference_data")
_MANY = 10
_SELECT_RAW = re.compile(r"\s*(with|select)\b.*\braw\b", re.IGNORECASE | re.DOTALL)


def tables(lab: Lab) -> Evidence:
    """The crawl made the two tables: raw and reference_data."""
    found = _tables(lab)
    if found is None:
        raise NotYet("missing", database=lab.name("database"))
    if not set(_TABLES) <= found.keys() and _dropped(lab):
        raise NotYet("missing", database=lab.name("database"))
    if not found:
        raise _no_tables(lab)
    crawled = [name for name, table in found.items() if _made_by(lab, table)]
    if len(crawled) == 1 and crawled[0] not in _TABLES:
        raise NotYet("one_table", actual=crawled[0])
    if len(crawled) > _MANY:
        raise NotYet("many_tables", database=lab.name("database"), count=len(crawled))
    for wanted in _TABLES:
        if wanted not in crawled:
            raise NotYet("missing_table", wanted=wanted, actual=", ".join(sorted(found)))
    return {"tables": list(_TABLES)}


def schema(lab: Lab) -> Evidence:
    """The table raw has the six columns with types that fit, read as JSON."""
    raw = _raw_table(lab)
    storage = raw.get("StorageDescriptor", {})
    serializer = storage.get("SerdeInfo", {}).get("SerializationLibrary", "-")
    if "json" not in serializer.lower():
        raise NotYet("not_json", table="raw", actual=serializer)
    columns = {one["Name"]: one.get("Type", "-") for one in storage.get("Columns", [])}
    if missing := [name for name in _RAW_COLUMNS if name not in columns]:
        raise NotYet("missing_columns", table="raw", columns=", ".join(missing))
    for name, types in _RAW_COLUMNS.items():
        if columns[name] not in types:
            raise NotYet("wrong_types", table="raw", column=name, actual=columns[name], wanted=types[0])
    return {"columns": {name: columns[name] for name in _RAW_COLUMNS}}


def partitions(lab: Lab) -> Evidence:
    """The table raw is divided by year, month, day and hour, and has at least one partition."""
    raw = _raw_table(lab)
    keys = [one["Name"] for one in raw.get("PartitionKeys", [])]
    if keys != _PARTITION_KEYS:
        actual, wanted = ", ".join(keys) or "-", ", ".join(_PARTITION_KEYS)
        raise NotYet("wrong_keys", table="raw", actual=actual, wanted=wanted)
    found = lab.aws.glue.get_partitions(DatabaseName=lab.name("database"), TableName="raw")["Partitions"]
    if not found:
        raise NotYet("none", table="raw")
    return {"partitions": len(found)}


def preview(lab: Lab) -> Evidence:
    """A SELECT on the table raw has succeeded in the learner's workgroup."""
    name = lab.name("workgroup")
    if lab.find(lab.aws.athena.get_work_group, WorkGroup=name) is None:
        raise NotYet("no_workgroup", name=name)
    queries = [one for one in newest_queries(lab, name) if _SELECT_RAW.match(one.get("Query", "")[:4096])]
    if not queries:
        raise NotYet("no_query", workgroup=name)
    states = {one["Status"]["State"]: one for one in reversed(queries)}
    if done := states.get("SUCCEEDED"):
        return {"query": done["QueryExecutionId"]}
    if states.keys() & {"QUEUED", "RUNNING"}:
        raise Pending("running", 10, workgroup=name)
    raise NotYet("failed_query", reason=queries[0]["Status"].get("StateChangeReason", "-"))


def tables_trace(lab: Lab) -> Evidence | None:
    """Both tables were made in the learner's database."""
    events = lab.history.events("glue", "CreateTable", {"databaseName": lab.name("database")})
    first, second = (_creation(lab, events, name) for name in _TABLES)
    if first is None or second is None:
        return None
    return {"tables": list(_TABLES), "event": second.id, "at": max(first.time, second.time)}


def partitions_trace(lab: Lab) -> Evidence | None:
    """Partitions were added to the table raw."""
    where = {"databaseName": lab.name("database"), "tableName": "raw"}
    made = lab.history.first("glue", "BatchCreatePartition", where)
    if made is None:
        return None
    return {"partitions": len(made.parameter("partitionInputList") or ()), "event": made.id, "at": made.time}


def preview_trace(lab: Lab) -> Evidence | None:
    """Only the workgroup's history tells of it: where that is not whole, nobody can say it never was."""
    require_history(lab)
    return None


def _dropped(lab: Lab) -> bool:
    """Whether somebody has deleted a table of the database since."""
    where = {"databaseName": lab.name("database")}
    return any(lab.history.first("glue", call, where) for call in ("DeleteTable", "BatchDeleteTable"))


def _creation(lab: Lab, events: list[Event], table: str) -> Event | None:
    return shown(lab, events, lambda event: event.parameter("tableInput.name") == table)


def _tables(lab: Lab) -> dict[str, TableTypeDef] | None:
    found = lab.find(lab.aws.glue.get_tables, DatabaseName=lab.name("database"))
    return {table["Name"]: table for table in found["TableList"]} if found else None


def _no_tables(lab: Lab) -> Exception:
    # Lake Formation filters a catalog silently: the crawler itself counted what it made.
    metrics = lab.aws.glue.get_crawler_metrics(CrawlerNameList=[lab.name("crawler")])
    if any(one.get("TablesCreated") for one in metrics.get("CrawlerMetricsList", [])):
        return lab.hidden("lake_formation", database=lab.name("database"))
    return NotYet("zero_tables", database=lab.name("database"), path=f"s3://{lab.name('bucket')}/data/")


def _made_by(lab: Lab, table: TableTypeDef) -> bool:
    return table.get("Parameters", {}).get("UPDATED_BY_CRAWLER") == lab.name("crawler")


def _raw_table(lab: Lab) -> TableTypeDef:
    found = (_tables(lab) or {}).get("raw")
    if found is None:
        raise NotYet("missing", table="raw")
    return found
