"""The crawls that were, of each crawler: the emulator itself remembers only the last."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from checkday.sandbox.overlay.store import connection
from checkday.sandbox.overlay.wire import Emulator

_TABLE = """
CREATE TABLE IF NOT EXISTS crawls (id INTEGER PRIMARY KEY, account, region, crawler, crawl TEXT);
CREATE INDEX IF NOT EXISTS crawls_of_crawler ON crawls (account, region, crawler, id);
"""
_OF_CRAWLER = "account = ? AND region = ? AND crawler = ?"
_MOST = 1000


class History:
    """Of the crawlers in the account and Region of the present request."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._database = connection()
        self._database.executescript(_TABLE)

    def add(self, crawler: str, crawl: Mapping[str, Any]) -> None:
        where = self._where(crawler)
        row = (*where, json.dumps(crawl))
        self._database.execute(
            "INSERT INTO crawls (account, region, crawler, crawl) VALUES (?, ?, ?, ?)", row
        )
        self._database.execute(
            f"DELETE FROM crawls WHERE {_OF_CRAWLER} AND id <= "  # noqa: S608
            f"(SELECT id FROM crawls WHERE {_OF_CRAWLER} ORDER BY id DESC LIMIT 1 OFFSET {_MOST})",
            (*where, *where),
        )

    def of(self, crawler: str) -> list[dict[str, Any]]:
        """The newest first."""
        rows: Iterable[tuple[str]] = self._database.execute(
            f"SELECT crawl FROM crawls WHERE {_OF_CRAWLER} ORDER BY id DESC",  # noqa: S608
            self._where(crawler),
        )
        return [json.loads(row[0]) for row in rows]

    def forget(self, crawler: str) -> None:
        self._database.execute(f"DELETE FROM crawls WHERE {_OF_CRAWLER}", self._where(crawler))  # noqa: S608

    def _where(self, crawler: str) -> tuple[str, str, str]:
        return self._emulator.account, self._emulator.region, crawler
