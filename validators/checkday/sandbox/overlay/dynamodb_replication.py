"""Global tables: what is written in one Region arrives in the others a moment later; the last writer wins.

What is under way belongs to the table that it comes from, and is saved with it. Writes are ordered by the one
clock of the sandbox, which never goes back.
"""

from __future__ import annotations

import asyncio
import os
import time
from typing import Any, NamedTuple

from checkday.sandbox.overlay.age import CREATING
from checkday.sandbox.overlay.dynamodb_replica_faults import JOINED, LEAVING, is_within
from checkday.sandbox.overlay.meter import Metric, meter
from checkday.sandbox.overlay.tables import Row, Table
from checkday.sandbox.overlay.wire import Emulator

DELAY = float(os.environ.get("CHECKDAY_SANDBOX_REPLICATION", "0.5"))
"""Seconds that a write needs to another Region; on AWS mostly less than one, and sometimes many."""

_OUTGOING, _STAMPS = "_Outgoing", "_Stamps"
_MOST = 500
"""Writes that are brought over before others get their turn."""


class Write(NamedTuple):
    """A write on its way to another Region: its rank among all writes, when it was made, and what it left."""

    region: str
    stamp: str
    at: float
    partition: str
    sort: str
    item: dict[str, Any] | None


class Replication:
    """Brings writes over."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._loop = asyncio.get_running_loop()
        self._due: set[tuple[str, str, str]] = set()
        emulator.tables.replicate(self.send)
        for account, region, table in emulator.tables.every():
            if table.get(_OUTGOING):
                self._schedule((account, region, table["TableName"]), DELAY)

    def send(self, table: Table, stamp: str, row: Row) -> None:
        """Note a write of a client to a table that has replicas."""
        table.setdefault(_STAMPS, {})[_key(row)] = stamp
        outgoing = table.setdefault(_OUTGOING, [])
        now = time.time()
        home, account = table["TableArn"].split(":")[3:5]
        others = [region for region in table["_global_regions"] if region != home]
        outgoing.extend(list(Write(region, stamp, now, *row)) for region in others)
        place = (account, home, table["TableName"])
        if place not in self._due:
            self._loop.call_soon_threadsafe(self._schedule, place, DELAY)

    def _schedule(self, place: tuple[str, str, str], delay: float) -> None:
        if place not in self._due:
            self._due.add(place)
            self._loop.call_later(delay, self._bring, place)

    def _bring(self, place: tuple[str, str, str]) -> None:
        self._due.discard(place)
        account, home, name = place
        with self._emulator.acting(account, home):
            table = self._emulator.tables.get(name)
        if table is None:
            return
        waiting = [Write(*one) for one in table.pop(_OUTGOING, [])]
        now = time.time()
        # A clock that was set back delays nothing.
        ready = [one for one in waiting[:_MOST] if one.at + DELAY <= now + 0.01 or one.at > now]
        late = [one for one in ready if not self._arrived(one, place)]
        left = late + waiting[len(ready) :]
        if left:
            table[_OUTGOING] = [list(one) for one in left] + table.get(_OUTGOING, [])
            self._schedule(place, 0.0 if not late and len(ready) == _MOST else max(0.05, DELAY / 4))
        self._emulator.touch()

    def _arrived(self, write: Write, place: tuple[str, str, str]) -> bool:
        """Apply a write elsewhere; False if there the table is still being made."""
        account, home, name = place
        with self._emulator.acting(account, write.region):
            table = self._emulator.tables.get(name)
            if table is None or LEAVING in table or home not in table["_global_regions"]:
                return True
            if is_within(CREATING / 2, table, JOINED):
                return False
            row = Row(write.partition, write.sort, write.item)
            stamps = table.setdefault(_STAMPS, {})
            if stamps.get(_key(row), "") < write.stamp:
                stamps[_key(row)] = write.stamp
                self._emulator.tables.put(table, row)
        latency = max(0.0, (time.time() - write.at) * 1000)
        dimensions = (("TableName", name), ("ReceivingRegion", write.region))
        metric = Metric(account, home, "AWS/DynamoDB", "ReplicationLatency", "Milliseconds", dimensions)
        meter().add(metric, latency)
        return True


def _key(row: Row) -> str:
    return f"{row.partition}\0{row.sort}"


def forget_sent(replica: Table) -> None:
    """Let a copy of a table be one that has sent nothing yet."""
    replica.pop(_OUTGOING, None)


def resume(emulator: Emulator) -> None:
    Replication(emulator)
