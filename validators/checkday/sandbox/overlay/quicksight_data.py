"""Data sources and data sets: how QuickSight reaches Athena, and which tables of it."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from checkday.sandbox.overlay.quicksight_assets import (
    DATA_SET,
    DATA_SOURCE,
    changing_permissions,
    describing_permissions,
    shown,
)
from checkday.sandbox.overlay.quicksight_calls import Call, Refused, for_asset
from checkday.sandbox.overlay.wire import Handler

_PRIMARY = "primary"
_INGESTION = "ingestion"
_TYPES = {"BIT": "INTEGER", "BOOLEAN": "INTEGER", "JSON": "STRING"}
_SUMMARY = ("Arn", "DataSetId", "Name", "CreatedTime", "LastUpdatedTime", "ImportMode")
_SETTINGS = (
    *("PhysicalTableMap", "LogicalTableMap", "ColumnGroups", "FieldFolders"),
    *("DataSetUsageConfiguration", "DatasetParameters", "PerformanceConfiguration"),
)
_SOURCE = (
    *("Arn", "DataSourceId", "Name", "Type", "Status", "CreatedTime", "LastUpdatedTime"),
    *("DataSourceParameters", "VpcConnectionProperties", "SslProperties", "ErrorInfo"),
)
_SET = (*_SUMMARY, *_SETTINGS, "OutputColumns", "ConsumedSpiceCapacityInBytes")


async def _create_source(call: Call) -> dict[str, Any]:
    DATA_SOURCE.check_new(call)
    if call.said["Type"] != "ATHENA":
        raise Refused("InvalidParameterValueException", "The sandbox knows data sources of type ATHENA only.")
    now = time.time()
    facts = {**DATA_SOURCE.named(call), "Type": "ATHENA", "CreatedTime": now}
    _keep_source(call, {**facts, "Permissions": call.said.get("Permissions") or []}, "CREATION")
    return {**DATA_SOURCE.named(call), "CreationStatus": "CREATION_IN_PROGRESS"}


def _keep_source(call: Call, facts: Mapping[str, Any], doing: str) -> None:
    """A source works if there is the work group that it queries through."""
    said = {name: call.said[name] for name in ("Name", "DataSourceParameters") if name in call.said}
    kept = {**{name: value for name, value in facts.items() if name != "ErrorInfo"}, **said}
    parameters = kept.get("DataSourceParameters") or {}
    group = (parameters.get("AthenaParameters") or {}).get("WorkGroup") or _PRIMARY
    kept |= {"LastUpdatedTime": time.time(), "Status": f"{doing}_SUCCESSFUL"}
    if group not in call.emulator.work_groups():
        fault = {"Type": "GENERIC_SQL_FAILURE", "Message": f"WorkGroup {group} is not found."}
        kept |= {"Status": f"{doing}_FAILED", "ErrorInfo": fault}
    call.store.put(DATA_SOURCE.kind, DATA_SOURCE.id(call), kept)


async def _describe_source(call: Call) -> dict[str, Any]:
    return {"DataSource": shown(DATA_SOURCE.get(call), *_SOURCE)}


async def _list_sources(call: Call) -> dict[str, Any]:
    return call.page([shown(each, *_SOURCE) for each in call.store.all(DATA_SOURCE.kind)], "DataSources")


async def _update_source(call: Call) -> dict[str, Any]:
    _keep_source(call, DATA_SOURCE.get(call), "UPDATE")
    return {**DATA_SOURCE.named(call), "UpdateStatus": "UPDATE_IN_PROGRESS"}


async def _delete_source(call: Call) -> dict[str, Any]:
    DATA_SOURCE.get(call)
    call.store.delete(DATA_SOURCE.kind, DATA_SOURCE.id(call))
    return DATA_SOURCE.named(call)


async def _create_set(call: Call) -> dict[str, Any]:
    DATA_SET.check_new(call)
    facts = {"CreatedTime": time.time(), "Permissions": call.said.get("Permissions") or []}
    return _keep_set(call, facts)


def _keep_set(call: Call, facts: Mapping[str, Any]) -> dict[str, Any]:
    columns = [column for each in call.said["PhysicalTableMap"].values() for column in _columns(call, each)]
    said = {name: call.said[name] for name in (*_SETTINGS, "Name", "ImportMode") if name in call.said}
    kept = {**facts, **DATA_SET.named(call), **said, "LastUpdatedTime": time.time()}
    kept |= {"OutputColumns": columns, "ConsumedSpiceCapacityInBytes": 0}
    call.store.put(DATA_SET.kind, DATA_SET.id(call), kept)
    ingested = _ingest(call) if call.said["ImportMode"] == "SPICE" else {}
    return DATA_SET.named(call) | ingested


def _columns(call: Call, table: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The columns of a physical table, if its source is one of ours."""
    found = table.get("RelationalTable") or table.get("CustomSql")
    if found is None or len(table) != 1:
        raise Refused("InvalidParameterValueException", "A table is a RelationalTable or a CustomSql.")
    if DATA_SOURCE.known(call, found["DataSourceArn"]) is None:
        raise Refused("ResourceNotFoundException", f"Data source {found['DataSourceArn']} is not found")
    columns = found.get("InputColumns") or found.get("Columns") or []
    return [{"Name": one["Name"], "Type": _TYPES.get(one["Type"], one["Type"])} for one in columns]


