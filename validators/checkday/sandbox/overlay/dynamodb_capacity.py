"""DynamoDB's throughput: what a table and each of its indexes may take, with 300 seconds of burst."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from checkday.sandbox.overlay.tables import Table
from checkday.sandbox.overlay.wire import Answer, refusal

_BURST = 300.0
"""Seconds of unused throughput that are kept; a new table begins with all of them."""

Kind = Literal["Read", "Write"]
TABLE = ""
"""The table itself, where an index could be named."""


class Place(NamedTuple):
    """A table, or one of its indexes, in one of its two directions."""

    table: str
    index_name: str
    kind: Kind

    @property
    def arn(self) -> str:
        return f"{self.table}/index/{self.index_name}" if self.index_name else self.table


class Throttled(Exception):
    """A request asks for more than is left."""

    def __init__(self, place: Place, *, on_demand: bool) -> None:
        super().__init__(place.arn)
        self.place, self.on_demand = place, on_demand


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class Buckets:
    """The units left of every table and index that has a limit; a restart fills them again."""

    def __init__(self) -> None:
        self._buckets: dict[Place, _Bucket] = {}

    def demand(self, table: Table, index: str, kind: Kind) -> None:
        """Go on only while something is left.

        Raises:
            Throttled: nothing is.

        """
        place = Place(table["TableArn"], index, kind)
        if self.left(table, place) <= 0:
            raise Throttled(place, on_demand=_is_on_demand(table))

    def left(self, table: Table, place: Place) -> float:
        """The units that may be spent now."""
        rate = _rate(table, place)
        if rate is None:
            return float("inf")
        bucket, now = self._buckets.get(place), time.monotonic()
        if bucket is None:
            bucket = self._buckets[place] = _Bucket(rate * _BURST, now)
        bucket.tokens = min(bucket.tokens + (now - bucket.at) * rate, rate * _BURST)
        bucket.at = now
        return bucket.tokens

    def spend(self, table: Table, place: Place, units: float) -> None:
        """Take units, even below zero: what a read costs is known only when it is done."""
        if self.left(table, place) != float("inf"):
            self._buckets[place].tokens -= units

    def forget(self, table: str) -> None:
        """The table is gone: one of the same name begins anew."""
        self._buckets = {place: one for place, one in self._buckets.items() if place.table != table}


def _is_on_demand(table: Table) -> bool:
    return bool((table.get("BillingModeSummary") or {}).get("BillingMode") == "PAY_PER_REQUEST")


def _rate(table: Table, place: Place) -> float | None:
    """Units a second; None without a limit."""
    source: Mapping[str, Any] = table
    if place.index_name:
        indexes = table.get("GlobalSecondaryIndexes") or []
        source = next((one for one in indexes if one["IndexName"] == place.index_name), {})
    if _is_on_demand(table):
        most = (source.get("OnDemandThroughput") or {}).get(f"Max{place.kind}RequestUnits", -1)
        return float(most) if most > 0 else None
    return float((source.get("ProvisionedThroughput") or {}).get(f"{place.kind}CapacityUnits", 0)) or None


_OF_TABLE = (
    "The level of configured provisioned throughput for the table was exceeded. Consider increasing your"
    " provisioning level with the UpdateTable API."
)
_OF_INDEX = (
    "The level of configured provisioned throughput for one or more global secondary indexes of the table was"
    " exceeded. Consider increasing your provisioning level for the under-provisioned global secondary"
    " indexes with the UpdateTable API"
)
_ON_DEMAND = "Throughput exceeds the maximum OnDemandThroughput configured on table or index"


def answer(found: Throttled) -> Answer:
    """What the client is told, with the ARN of what was exceeded."""
    resource = "Index" if found.place.index_name else "Table"
    limit = "MaxOnDemandThroughputExceeded" if found.on_demand else "ProvisionedThroughputExceeded"
    reasons = [{"reason": f"{resource}{found.place.kind}{limit}", "resource": found.place.arn}]
    if found.on_demand:
        refused = refusal("ThrottlingException", _ON_DEMAND)
        return refused.saying({**refused.values, "throttlingReasons": reasons})
    message = _OF_INDEX if found.place.index_name else _OF_TABLE
    refused = refusal("ProvisionedThroughputExceededException", message)
    return refused.saying({**refused.values, "ThrottlingReasons": reasons})
