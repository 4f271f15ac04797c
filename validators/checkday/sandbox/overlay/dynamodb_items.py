"""DynamoDB items: a table that is being created has none yet, and a read costs what it reads, in 4 KB."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from checkday.sandbox.overlay.dynamodb_tables import is_filling, is_ready
from checkday.sandbox.overlay.wire import Answer, Emulator, Handler, Request, refusal

_STEP = 4096
"""Bytes that one strongly consistent read unit reads."""

_NARROWING = (
    "FilterExpression", "QueryFilter", "ScanFilter", "ConditionalOperator", "ProjectionExpression",
    "AttributesToGet", "Select", "ExpressionAttributeNames", "ExpressionAttributeValues",
    "ReturnConsumedCapacity",
)  # fmt: skip
"""What lets less come back than was read, and so must be left out to weigh it."""

_PLACEHOLDER = re.compile(r"[#:]\w+")


async def _write(request: Request, emulator: Emulator) -> Answer:
    return _unready(request, emulator) or await emulator.ask(request)


async def _get(request: Request, emulator: Emulator) -> Answer:
    answer = _unready(request, emulator) or await emulator.ask(request)
    if not answer.good or "ConsumedCapacity" not in answer.values:
        return answer
    whole = await emulator.ask(
        _about(request, {name: request.parameters[name] for name in ("TableName", "Key")})
    )
    return _charged(request, answer, [whole.values.get("Item", {})], emulator)


async def _list(request: Request, emulator: Emulator) -> Answer:
    answer = _unready(request, emulator) or await emulator.ask(request)
    if not answer.good or "ConsumedCapacity" not in answer.values:
        return answer
    whole = await emulator.ask(_about(request, _unnarrowed(request.parameters)))
    return _charged(request, answer, whole.values.get("Items", ()), emulator)


def _unready(request: Request, emulator: Emulator) -> Answer | None:
    for name in _tables_of(request.parameters):
        if not is_ready(name, emulator):
            return refusal("ResourceNotFoundException", "Requested resource not found")
    index = str(request.parameters.get("IndexName", ""))
    if index and is_filling(str(request.parameters.get("TableName", "")), index, emulator):
        return refusal("ValidationException", f"Cannot read from backfilling global secondary index: {index}")
    return None


def _tables_of(parameters: Mapping[str, Any]) -> Iterator[str]:
    if isinstance(parameters.get("TableName"), str):
        yield parameters["TableName"]
    if isinstance(parameters.get("RequestItems"), dict):
        yield from parameters["RequestItems"]
    for entry in parameters.get("TransactItems") or ():
        for action in entry.values() if isinstance(entry, dict) else ():
            if isinstance(action, dict) and isinstance(action.get("TableName"), str):
                yield action["TableName"]


def _unnarrowed(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The same page of the same table or index, every item and attribute of it."""
    kept = {name: value for name, value in parameters.items() if name not in _NARROWING}
    used = set(_PLACEHOLDER.findall(str(parameters.get("KeyConditionExpression", ""))))
    for name in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
        given = parameters.get(name) or {}
        if placeholders := {key: value for key, value in given.items() if key in used}:
            kept[name] = placeholders
    return kept


def _about(request: Request, parameters: Mapping[str, Any]) -> Request:
    return replace(request, body=json.dumps(parameters).encode())


def _charged(request: Request, answer: Answer, read: Iterable[Any], emulator: Emulator) -> Answer:
    values = answer.values
    size = sum(emulator.item_bytes(item) for item in read)
    steps = max(1, math.ceil(size / _STEP))
    units = steps if request.parameters.get("ConsistentRead") else steps / 2
    values["ConsumedCapacity"] = dict(_recharged(values["ConsumedCapacity"], float(units)))
    return answer.saying(values)


def _recharged(consumed: Mapping[str, Any], units: float) -> Iterator[tuple[str, Any]]:
    """The emulator's own entry, in which whatever was charged is charged rightly."""
    for name, value in consumed.items():
        if isinstance(value, dict):
            yield name, dict(_recharged(value, units))
        else:
            yield name, units if name == "CapacityUnits" and value else value


HANDLERS: Mapping[str, Handler] = {
    "GetItem": _get,
    "Query": _list,
    "Scan": _list,
    **dict.fromkeys(
        (
            "PutItem",
            "UpdateItem",
            "DeleteItem",
            "BatchGetItem",
            "BatchWriteItem",
            "TransactGetItems",
            "TransactWriteItems",
        ),
        _write,
    ),
}
