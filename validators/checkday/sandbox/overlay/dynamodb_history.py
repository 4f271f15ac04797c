"""What changed in tables with point-in-time recovery: an image and every change since, on disk."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from sqlite3 import Connection
from typing import NamedTuple

from checkday.sandbox.overlay.store import connection
from checkday.sandbox.overlay.tables import Item, Row, Table, Tables, packed, unpacked
from checkday.sandbox.overlay.wire import Emulator

_SCHEMA = """
CREATE TABLE IF NOT EXISTS histories (id TEXT PRIMARY KEY, since REAL, days INTEGER, image BLOB);
CREATE TABLE IF NOT EXISTS changes (number INTEGER PRIMARY KEY, id TEXT, at REAL, changes BLOB);
CREATE INDEX IF NOT EXISTS changes_of_table ON changes (id, number);
"""
_LARGEST = 64 * 1024 * 1024
"""Bytes of changes kept of one table; beyond, the older half becomes part of the image."""

_DAY = 24 * 3600

_Items = dict[tuple[str, str], Item]
_Later = Callable[[Callable[[], None]], object]
"""Has something done soon, for writes that no request of a client makes."""


class Window(NamedTuple):
    """How far back a table can be restored: since when all is known, and for how many days at most."""

    since: float
    days: int

    @property
    def earliest(self) -> float:
        return max(self.since, time.time() - self.days * _DAY)


class History:
    """The changes of all tables that have recovery on; a table is known by its id."""

    def __init__(
        self, later: Callable[[Callable[[], None]], object], database: Connection | None = None
    ) -> None:
        self._later = later
        self._database = database or connection()
        self._database.executescript(_SCHEMA)
        found = self._database.execute("SELECT id, since, days FROM histories")
        self._windows = {row[0]: Window(*row[1:]) for row in found}
        sizes = self._database.execute("SELECT id, sum(length(changes)) FROM changes GROUP BY id")
        self._sizes: defaultdict[str, int] = defaultdict(int, sizes.fetchall())
        self._pending: defaultdict[str, list[tuple[float, str, str, Item | None]]] = defaultdict(list)

    def recover(self, tables: Tables) -> None:
        """Give back what a killed server has lost: the last writes to a table, but never to its history."""
        known = {table["TableId"]: table for *_, table in tables.every()}
        for identity in list(self._windows):
            if identity in known:
                items = self._items(identity, time.time())
                tables.fill(known[identity], (Row(*keys, item) for keys, item in items.items()))
            else:
                self._forget(identity)

    def window(self, table: Table) -> Window | None:
        """How far back the table can be restored; None while recovery is off."""
        return self._windows.get(table["TableId"])

    def begin(self, table: Table, rows: Iterable[Row], days: int) -> None:
        """Turn recovery on, or only change for how many days."""
        known = self.window(table)
        window = Window(known.since if known else time.time(), days)
        identity = table["TableId"]
        if known is None:
            values = (identity, *window, packed(list(rows)))
            self._database.execute("INSERT INTO histories VALUES (?, ?, ?, ?)", values)
        else:
            self._database.execute("UPDATE histories SET days = ? WHERE id = ?", (days, identity))
        self._windows[identity] = window

    def end(self, table: Table) -> None:
        """Turn recovery off and forget."""
        self._forget(table["TableId"])

    def rows(self, table: Table, moment: float) -> Iterator[Row]:
        """The table's items as they were then."""
        for keys, item in self._items(table["TableId"], moment).items():
            yield Row(*keys, item)

    def before(self, table: Table, old: Item | None, new: Item | None) -> None:
        """Every write is welcome."""

    def after(self, table: Table, row: Row) -> None:
        if table["TableId"] in self._windows:
            self._note(table["TableId"], row)

    def read(self, table: Table, index: str, size: int) -> None:
        """Leaves no trace."""

    def replaced(self, table: Table) -> None:
        if table["TableId"] in self._windows:
            for row in self._differences(table):
                self._note(table["TableId"], row)

    def write(self) -> None:
        """Write down what has been noted: before a request is answered, and all of it together."""
        for identity in list(self._pending):
            changes = self._pending.pop(identity)
            data = packed(changes)
            row = (identity, changes[-1][0], data)
            self._database.execute("INSERT INTO changes (id, at, changes) VALUES (?, ?, ?)", row)
            self._sizes[identity] += len(data)
            if self._sizes[identity] > _LARGEST:
                self._shorten(identity)

    def _note(self, identity: str, row: Row) -> None:
        first = not self._pending
        self._pending[identity].append((time.time(), *row))
        if first:
            self._later(self.write)

    def _items(self, identity: str, moment: float, last: int | None = None) -> _Items:
        self.write()
        found = self._database.execute("SELECT image FROM histories WHERE id = ?", (identity,)).fetchone()
        items: _Items = {(row[0], row[1]): row[2] for row in unpacked(found[0])}
        query = "SELECT changes FROM changes WHERE id = ? AND number <= ? ORDER BY number"
        blobs = self._database.execute(query, (identity, last or 2**62))
        for at, partition, sort, item in itertools.chain.from_iterable(unpacked(one) for (one,) in blobs):
            if at > moment:
                break
            if item is None:
                items.pop((partition, sort), None)
            else:
                items[partition, sort] = item
        return items

    def _differences(self, table: Table) -> Iterator[Row]:
        """How the items differ from what was noted."""
        noted = self._items(table["TableId"], time.time())
        for partition, items in table["items"].items():
            for sort, item in items.items():
                if noted.pop((partition, sort), None) != item:
                    yield Row(partition, sort, item)
        for keys in noted:
            yield Row(*keys, None)

    def _shorten(self, identity: str) -> None:
        """Make the older half of the changes part of the image; the window begins after them."""
        numbers = self._database.execute(
            "SELECT number, at FROM changes WHERE id = ?", (identity,)
        ).fetchall()
        last, since = numbers[len(numbers) // 2]
        items = self._items(identity, since, last)
        image = packed([(*keys, item) for keys, item in items.items()])
        self._database.execute("BEGIN")
        update = "UPDATE histories SET image = ?, since = ? WHERE id = ?"
        self._database.execute(update, (image, since, identity))
        self._database.execute("DELETE FROM changes WHERE id = ? AND number <= ?", (identity, last))
        self._database.execute("COMMIT")
        left = self._database.execute("SELECT sum(length(changes)) FROM changes WHERE id = ?", (identity,))
        self._sizes[identity] = left.fetchone()[0] or 0
        self._windows[identity] = self._windows[identity]._replace(since=since)

    def _forget(self, identity: str) -> None:
        self._windows.pop(identity, None)
        self._pending.pop(identity, None)
        self._sizes.pop(identity, None)
        self._database.execute("DELETE FROM histories WHERE id = ?", (identity,))
        self._database.execute("DELETE FROM changes WHERE id = ?", (identity,))
        self._database.execute("PRAGMA incremental_vacuum")


_histories: list[History] = []


def history() -> History:
    """The one history of this server."""
    return _histories[0]


def resume(emulator: Emulator) -> None:
    found = History(asyncio.get_running_loop().call_soon_threadsafe)
    found.recover(emulator.tables)
    emulator.tables.watch(found)
    _histories[:] = [found]


async def write(_emulator: Emulator) -> None:
    history().write()
