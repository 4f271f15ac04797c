"""What is kept of sessions, jobs and runs: entries in the overlay's database."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from checkday.sandbox.overlay.store import connection
from checkday.sandbox.overlay.wire import Emulator

_TABLE = """
CREATE TABLE IF NOT EXISTS spark (
    kind TEXT, account TEXT, region TEXT, name TEXT, record TEXT,
    PRIMARY KEY (kind, account, region, name)
)"""


class Key(NamedTuple):
    """Of what kind, where, and by what name."""

    kind: str
    account: str
    region: str
    name: str


def key(kind: str, name: str, emulator: Emulator) -> Key:
    """The key of what the request being served calls by this name."""
    return Key(kind, emulator.account, emulator.region, name)


class Records:
    """The entries, by key."""

    def __init__(self) -> None:
        connection().execute(_TABLE)

    def put(self, at: Key, record: Mapping[str, Any]) -> None:
        connection().execute("INSERT OR REPLACE INTO spark VALUES (?, ?, ?, ?, ?)", (*at, json.dumps(record)))

    def drop(self, at: Key) -> None:
        condition = "kind = ? AND account = ? AND region = ? AND name = ?"
        connection().execute(f"DELETE FROM spark WHERE {condition}", at)  # noqa: S608 - our own words

    def all(self) -> Iterator[tuple[Key, dict[str, Any]]]:
        """Every entry, the oldest first."""
        rows = connection().execute("SELECT * FROM spark ORDER BY rowid").fetchall()
        for *at, record in rows:
            yield Key(*at), json.loads(record)
