"""What backups hold: a table's definition and its items at one moment, on disk."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from checkday.sandbox.overlay.store import connection
from checkday.sandbox.overlay.tables import Row, packed, unpacked
from checkday.sandbox.overlay.wire import Emulator, call

_TABLE = """
CREATE TABLE IF NOT EXISTS backups (
    arn TEXT PRIMARY KEY, account TEXT, region TEXT, kind TEXT, name TEXT, created REAL, expires REAL,
    size INTEGER, definition TEXT, image BLOB
);
"""
_FIELDS = "arn, kind, name, created, expires, size, definition"


class Snapshot(NamedTuple):
    """A table as it was; the definition is what `DescribeTable` said, with its time to live under `_TTL`."""

    definition: Mapping[str, Any]
    rows: list[Row]
    size: int


class Backup(NamedTuple):
    """A kept snapshot, without its items; times are seconds since 1970."""

    arn: str
    kind: str
    name: str
    created: float
    expires: float | None
    size: int
    definition: Mapping[str, Any]


async def take(table: str, emulator: Emulator) -> Snapshot:
    """The table, which is there, as it is now."""
    asked = call("dynamodb", "DescribeTable", TableName=table)
    definition = (await emulator.ask_as_service(asked)).values["Table"]
    time_to_live = await emulator.ask_as_service(call("dynamodb", "DescribeTimeToLive", TableName=table))
    definition["_TTL"] = time_to_live.values["TimeToLiveDescription"]
    found = emulator.tables.get(table)
    rows = emulator.tables.rows(found) if found is not None else []
    size = sum(emulator.tables.size(row.item or {}) for row in rows)
    return Snapshot(definition | {"ItemCount": len(rows), "TableSizeBytes": size}, rows, size)


class Snapshots:
    """All that is kept, of the account and the Region of the request being served."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._database = connection()
        self._database.executescript(_TABLE)

    def keep(self, arn: str, kind: str, name: str, taken: Snapshot, lifetime: float | None = None) -> Backup:
        """Write a snapshot down; `lifetime` in seconds."""
        now = time.time()
        backup = Backup(arn, kind, name, now, lifetime and now + lifetime, taken.size, taken.definition)
        self._database.execute(
            "INSERT INTO backups VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (arn, *self._place(), *backup[1:6], json.dumps(taken.definition), packed(taken.rows)),
        )
        return backup

    def get(self, arn: str) -> Backup | None:
        return next(self._select("arn = ?", arn), None)

    def every(self, *kinds: str) -> list[Backup]:
        """Those of these kinds, the oldest first."""
        marks = ", ".join("?" * len(kinds))
        return list(self._select(f"kind IN ({marks}) ORDER BY created, arn", *kinds))

    def rows(self, arn: str) -> list[Row]:
        """The items of one."""
        (image,) = self._database.execute("SELECT image FROM backups WHERE arn = ?", (arn,)).fetchone()
        return [Row(*row) for row in unpacked(image)]

    def drop(self, arn: str) -> None:
        self._database.execute("DELETE FROM backups WHERE arn = ?", (arn,))
        self._database.execute("PRAGMA incremental_vacuum")

    def _place(self) -> tuple[str, str]:
        return self._emulator.account, self._emulator.region

    def _select(self, condition: str, *values: str) -> Iterator[Backup]:
        # What has expired counts as gone, and goes when somebody looks.
        self._database.execute("DELETE FROM backups WHERE expires < ?", (time.time(),))
        found = self._database.execute(
            f"SELECT {_FIELDS} FROM backups WHERE account = ? AND region = ? AND {condition}",  # noqa: S608
            (*self._place(), *values),
        )
        for row in found.fetchall():
            yield Backup(*(*row[:-1], json.loads(row[-1])))
