"""DynamoDB makes a table of what was kept of another; for a moment it is being created."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from checkday.sandbox.overlay.age import is_young
from checkday.sandbox.overlay.tables import Row, Table
from checkday.sandbox.overlay.wire import Answer, Emulator, Request, call, good, refusal

_RESTORED = "_Restored"
"""When a table was restored, in the emulator's own record of it."""

_CREATING = "Attempt to change a resource which is still in use: Table is being created: "
_OF_INDEX = ("IndexName", "KeySchema", "Projection")
_INDEXES = ("GlobalSecondaryIndex", "LocalSecondaryIndex")


def is_restoring(table: Table) -> bool:
    """Whether the table is being restored, and can be neither read nor changed."""
    return _RESTORED in table and is_young(table[_RESTORED])


async def restore(
    request: Request,
    definition: Mapping[str, Any],
    rows: Callable[[], Iterable[Row]],
    summary: Mapping[str, Any],
    emulator: Emulator,
) -> Answer:
    """Make the table that the request names; tags, stream, time to live and recovery do not come along."""
    target = str(request.parameters.get("TargetTableName", ""))
    if emulator.tables.get(target) is not None:
        return refusal("TableAlreadyExistsException", f"Table already exists: {target}")
    wanted = wanted_table(target, definition, request.parameters)
    if isinstance(wanted, Answer):
        return wanted
    made = await emulator.ask(call("dynamodb", "CreateTable", **wanted))
    table = emulator.tables.get(target)
    if not made.good or table is None:
        return made
    emulator.tables.fill(table, rows())
    table["RestoreSummary"], table[_RESTORED] = dict(summary), time.time()
    return good({"TableDescription": described(made.values["TableDescription"], table)})


def wanted_table(
    target: str, definition: Mapping[str, Any], overrides: Mapping[str, Any]
) -> dict[str, Any] | Answer:
    """The parameters of the table to create."""
    mode = overrides.get("BillingModeOverride") or definition.get("BillingModeSummary", {}).get("BillingMode")
    wanted = {"TableName": target, "KeySchema": definition["KeySchema"], "BillingMode": mode or "PROVISIONED"}
    provisioned = wanted["BillingMode"] == "PROVISIONED"
    if provisioned:
        own = _units(definition["ProvisionedThroughput"])
        wanted["ProvisionedThroughput"] = overrides.get("ProvisionedThroughputOverride") or own
    for name in ("OnDemandThroughput", "SSESpecification"):
        value = overrides.get(f"{name}Override") or definition.get(name)
        if value and (name != "OnDemandThroughput" or not provisioned):
            wanted[name] = value
    for name in _INDEXES:
        indexes = _indexes(name, definition, overrides, provisioned=provisioned)
        if indexes is None:
            message = f"Invalid {name}Override: only indexes of the source table can be restored."
            return refusal("ValidationException", message)
        if indexes:
            wanted[f"{name}es"] = indexes
    keys = {key["AttributeName"] for schema in _schemas(wanted) for key in schema}
    defined = definition["AttributeDefinitions"]
    return wanted | {"AttributeDefinitions": [one for one in defined if one["AttributeName"] in keys]}


def _indexes(
    name: str, definition: Mapping[str, Any], overrides: Mapping[str, Any], *, provisioned: bool
) -> list[dict[str, Any]] | None:
    """The indexes to create: those of the source, or what was chosen of them; None if it is not of them."""
    own = {one["IndexName"]: one for one in definition.get(f"{name}es", [])}
    chosen = overrides.get(f"{name}Override")
    if chosen is not None and not {one.get("IndexName") for one in chosen} <= own.keys():
        return None
    found = []
    for one in own.values() if chosen is None else chosen:
        index = {key: one[key] for key in _OF_INDEX if key in one}
        if name == "GlobalSecondaryIndex" and provisioned:
            index["ProvisionedThroughput"] = _units(one.get("ProvisionedThroughput"))
        if "OnDemandThroughput" in one and not provisioned:
            index["OnDemandThroughput"] = one["OnDemandThroughput"]
        found.append(index)
    return found


def _units(given: Mapping[str, Any] | None) -> dict[str, int]:
    """A provisioned throughput; a table on demand has none, and gets the least."""
    given = given or {}
    return {name: given.get(name) or 1 for name in ("ReadCapacityUnits", "WriteCapacityUnits")}


def _schemas(wanted: Mapping[str, Any]) -> list[list[dict[str, str]]]:
    indexes = [one for name in _INDEXES for one in wanted.get(f"{name}es", [])]
    return [wanted["KeySchema"], *(one["KeySchema"] for one in indexes)]


def described(description: dict[str, Any], table: Table) -> dict[str, Any]:
    """A table's description, with where it comes from."""
    if "RestoreSummary" not in table:
        return description
    restoring = is_restoring(table)
    description["RestoreSummary"] = {**table["RestoreSummary"], "RestoreInProgress": restoring}
    if restoring:
        description["TableStatus"] = "CREATING"
        indexes = description.get("GlobalSecondaryIndexes", [])
        description["GlobalSecondaryIndexes"] = [{**one, "IndexStatus": "CREATING"} for one in indexes]
    return description


async def describe(request: Request, emulator: Emulator) -> Answer:
    answer = await emulator.ask(request)
    table = emulator.tables.get(str(request.parameters.get("TableName", "")))
    if not answer.good or table is None or "RestoreSummary" not in table:
        return answer
    return good({"Table": described(answer.values["Table"], table)})


async def change(request: Request, emulator: Emulator) -> Answer:
    """A table that is being restored takes no change."""
    return restoring_fault(request, emulator) or await emulator.ask(request)


def restoring_fault(request: Request, emulator: Emulator) -> Answer | None:
    table = emulator.tables.get(str(request.parameters.get("TableName", "")))
    if table is None or not is_restoring(table):
        return None
    return refusal("ResourceInUseException", _CREATING + table["TableName"])
