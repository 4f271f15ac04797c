"""DynamoDB's items: reads and writes are paid for, measured, and remembered for recovery."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from typing import Any

from checkday.sandbox.overlay import (
    dynamodb_replica_faults,
    dynamodb_restore,
    dynamodb_tables,
    dynamodb_usage,
)
from checkday.sandbox.overlay.dynamodb_batches import batch_get, batch_write
from checkday.sandbox.overlay.dynamodb_capacity import TABLE, Kind, Throttled
from checkday.sandbox.overlay.dynamodb_capacity import answer as throttled_answer
from checkday.sandbox.overlay.dynamodb_history import history
from checkday.sandbox.overlay.dynamodb_usage import Usage, buckets, read_units
from checkday.sandbox.overlay.tables import Table
from checkday.sandbox.overlay.wire import Answer, Emulator, Handler, Request, good, refusal

_COUNT = re.compile(rb'"Count": ?(\d+)')
_ONE_ITEM = {"PutItem", "UpdateItem", "DeleteItem"}
_PAGES = {"Query", "Scan"}
_BATCHES = {"BatchGetItem": batch_get, "BatchWriteItem": batch_write}
_TOLD_BY_US = {"GetItem", "Query", "Scan", "BatchGetItem", "BatchWriteItem"}
"""What these consume the emulator does not say, or not right."""


async def _serve(request: Request, emulator: Emulator) -> Answer:
    sent = request.parameters
    named = {name: emulator.tables.get(name) for name in _named(sent)}
    found = {name: table for name, table in named.items() if table is not None}
    if any(_is_unusable(table) for table in found.values()) or not all(
        dynamodb_tables.is_ready(name, emulator) for name in found
    ):
        return refusal("ResourceNotFoundException", "Requested resource not found")
    index = str(sent.get("IndexName", ""))
    if index and dynamodb_tables.is_filling(str(sent.get("TableName", "")), index, emulator):
        return refusal("ValidationException", f"Cannot read from backfilling global secondary index: {index}")
    usage = Usage(request.operation, emulator, consistent=bool(sent.get("ConsistentRead")))
    token, began = dynamodb_usage.serving(usage), time.perf_counter()
    try:
        answer = await _ask(request, sent, found, usage, emulator)
    except Throttled as throttled:
        usage.measure_throttled(throttled.place, 1, whole=True)
        return throttled_answer(throttled)
    finally:
        dynamodb_usage.served(token)
        history().write()
    if answer.good:
        usage.measure((time.perf_counter() - began) * 1000)
        if usage.operation in _PAGES:
            usage.measure_returned(_count(answer))
    return _telling(answer, sent, usage)


def _is_unusable(table: Table) -> bool:
    return dynamodb_restore.is_restoring(table) or dynamodb_replica_faults.is_unusable(table)


def _named(sent: Mapping[str, Any]) -> Iterator[str]:
    """The tables that a request is about."""
    if isinstance(sent.get("TableName"), str):
        yield sent["TableName"]
    if isinstance(sent.get("RequestItems"), dict):
        yield from sent["RequestItems"]
    for one in sent.get("TransactItems") or []:
        for action in one.values() if isinstance(one, dict) else ():
            if isinstance(action, dict) and isinstance(action.get("TableName"), str):
                yield action["TableName"]


async def _ask(
    request: Request, sent: Mapping[str, Any], found: Mapping[str, Table], usage: Usage, emulator: Emulator
) -> Answer:
    """The emulator's answer, once there is capacity for the request."""
    batch = _BATCHES.get(usage.operation)
    if batch is not None and len(found) == len(sent.get("RequestItems") or {}):
        return await batch(request, found, usage, emulator)
    if usage.operation in {"TransactWriteItems", "TransactGetItems"}:
        return _exhausted(sent, found, usage) or await _transact(request, sent, found, usage, emulator)
    table = found.get(str(sent.get("TableName")))
    if table is None:
        return await emulator.ask(request)
    if usage.operation in {"GetItem", *_PAGES}:
        index = dynamodb_usage.limited(table, str(sent.get("IndexName", TABLE)))
        buckets().demand(table, index, "Read")
    answer = await emulator.ask(request)
    if usage.operation == "GetItem" and answer.good:
        item = emulator.tables.find(table, sent["Key"]) or {}
        units = read_units(emulator.tables.size(item), consistent=usage.consistent)
        usage.add(table, TABLE, "Read", units)
    if usage.operation in _ONE_ITEM and not usage.units and _was_looked_for(answer):
        usage.add(table, TABLE, "Write", 1.0)
    return answer