def _ingest(call: Call) -> dict[str, Any]:
    """The sandbox has no SPICE: such an account has no capacity."""
    name = str(uuid.uuid4())
    arn = f"{call.arn(DATA_SET.kind, DATA_SET.id(call))}/ingestion/{name}"
    fault = {"Type": "ACCOUNT_CAPACITY_LIMIT_EXCEEDED", "Message": "The account has no SPICE capacity left."}
    facts = {
        "Arn": arn,
        "IngestionId": name,
        "IngestionStatus": "FAILED",
        "ErrorInfo": fault,
        "CreatedTime": time.time(),
        "RequestSource": "MANUAL",
        "RequestType": "INITIAL_INGESTION",
    }
    call.store.put(f"{_INGESTION}/{DATA_SET.id(call)}", name, facts)
    return {"IngestionArn": arn, "IngestionId": name}


async def _describe_set(call: Call) -> dict[str, Any]:
    return {"DataSet": shown(DATA_SET.get(call), *_SET)}


async def _list_sets(call: Call) -> dict[str, Any]:
    return call.page([shown(each, *_SUMMARY) for each in call.store.all(DATA_SET.kind)], "DataSetSummaries")


async def _update_set(call: Call) -> dict[str, Any]:
    return _keep_set(call, DATA_SET.get(call))


async def _delete_set(call: Call) -> dict[str, Any]:
    DATA_SET.get(call)
    call.store.delete(DATA_SET.kind, DATA_SET.id(call))
    for one in call.store.all(f"{_INGESTION}/{DATA_SET.id(call)}"):
        call.store.delete(f"{_INGESTION}/{DATA_SET.id(call)}", one["IngestionId"])
    return DATA_SET.named(call)


async def _list_ingestions(call: Call) -> dict[str, Any]:
    DATA_SET.get(call)
    return call.page(call.store.all(f"{_INGESTION}/{DATA_SET.id(call)}")[::-1], "Ingestions")


HANDLERS: Mapping[str, Handler] = {
    "CreateDataSource": for_asset(_create_source, HTTPStatus.ACCEPTED),
    "DescribeDataSource": for_asset(_describe_source),
    "ListDataSources": for_asset(_list_sources),
    "UpdateDataSource": for_asset(_update_source, HTTPStatus.ACCEPTED),
    "DeleteDataSource": for_asset(_delete_source),
    "DescribeDataSourcePermissions": for_asset(describing_permissions(DATA_SOURCE)),
    "UpdateDataSourcePermissions": for_asset(changing_permissions(DATA_SOURCE)),
    "CreateDataSet": for_asset(_create_set, HTTPStatus.CREATED),
    "DescribeDataSet": for_asset(_describe_set),
    "ListDataSets": for_asset(_list_sets),
    "UpdateDataSet": for_asset(_update_set),
    "DeleteDataSet": for_asset(_delete_set),
    "DescribeDataSetPermissions": for_asset(describing_permissions(DATA_SET)),
    "UpdateDataSetPermissions": for_asset(changing_permissions(DATA_SET)),
    "ListIngestions": for_asset(_list_ingestions),
}
