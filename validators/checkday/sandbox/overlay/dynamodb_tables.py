"""DynamoDB tables: what is made takes a moment, counts are old, and what is deleted can leave a backup."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import Any

from checkday.sandbox.overlay import dynamodb_backup, dynamodb_recovery, dynamodb_restore
from checkday.sandbox.overlay.wire import Answer, Emulator, Handler, Request, refusal

_CREATING = float(os.environ.get("CHECKDAY_SANDBOX_CREATING", "1.5"))
"""Seconds that a new table is CREATING; on AWS it is rather ten. A new index takes as long twice."""

_COUNTED_EVERY = 6 * 3600
"""Seconds: how old AWS's counts may be."""

_born: dict[str, float] = {}
"""TableId, or TableId and index, of what was made a moment ago -> when. What a restart finds is old."""


def is_ready(name: str, emulator: Emulator) -> bool:
    """Whether items can be written and read; of a table that is not there the emulator itself speaks."""
    if not _born:
        return True
    found = emulator.tables.get(name)
    return found is None or _age(found["TableId"]) >= _CREATING


def is_filling(table: str, index: str, emulator: Emulator) -> bool:
    """Whether an index was made a moment ago and cannot be queried yet."""
    found = emulator.tables.get(table)
    return found is not None and _age(f"{found['TableId']}/{index}") < 2 * _CREATING


def _age(key: str) -> float:
    """Seconds; what has grown up is forgotten."""
    born = _born.get(key)
    age = float("inf") if born is None else time.monotonic() - born
    if age > 2 * _CREATING:
        _born.pop(key, None)
    return age


async def _create(request: Request, emulator: Emulator) -> Answer:
    answer = await emulator.ask(request)
    if not answer.good:
        return answer
    description = answer.values["TableDescription"]
    _born[description["TableId"]] = time.monotonic()
    return answer.saying({"TableDescription": _as_aws(description)})


async def _describe(request: Request, emulator: Emulator) -> Answer:
    answer = await dynamodb_restore.describe(request, emulator)
    return answer.saying({"Table": _as_aws(answer.values["Table"])}) if answer.good else answer


async def _update(request: Request, emulator: Emulator) -> Answer:
    name = str(request.parameters.get("TableName", ""))
    if not is_ready(name, emulator):
        return _in_use("created", name)
    updates = request.parameters.get("GlobalSecondaryIndexUpdates") or []
    wanted = [one["Create"]["IndexName"] for one in updates if "Create" in one]
    table = emulator.tables.get(name)
    if table and wanted and any(_is_young(table, one) for one in table["GlobalSecondaryIndexes"]):
        return refusal("LimitExceededException", _ONE_INDEX_AT_A_TIME)
    answer = await dynamodb_restore.change(request, emulator)
    if not answer.good:
        return answer
    description = answer.values["TableDescription"]
    for index in wanted:
        _born[f"{description['TableId']}/{index}"] = time.monotonic()
    return answer.saying({"TableDescription": _as_aws(description)})


_ONE_INDEX_AT_A_TIME = (
    "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table"
)


async def _delete(request: Request, emulator: Emulator) -> Answer:
    name = str(request.parameters.get("TableName", ""))
    if not is_ready(name, emulator):
        return _in_use("created", name)
    return await dynamodb_backup.delete_table(request, emulator)


async def _change_recovery(request: Request, emulator: Emulator) -> Answer:
    name = str(request.parameters.get("TableName", ""))
    if not is_ready(name, emulator):
        message = f"Backups are being enabled for the table: {name}"
        return refusal("ContinuousBackupsUnavailableException", message)
    return await dynamodb_recovery.update(request, emulator)


def _as_aws(table: dict[str, Any]) -> dict[str, Any]:
    """The description as AWS gives it: with its states of passage, and with counts of hours ago."""
    if table.get("BillingModeSummary") == {"BillingMode": "PROVISIONED"}:
        del table["BillingModeSummary"]
    if time.time() - table["CreationDateTime"] < _COUNTED_EVERY:
        table |= {"ItemCount": 0, "TableSizeBytes": 0}
    table["WarmThroughput"] = _warm(table)
    creating = _age(table["TableId"]) < _CREATING
    if creating:
        table["TableStatus"] = "CREATING"
    for index in table.get("GlobalSecondaryIndexes", ()):
        _index_as_aws(table, index, creating=creating)
    return table


def _warm(table: Mapping[str, Any]) -> dict[str, Any]:
    """What the table takes at once: what it is provisioned for, or what on-demand begins with."""
    given = table["ProvisionedThroughput"]
    return {
        "ReadUnitsPerSecond": given["ReadCapacityUnits"] or 12_000,
        "WriteUnitsPerSecond": given["WriteCapacityUnits"] or 4_000,
        "Status": "ACTIVE",
    }


def _index_as_aws(table: dict[str, Any], index: dict[str, Any], *, creating: bool) -> None:
    """First room is made for the index while the table is UPDATING, then it is filled from the table."""
    if creating:
        index["IndexStatus"] = "CREATING"
    elif _is_young(table, index):
        filling = _age(_key(table, index)) >= _CREATING
        index |= {"IndexStatus": "CREATING", "Backfilling": filling}
        if not filling:
            table["TableStatus"] = "UPDATING"


def _is_young(table: Mapping[str, Any], index: Mapping[str, Any]) -> bool:
    return _age(_key(table, index)) < 2 * _CREATING


def _key(table: Mapping[str, Any], index: Mapping[str, Any]) -> str:
    return f"{table['TableId']}/{index['IndexName']}"


def _in_use(verb: str, name: str) -> Answer:
    message = f"Attempt to change a resource which is still in use: Table is being {verb}: {name}"
    return refusal("ResourceInUseException", message)


HANDLERS: Mapping[str, Handler] = {
    "CreateTable": _create,
    "DescribeTable": _describe,
    "UpdateTable": _update,
    "DeleteTable": _delete,
    "UpdateContinuousBackups": _change_recovery,
}