def _was_looked_for(answer: Answer) -> bool:
    """Whether a write that changed nothing costs a unit all the same: what failed for a condition does."""
    return answer.good or "ConditionalCheckFailed" in str(answer.values.get("__type"))


async def _transact(
    request: Request, sent: Mapping[str, Any], found: Mapping[str, Table], usage: Usage, emulator: Emulator
) -> Answer:
    answer = await emulator.ask(request)
    for one in sent.get("TransactItems") or [] if answer.good else []:
        table = found.get((one.get("Get") or {}).get("TableName", ""))
        if table is not None:
            item = emulator.tables.find(table, one["Get"]["Key"]) or {}
            units = 2 * read_units(emulator.tables.size(item), consistent=True)
            usage.add(table, TABLE, "Read", units)
    return answer


def _exhausted(sent: Mapping[str, Any], found: Mapping[str, Table], usage: Usage) -> Answer | None:
    """A transaction is cancelled as a whole when one of its tables, or an index of it, has nothing left."""
    kind: Kind = "Read" if usage.operation == "TransactGetItems" else "Write"
    empty: dict[str, Throttled] = {}
    for name, table in found.items():
        indexes = [one["IndexName"] for one in table.get("GlobalSecondaryIndexes") or []]
        try:
            for index in [TABLE, *(indexes if kind == "Write" else [])]:
                buckets().demand(table, index, kind)
        except Throttled as throttled:
            empty[name] = throttled
            usage.measure_throttled(throttled.place, 1, whole=True)
    if not empty:
        return None
    reasons = [_reason(one, empty) for one in sent["TransactItems"]]
    codes = ", ".join(reason["Code"] for reason in reasons)
    message = f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]"
    cancelled = refusal("TransactionCanceledException", message)
    return cancelled.saying({**cancelled.values, "CancellationReasons": reasons})


def _reason(one: Mapping[str, Any], empty: Mapping[str, Throttled]) -> dict[str, Any]:
    names = [action.get("TableName") for action in one.values()]
    throttled = next((empty[name] for name in names if name in empty), None)
    if throttled is None:
        return {"Code": "None"}
    code = "ThrottlingError" if throttled.on_demand else "ProvisionedThroughputExceeded"
    return {"Code": code, "Message": throttled_answer(throttled).values["message"]}


def _count(answer: Answer) -> int:
    """How many items a page has; read off the end, because the page may be a megabyte."""
    found = _COUNT.findall(answer.body)
    return int(found[-1]) if found else 0


def _telling(answer: Answer, sent: Mapping[str, Any], usage: Usage) -> Answer:
    """The answer with what was consumed, if the client wants to know."""
    how = sent.get("ReturnConsumedCapacity", "NONE")
    if not answer.good or how == "NONE" or usage.operation not in _TOLD_BY_US:
        return answer
    told = [usage.told(arn, how, split=False) for arn in usage.tables]
    consumed = told if usage.operation in _BATCHES else told[0]
    return good({**answer.values, "ConsumedCapacity": consumed})


HANDLERS: Mapping[str, Handler] = dict.fromkeys(
    (
        *_ONE_ITEM,
        *_PAGES,
        *_BATCHES,
        "GetItem",
        "TransactGetItems",
        "TransactWriteItems",
        "ExecuteStatement",
        "BatchExecuteStatement",
        "ExecuteTransaction",
    ),
    _serve,
)
