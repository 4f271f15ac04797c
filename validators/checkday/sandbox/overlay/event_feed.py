"""Follows streams for functions: every mapping has its lanes, and a write to a table wakes its own."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from functools import partial

from checkday.sandbox.overlay.event_lane import Lane
from checkday.sandbox.overlay.sources import Following
from checkday.sandbox.overlay.tables import Item, Row, Table
from checkday.sandbox.overlay.wire import Emulator


class Feeds:
    """All mappings that are followed; watches the tables."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._loop = asyncio.get_running_loop()
        self._lanes: dict[str, list[Lane]] = {}
        self._tasks: dict[Lane, asyncio.Task[None]] = {}
        self._waiting: defaultdict[str, set[Lane]] = defaultdict(set)
        self._woken: set[str] = set()
        emulator.tables.watch(self)

    def follow(self, mapping: Following) -> None:
        """Begin to follow, or go on as the mapping says now."""
        old = self.forget(mapping)
        if not mapping["Enabled"]:
            return
        count = int(mapping["ParallelizationFactor"])
        _settle(mapping, count)
        lanes = [Lane(self._emulator, mapping, number) for number in range(count)]
        self._lanes[mapping["UUID"]] = lanes
        self._waiting[_table(mapping)].update(lanes)
        for lane in lanes:
            self._tasks[lane] = self._loop.create_task(lane.run(old))
            self._tasks[lane].add_done_callback(partial(self._ended, lane))

    def forget(self, mapping: Following) -> Sequence[asyncio.Task[None]]:
        """Follow no more; the tasks of the calls that still go on."""
        table, lanes = _table(mapping), self._lanes.pop(mapping["UUID"], [])
        self._waiting[table].difference_update(lanes)
        if not self._waiting[table]:
            del self._waiting[table]
        for lane in lanes:
            lane.stop()
        return [self._tasks[lane] for lane in lanes if lane in self._tasks]

    def stop_all(self) -> None:
        """Leave what runs to end with the server."""
        for task in self._tasks.values():
            task.cancel()

    def before(self, table: Table, old: Item | None, new: Item | None) -> None:
        """Every write is welcome."""

    def after(self, table: Table, row: Row) -> None:  # noqa: ARG002 - the stream says what was written
        arn = table["TableArn"]
        if arn in self._waiting and arn not in self._woken:
            self._woken.add(arn)
            self._loop.call_soon_threadsafe(self._wake, arn)

    def read(self, table: Table, index: str, size: int) -> None:
        """Leaves no trace in a stream."""

    def replaced(self, table: Table) -> None:
        """Leaves none either."""

    def _ended(self, lane: Lane, _task: asyncio.Task[None]) -> None:
        self._tasks.pop(lane, None)

    def _wake(self, arn: str) -> None:
        self._woken.discard(arn)
        for lane in self._waiting.get(arn, ()):
            lane.wake.set()


def _table(mapping: Following) -> str:
    return str(mapping["EventSourceArn"]).partition("/stream/")[0]


def _settle(mapping: Following, count: int) -> None:
    """Let every lane begin where the slowest was, if their number has changed."""
    lanes: dict[str, str] = mapping["_lanes"]
    if len(lanes) != count:
        begin = min(lanes.values(), default=mapping["_begin"])
        mapping["_lanes"] = {str(number): begin for number in range(count)}
