"""Replicas of a global table: they join and leave within a moment, and each Region tells of the others."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from functools import partial
from typing import Any

from checkday.sandbox.overlay import dynamodb_replica_faults as faults
from checkday.sandbox.overlay import dynamodb_replication, dynamodb_tables
from checkday.sandbox.overlay.age import CREATING
from checkday.sandbox.overlay.cloudtrail_events import record_act
from checkday.sandbox.overlay.dynamodb_replica_faults import JOINED, LEAVING, SOURCE
from checkday.sandbox.overlay.tables import Table
from checkday.sandbox.overlay.wire import Answer, Emulator, Handler, Request, call, good, refusal

_HIDDEN = CREATING / 3
"""Seconds in which nothing is seen of a replica that joins."""

_ROLE = "AWSServiceRoleForDynamoDBReplication"
_SERVICE = "replication.dynamodb.amazonaws.com"
_MAKE_ROLE = f"Action=CreateServiceLinkedRole&Version=2010-05-08&AWSServiceName={_SERVICE}".encode()

_NOT_COPIED = (LEAVING, SOURCE, "RestoreSummary", "_Restored")
_HANDLERS = dynamodb_tables.HANDLERS
"""What is asked where replicas are no matter."""


def resume(emulator: Emulator) -> None:
    dynamodb_replication.resume(emulator)
    for account, region, table in emulator.tables.every():
        if LEAVING in table:
            _remove_later((account, region), table["TableName"], emulator)


async def _update(request: Request, emulator: Emulator) -> Answer:
    sent = request.parameters
    table = emulator.tables.get(str(sent.get("TableName", "")))
    if table is None:
        return await _HANDLERS["UpdateTable"](request, emulator)
    fault = faults.of_update(request, table, emulator)
    if fault is not None:
        return fault
    if not sent.get("ReplicaUpdates"):
        return await _HANDLERS["UpdateTable"](request, emulator)
    ((action, wanted),) = sent["ReplicaUpdates"][0].items()
    region = str(wanted["RegionName"])
    if action == "Delete":
        return await _dismiss(table, region, emulator)
    answer = await emulator.ask(request)
    if answer.good and action == "Create":
        await _join(table, region, emulator)
    return _told(answer, "TableDescription", table, emulator)


async def _join(table: Table, region: str, emulator: Emulator) -> None:
    home = emulator.region
    with emulator.acting(emulator.account, region):
        replica = emulator.tables.get(table["TableName"])
        if replica is None:
            return
        dynamodb_replication.forget_sent(replica)
        for name in _NOT_COPIED:
            replica.pop(name, None)
        replica.update({JOINED: time.time(), SOURCE: home})
        await emulator.ask_as_service(Request("iam", "POST", "/", body=_MAKE_ROLE))
        _record("CreateTableReplica", table["TableName"], emulator)


def _record(act: str, table: str, emulator: Emulator) -> None:
    identity = {**emulator.role_caller(f"role/{_ROLE}", "DynamoDBReplication"), "invokedBy": _SERVICE}
    record_act("dynamodb", act, {"tableName": table}, emulator, identity)


async def _dismiss(table: Table, region: str, emulator: Emulator) -> Answer:
    """Let the replica in another Region leave."""
    with emulator.acting(emulator.account, region):
        replica = emulator.tables.get(table["TableName"])
        if replica is not None:
            fault = faults.of_delete(replica, emulator)
            if fault is not None:
                return fault
            _leave(replica, emulator)
            _record("DeleteTableReplica", table["TableName"], emulator)
    answer = await emulator.ask_as_service(call("dynamodb", "DescribeTable", TableName=table["TableName"]))
    description = _described(answer.values["Table"], table, emulator)
    return good({"TableDescription": {**description, "TableStatus": "UPDATING"}})


def _leave(replica: Table, emulator: Emulator) -> None:
    replica[LEAVING] = time.time()
    _remove_later((emulator.account, emulator.region), replica["TableName"], emulator)


def _remove_later(place: tuple[str, str], name: str, emulator: Emulator) -> None:
    asyncio.get_running_loop().call_later(CREATING, partial(_remove, place, name, emulator))


_removing: set[asyncio.Task[None]] = set()


def _remove(place: tuple[str, str], name: str, emulator: Emulator) -> None:
    async def remove() -> None:
        with emulator.acting(*place):
            await _HANDLERS["DeleteTable"](call("dynamodb", "DeleteTable", TableName=name), emulator)
        emulator.touch()

    task = asyncio.get_running_loop().create_task(remove())
    _removing.add(task)
    task.add_done_callback(_removing.discard)


async def _delete(request: Request, emulator: Emulator) -> Answer:
    table = emulator.tables.get(str(request.parameters.get("TableName", "")))
    if table is None or not table.get("_global_regions"):
        return await _HANDLERS["DeleteTable"](request, emulator)
    fault = faults.of_delete(table, emulator)
    if fault is not None or table.get("DeletionProtectionEnabled"):
        return fault or await emulator.ask(request)
    answer = await emulator.ask_as_service(call("dynamodb", "DescribeTable", TableName=table["TableName"]))
    _leave(table, emulator)
    return good({"TableDescription": _described(answer.values["Table"], table, emulator)})


async def _describe(request: Request, emulator: Emulator) -> Answer:
    table = emulator.tables.get(str(request.parameters.get("TableName", "")))
    if table is not None and faults.is_within(_HIDDEN, table, JOINED):
        message = f"Requested resource not found: Table: {table['TableName']} not found"
        return refusal("ResourceNotFoundException", message)
    answer = await _HANDLERS["DescribeTable"](request, emulator)
    return answer if table is None else _told(answer, "Table", table, emulator)


def _told(answer: Answer, key: str, table: Table, emulator: Emulator) -> Answer:
    if not answer.good or not table.get("_global_regions"):
        return answer
    return good({key: _described(answer.values[key], table, emulator)})


def _described(description: dict[str, Any], table: Table, emulator: Emulator) -> dict[str, Any]:
    others = dict(faults.members(table, emulator))
    description["Replicas"] = [
        {"RegionName": region, "ReplicaStatus": _status(one)}
        for region, one in others.items()
        if not faults.is_within(_HIDDEN, one, JOINED)
    ]
    if LEAVING in table:
        description["TableStatus"] = "DELETING"
    elif faults.is_joining(table):
        description["TableStatus"] = "CREATING"
    elif any(_is_changing(one) for one in others.values()):
        description["TableStatus"] = "UPDATING"
    return description


def _status(replica: Table) -> str:
    if LEAVING in replica:
        return "DELETING"
    return "CREATING" if faults.is_joining(replica) else "ACTIVE"


def _is_changing(replica: Table) -> bool:
    """Whether it joins, or has only just been told to leave: then its source is UPDATING as well."""
    return faults.is_joining(replica) or faults.is_within(_HIDDEN, replica, LEAVING)


async def _describe_old(request: Request, _emulator: Emulator) -> Answer:
    """Global tables of the version of 2017 are not to be had."""
    name = request.parameters.get("GlobalTableName", "")
    return refusal("GlobalTableNotFoundException", f"Global table with name: '{name}' does not exist.")


async def _list_old(_request: Request, _emulator: Emulator) -> Answer:
    return good({"GlobalTables": []})


HANDLERS: Mapping[str, Handler] = {
    "UpdateTable": _update,
    "DeleteTable": _delete,
    "DescribeTable": _describe,
    "DescribeGlobalTable": _describe_old,
    "ListGlobalTables": _list_old,
}
