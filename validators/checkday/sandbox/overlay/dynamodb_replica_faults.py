"""What DynamoDB refuses to do with replicas, and what it says then."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from botocore.session import get_session

from checkday.sandbox.overlay.age import CREATING
from checkday.sandbox.overlay.tables import Table
from checkday.sandbox.overlay.wire import Answer, Emulator, Request, refusal

JOINED, LEAVING, SOURCE = "_Joined", "_Leaving", "_Source"
"""Marks of a replica: when it joined, when it was told to leave, and the Region that it was copied from."""

_DAY = 24 * 3600
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "Create": (
        *("CreateTableReplica", "CreateTable", "Query", "Scan", "GetItem", "PutItem", "UpdateItem"),
        *("DeleteItem", "BatchWriteItem"),
    ),
    "Delete": ("DeleteTableReplica", "DeleteTable"),
    "Update": (),
}
"""What the caller must be allowed to do to the replica."""

_IN_USE = "The resource which you are attempting to change is in use."
_SOURCE_RULE = (
    "Replica cannot be deleted because it has acted as a source region for new replica(s) being added to the"
    " table in the last 24 hours."
)


def is_joining(table: Table) -> bool:
    """Whether this replica is still being made."""
    return is_within(CREATING, table, JOINED)


def is_within(seconds: float, table: Table, mark: str) -> bool:
    """Whether something happened to it so short a time ago; if the clock was set back, it did not."""
    return mark in table and 0 <= time.time() - table[mark] < seconds


def is_unusable(table: Table) -> bool:
    """Whether items of this replica can neither be read nor written."""
    return LEAVING in table or is_joining(table)


def members(table: Table, emulator: Emulator) -> Iterator[tuple[str, Table]]:
    """The other replicas of a global table, by Region."""
    for region in table.get("_global_regions") or []:
        if region != emulator.region:
            with emulator.acting(emulator.account, region):
                found = emulator.tables.get(table["TableName"])
            if found is not None:
                yield region, found


def of_update(request: Request, table: Table, emulator: Emulator) -> Answer | None:
    """Why a table cannot be changed like this; None if replicas are no reason against it."""
    sent = request.parameters
    if sent.get("ReplicaUpdates"):
        return _of_replicas(request, table, emulator)
    others = [one for _, one in members(table, emulator)]
    if any(is_unusable(one) for one in (table, *others)):
        return refusal("ResourceInUseException", _IN_USE)
    stream = sent.get("StreamSpecification")
    if not isinstance(stream, dict):
        return None
    on = bool((table.get("StreamSpecification") or {}).get("StreamEnabled"))
    if not stream.get("StreamEnabled") and others:
        return _invalid("Disabling Stream is not allowed for a Global Table replica.")
    if stream.get("StreamEnabled") and on:
        return _invalid(f"Table already has an enabled stream: TableName: {table['TableName']}")
    return None


def _of_replicas(request: Request, table: Table, emulator: Emulator) -> Answer | None:
    sent = request.parameters
    message = _misworded(sent)
    if message is not None:
        return _invalid(message)
    ((action, wanted),) = sent["ReplicaUpdates"][0].items()
    region, name = str(wanted.get("RegionName", "")), table["TableName"]
    others = dict(members(table, emulator))
    message = _misplaced(action, region, table, others, emulator)
    if message is not None:
        return _invalid(message)
    if any(is_unusable(one) for one in (table, *others.values())):
        return refusal("ResourceInUseException", _IN_USE)
    return _denied(request, action, f"arn:aws:dynamodb:{region}:{emulator.account}:table/{name}", emulator)


def _misworded(sent: Mapping[str, Any]) -> str | None:
    updates = sent["ReplicaUpdates"]
    if len(updates) > 1:
        return "Update table operation with more than one create or delete replica actions not allowed."
    if len(updates[0]) > 1:
        return "Update table operation with more than one type of replica actions not allowed."
    if not updates[0]:
        return "There are no actions specified in the Replica Update Action of the request."
    if set(sent) - {"TableName", "ReplicaUpdates", "MultiRegionConsistency"}:
        return "ReplicaUpdates must be the only change that a request asks for."
    if sent.get("MultiRegionConsistency", "EVENTUAL") != "EVENTUAL":
        return "The sandbox knows replicas of eventual consistency only."
    return None


def _misplaced(
    action: str, region: str, table: Table, others: Mapping[str, Table], emulator: Emulator
) -> str | None:
    if region == emulator.region:
        return (
            "Cannot add or delete the local region through ReplicaUpdates. Use CreateTable, DeleteTable, or"
            " UpdateTable as required."
        )
    if region not in _regions():
        return (
            f"Region {region} is not supported. The latest version of global tables are only supported in the"
            f" following regions: [{', '.join(_regions())}]"
        )
    if action != "Create":
        return _not_removable(action, region, others)
    with emulator.acting(emulator.account, region):
        if emulator.tables.get(table["TableName"]) is not None:
            return (
                f"Failed to create a the new replica of table with name: '{table['TableName']}' because one"
                " or more replicas already existed as tables."
            )
    if (table.get("BillingModeSummary") or {}).get("BillingMode") != "PAY_PER_REQUEST":
        return "Table write capacity should either be Pay-Per-Request or AutoScaled."
    return None


def _not_removable(action: str, region: str, others: Mapping[str, Table]) -> str | None:
    if region not in others:
        return (
            "Update global table operation failed because one or more replicas were not part of the global"
            f" table. Please retry the request without these replicas: [{region}]."
        )
    if action == "Delete" and others[region].get("DeletionProtectionEnabled"):
        return "Table is protected against deletion. To delete the table, disable deletion protection."
    return None


def _denied(request: Request, action: str, arn: str, emulator: Emulator) -> Answer | None:
    for needed in _NEEDED[action]:
        denial = emulator.denial(request, f"dynamodb:{needed}", arn)
        if denial is not None:
            return refusal("AccessDeniedException", denial)
    return None


def of_delete(table: Table, emulator: Emulator) -> Answer | None:
    """Why a table cannot be deleted; None if replicas are no reason against it."""
    name = table["TableName"]
    if LEAVING in table:
        return refusal("ResourceInUseException", _IN_USE)
    if is_joining(table):
        message = f"Attempt to change a resource which is still in use: Table: {name} is being used."
        return refusal("ResourceInUseException", message)
    return _invalid(_SOURCE_RULE) if is_source(emulator.region, members(table, emulator)) else None


def is_source(region: str, others: Iterator[tuple[str, Table]]) -> bool:
    """Whether one of these was copied from a Region not long ago."""
    return any(one.get(SOURCE) == region and time.time() - one[JOINED] < _DAY for _, one in others)


def _invalid(message: str) -> Answer:
    return refusal("ValidationException", message)


@cache
def _regions() -> tuple[str, ...]:
    return tuple(get_session().get_available_regions("dynamodb"))
