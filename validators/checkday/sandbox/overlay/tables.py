"""DynamoDB's tables, as what the overlay adds to them sees them."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from typing import Any, NamedTuple, Protocol

Item = dict[str, Any]
"""Attribute values by name, as they cross the wire."""

Table = MutableMapping[str, Any]
"""A table as the emulator keeps it: what `DescribeTable` says, and more."""


class Row(NamedTuple):
    """One item under its two keys; None where it is gone."""

    partition: str
    sort: str
    item: Item | None


class Watcher(Protocol):
    """Is told of every write, whoever makes it, and of what queries and scans read."""

    def before(self, table: Table, old: Item | None, new: Item | None) -> None:
        """An item is about to be written or removed; what this raises prevents it."""

    def after(self, table: Table, row: Row) -> None:
        """An item was written or removed."""

    def read(self, table: Table, index: str, size: int) -> None:
        """So many bytes were read for a query or a scan: of an index or, if that is "", of the table."""

    def replaced(self, table: Table) -> None:
        """All items of the table were exchanged at once."""


class Tables(Protocol):
    """The tables of the account and the Region that the request being served belongs to."""

    def get(self, name: str) -> Table | None:
        """A table by name or ARN."""

    def every(self) -> list[tuple[str, str, Table]]:
        """All tables there are, with account and Region."""

    def rows(self, table: Table) -> list[Row]: ...

    def fill(self, table: Table, rows: Iterable[Row]) -> None:
        """Make these the items of a table."""

    def find(self, table: Table, key: Item) -> Item | None:
        """The item with this key."""

    def size(self, item: Item) -> int:
        """Bytes that DynamoDB counts for an item."""

    def write_units(self, table: Table, old: Item | None, new: Item | None) -> Mapping[str, float]:
        """What a write costs the table, named "", and each of its indexes that it changes."""

    def watch(self, watcher: Watcher) -> None: ...

    def replicate(self, sent: Callable[[Table, str, Row], None]) -> None:
        """Have every write of a client to a table with replicas handed over, with its rank among all."""

    def put(self, table: Table, row: Row) -> None:
        """Write or remove an item that came from another Region; the stream tells of it."""


def packed(value: Any) -> bytes:
    """Any JSON, small."""
    return zlib.compress(json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode(), 1)


def unpacked(data: bytes) -> Any:
    return json.loads(zlib.decompress(data))
