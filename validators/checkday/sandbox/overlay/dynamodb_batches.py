"""DynamoDB's batches: what there is no capacity for comes back unprocessed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from checkday.sandbox.overlay.dynamodb_capacity import TABLE, Place, Throttled
from checkday.sandbox.overlay.dynamodb_usage import Usage, buckets, read_units
from checkday.sandbox.overlay.tables import Item, Table
from checkday.sandbox.overlay.wire import Answer, Emulator, Request, good


async def batch_write(
    request: Request, _found: Mapping[str, Table], usage: Usage, emulator: Emulator
) -> Answer:
    """Write until a table has nothing left; its other writes come back.

    Raises:
        Throttled: nothing at all could be written.

    """
    wanted: dict[str, list[Any]] = dict(request.parameters["RequestItems"])
    unprocessed: dict[str, list[Any]] = {}
    refused: list[tuple[Throttled, int]] = []
    answer = good({})
    asking = request
    while wanted:
        done = usage.writes
        try:
            answer = await emulator.ask(asking)
            break
        except Throttled as throttled:
            left = _left(wanted, usage.writes - done)
            name = next(iter(left))
            unprocessed[name] = left.pop(name)
            refused.append((throttled, len(unprocessed[name])))
            wanted, asking = left, _asking(request, left)
    if not refused:
        return answer
    if not usage.writes:
        raise refused[0][0]
    for found, events in refused:
        usage.measure_throttled(found.place, events, whole=False)
    return good({"UnprocessedItems": unprocessed}) if answer.good else answer


def _asking(request: Request, items: Mapping[str, Any]) -> Request:
    return replace(request, body=json.dumps({**request.parameters, "RequestItems": items}).encode())


def _left(wanted: Mapping[str, list[Any]], done: int) -> dict[str, list[Any]]:
    """What remains when so many of the writes, which go in this order, are done."""
    left: dict[str, list[Any]] = {}
    for name, requests in wanted.items():
        skipped = min(done, len(requests))
        done -= skipped
        if skipped < len(requests):
            left[name] = requests[skipped:]
    return left


async def batch_get(request: Request, found: Mapping[str, Table], usage: Usage, emulator: Emulator) -> Answer:
    """Read until a table has nothing left; its other keys come back.

    Raises:
        Throttled: nothing at all could be read.

    """
    probe = await emulator.ask(request)
    if not probe.good:
        return probe
    wanted: dict[str, Any] = {}
    unprocessed: dict[str, Any] = {}
    for name, asked in request.parameters["RequestItems"].items():
        affordable = _paid(found[name], asked, usage, emulator)
        if affordable:
            wanted[name] = {**asked, "Keys": asked["Keys"][:affordable]}
        if affordable < len(asked["Keys"]):
            unprocessed[name] = {**asked, "Keys": asked["Keys"][affordable:]}
    if not unprocessed:
        return probe
    places = {name: Place(found[name]["TableArn"], TABLE, "Read") for name in unprocessed}
    if not wanted:
        name = next(iter(unprocessed))
        buckets().demand(found[name], TABLE, "Read")
    for name, asked in unprocessed.items():
        usage.measure_throttled(places[name], len(asked["Keys"]), whole=False)
    answer = await emulator.ask(_asking(request, wanted))
    return good({**answer.values, "UnprocessedKeys": unprocessed})


def _paid(table: Table, asked: Mapping[str, Any], usage: Usage, emulator: Emulator) -> int:
    """Pay for as many keys as possible, and return how many."""
    place = Place(table["TableArn"], TABLE, "Read")
    for number, key in enumerate(asked["Keys"]):
        if buckets().left(table, place) <= 0:
            return number
        item: Item = emulator.tables.find(table, key) or {}
        units = read_units(emulator.tables.size(item), consistent=bool(asked.get("ConsistentRead")))
        usage.add(table, TABLE, "Read", units)
    return len(asked["Keys"])
