"""What one request of DynamoDB consumes: counted while it is served, then paid, measured and told."""

from __future__ import annotations

import contextvars
import math
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from checkday.sandbox.overlay.dynamodb_capacity import TABLE, Buckets, Kind, Place
from checkday.sandbox.overlay.meter import Dimensions, Metric, meter
from checkday.sandbox.overlay.tables import Item, Row, Table, Tables
from checkday.sandbox.overlay.wire import Emulator

_READ_UNIT = 4096
_NAMESPACE = "AWS/DynamoDB"
_WHOLE = {"TransactWriteItems", "ExecuteTransaction", "BatchExecuteStatement"}
"""What cannot be refused half-way."""


class Usage:
    """The units of one request, by table and index; `strict` lets a write be throttled half-way."""

    def __init__(self, operation: str, emulator: Emulator, *, consistent: bool = False) -> None:
        self.operation, self.consistent = operation, consistent
        self.strict, self.factor = operation not in _WHOLE, 2.0 if "Transact" in operation else 1.0
        self.home = (emulator.account, emulator.region)
        self.writes = 0
        self.units: defaultdict[Place, float] = defaultdict(float)
        self.tables: dict[str, Table] = {}

    def add(self, table: Table, index: str, kind: Kind, units: float) -> None:
        """Count and pay."""
        place = Place(table["TableArn"], index, kind)
        self.units[place] += units
        self.tables[table["TableArn"]] = table
        buckets().spend(table, Place(table["TableArn"], limited(table, index), kind), units)

    def told(self, arn: str, how: str, *, split: bool) -> dict[str, Any]:
        """The `ConsumedCapacity` of a table; `split` names reads and writes apart, as transactions do."""
        mine = {place: units for place, units in self.units.items() if place.table == arn}
        table = self.tables[arn]
        said = {"TableName": table["TableName"], **_capacity(mine, split=split)}
        if how != "INDEXES":
            return said
        said["Table"] = _part(mine, TABLE, split=split)
        for kind in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
            names = {one["IndexName"] for one in table.get(kind) or []} & {one.index_name for one in mine}
            if names:
                said[kind] = {
                    name: _capacity(
                        {one: n for one, n in mine.items() if one.index_name == name}, split=split
                    )
                    for name in sorted(names)
                }
        return said

    def measure(self, milliseconds: float) -> None:
        """Count the request in CloudWatch."""
        sums: defaultdict[tuple[Kind, Dimensions], float] = defaultdict(float)
        for place, units in self.units.items():
            sums[place.kind, self._of(place)] += units
        for (kind, dimensions), units in sums.items():
            self._count(f"Consumed{kind}CapacityUnits", units, dimensions)
        for table in self.tables.values():
            dimensions = (("TableName", table["TableName"]), ("Operation", self.operation))
            self._count("SuccessfulRequestLatency", milliseconds, dimensions, "Milliseconds")

    def measure_returned(self, items: int) -> None:
        """Count what a query or a scan gave back."""
        for table in self.tables.values():
            dimensions = (("TableName", table["TableName"]), ("Operation", self.operation))
            self._count("ReturnedItemCount", items, dimensions)

    def measure_throttled(self, place: Place, events: int, *, whole: bool) -> None:
        """Count refused reads or writes, and the request if all of it was refused."""
        name = (("TableName", place.table.rpartition("/")[2]),)
        index = (("GlobalSecondaryIndexName", place.index_name),) if place.index_name else ()
        self._count(f"{place.kind}ThrottleEvents", events, name + index)
        if whole:
            self._count("ThrottledRequests", 1, (*name, ("Operation", self.operation)))

    def _of(self, place: Place) -> Dimensions:
        table = self.tables[place.table]
        name = ("TableName", table["TableName"])
        index = limited(table, place.index_name)
        return (name, ("GlobalSecondaryIndexName", index)) if index else (name,)

    def _count(self, name: str, value: float, dimensions: Dimensions, unit: str = "Count") -> None:
        meter().add(Metric(*self.home, _NAMESPACE, name, unit, dimensions), value)


def _part(units: Mapping[Place, float], index: str, *, split: bool) -> dict[str, Any]:
    mine = {place: found for place, found in units.items() if place.index_name == index}
    return _capacity(mine, split=split)


def _capacity(units: Mapping[Place, float], *, split: bool) -> dict[str, Any]:
    said: dict[str, Any] = {"CapacityUnits": sum(units.values())}
    if split:
        for kind in ("Read", "Write"):
            mine = [n for place, n in units.items() if place.kind == kind]
            said |= {f"{kind}CapacityUnits": sum(mine)} if mine else {}
    return said


def read_units(size: float, *, consistent: bool) -> float:
    """What reading so many bytes costs."""
    return max(1, math.ceil(size / _READ_UNIT)) * (1.0 if consistent else 0.5)


_usage: contextvars.ContextVar[Usage | None] = contextvars.ContextVar("usage", default=None)


def serving(usage: Usage) -> contextvars.Token[Usage | None]:
    """Count what follows for this request."""
    return _usage.set(usage)


def served(token: contextvars.Token[Usage | None]) -> None:
    _usage.reset(token)


class Observer:
    """Counts every write, and every page that is read, for the request being served."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def before(self, table: Table, old: Item | None, new: Item | None) -> None:
        usage = _usage.get()
        if usage is None:
            return
        spent = self._tables.write_units(table, old, new)
        # A replica elsewhere pays for itself, and throttles nobody here.
        here = table["TableArn"].split(":")[3] == usage.home[1]
        if usage.strict and here:
            for index in spent:
                buckets().demand(table, limited(table, index), "Write")
        for index, units in spent.items():
            usage.add(table, index, "Write", units * (usage.factor if index == TABLE else 1.0))
        usage.writes += here

    def after(self, table: Table, row: Row) -> None:
        """Was paid before."""

    def read(self, table: Table, index: str, size: int) -> None:
        usage = _usage.get()
        if usage is not None:
            usage.add(table, index, "Read", read_units(size, consistent=usage.consistent))

    def replaced(self, table: Table) -> None:
        """Costs nothing."""


def limited(table: Table, index: str) -> str:
    """Whose capacity counts: a local index lives on its table's."""
    names = {one["IndexName"] for one in table.get("GlobalSecondaryIndexes") or []}
    return index if index in names else TABLE


_buckets: list[Buckets] = []


def buckets() -> Buckets:
    """The units left, of this server's tables."""
    return _buckets[0]


def resume(emulator: Emulator) -> None:
    _buckets[:] = [Buckets()]
    emulator.tables.watch(Observer(emulator.tables))
