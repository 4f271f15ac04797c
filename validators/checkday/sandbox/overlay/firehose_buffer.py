"""The records that a stream has taken and not yet delivered; they outlive the server, however it ends."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from checkday.sandbox.overlay.store import connection

_TABLE = """
CREATE TABLE IF NOT EXISTS records (
    id INTEGER PRIMARY KEY, account TEXT, region TEXT, stream TEXT, arrived REAL, size INTEGER, data BLOB
);
CREATE INDEX IF NOT EXISTS records_of_stream ON records (account, region, stream, id);
"""
_OF_STREAM = "account = ? AND region = ? AND stream = ?"


class Stream(NamedTuple):
    """A delivery stream, wherever it is."""

    account: str
    region: str
    name: str


class Batch(NamedTuple):
    """Records that make one object; `last` is the id of the last of them."""

    last: int
    arrived: float
    records: list[bytes]


class Buffer:
    """All streams' waiting records, on disk; their sizes also in memory."""

    def __init__(self, database: sqlite3.Connection | None = None) -> None:
        self._database = database or connection()
        self._database.executescript(_TABLE)
        rows = self._database.execute(
            "SELECT account, region, stream, sum(size) FROM records GROUP BY account, region, stream"
        )
        self._sizes: dict[Stream, int] = {Stream(*row[:3]): row[3] for row in rows}

    def streams(self) -> Iterator[Stream]:
        """Those that have records waiting."""
        return iter(list(self._sizes))

    def size(self, stream: Stream) -> int:
        """Bytes that wait."""
        return self._sizes.get(stream, 0)

    def add(self, stream: Stream, records: Iterable[bytes]) -> None:
        now = time.time()
        rows = [(*stream, now, len(data), data) for data in records]
        self._database.execute("BEGIN")
        self._database.executemany(
            "INSERT INTO records (account, region, stream, arrived, size, data) VALUES (?, ?, ?, ?, ?, ?)",
            rows,
        )
        self._database.execute("COMMIT")
        self._sizes[stream] = self.size(stream) + sum(row[4] for row in rows)

    def oldest(self, stream: Stream) -> float | None:
        """When the first of the waiting records came."""
        row = self._database.execute(
            f"SELECT arrived FROM records WHERE {_OF_STREAM} ORDER BY id LIMIT 1",  # noqa: S608
            stream,
        ).fetchone()
        return row and float(row[0])

    def take(self, stream: Stream, size: int) -> Batch | None:
        """The oldest records, just enough to fill an object of this size; they stay until dropped."""
        rows = self._database.execute(
            f"SELECT id, arrived, data FROM records WHERE {_OF_STREAM} ORDER BY id",  # noqa: S608
            stream,
        )
        taken: list[bytes] = []
        first = last = filled = 0
        for identity, arrived, data in rows:
            first, last, filled = first or arrived, identity, filled + len(data)
            taken.append(data)
            if filled >= size:
                break
        rows.close()
        return Batch(last, first, taken) if taken else None

    def drop(self, stream: Stream, batch: Batch) -> None:
        """Forget records that are delivered or lost for good."""
        self._database.execute(f"DELETE FROM records WHERE {_OF_STREAM} AND id <= ?", (*stream, batch.last))  # noqa: S608
        self._database.execute("PRAGMA incremental_vacuum")
        left = self.size(stream) - sum(map(len, batch.records))
        self._sizes[stream] = left
        if left <= 0:
            del self._sizes[stream]

    def forget(self, stream: Stream) -> None:
        """Drop all that waits: the stream is gone."""
        self._database.execute(f"DELETE FROM records WHERE {_OF_STREAM}", stream)  # noqa: S608
        self._sizes.pop(stream, None)
