"""Query executions that outlive the server: for as long as Athena remembers them."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

DAYS = 45
_DAY = 86_400

_SCHEMA = """
CREATE TABLE IF NOT EXISTS athena_execution (
    id TEXT PRIMARY KEY, account TEXT NOT NULL, region TEXT NOT NULL, workgroup TEXT NOT NULL,
    submitted REAL NOT NULL, token TEXT, shown TEXT NOT NULL, kept TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS athena_newest ON athena_execution (account, region, workgroup, submitted DESC, id);
CREATE INDEX IF NOT EXISTS athena_token ON athena_execution (account, region, token);
"""

_OVER = {"SUCCEEDED", "FAILED", "CANCELLED"}


@dataclass(slots=True)
class Execution:
    """A query execution: `shown` is what GetQueryExecution answers, `kept` what else is known of it."""

    account: str
    region: str
    shown: dict[str, Any]
    kept: dict[str, Any] = field(default_factory=dict)
    token: str | None = None

    @property
    def id(self) -> str:
        return str(self.shown["QueryExecutionId"])

    @property
    def state(self) -> str:
        return str(self.shown["Status"]["State"])

    @property
    def over(self) -> bool:
        return self.state in _OVER


class History:
    """All executions of the sandbox, by account and Region."""

    def __init__(self, file: sqlite3.Connection) -> None:
        self._file = file
        for statement in _SCHEMA.split(";"):
            file.execute(statement)
        self._file.execute("DELETE FROM athena_execution WHERE submitted < ?", (time.time() - DAYS * _DAY,))
        self._running: dict[str, Execution] = {}
        self._end_what_was_cut_off()

    def save(self, execution: Execution) -> None:
        shown = execution.shown
        self._file.execute(
            "INSERT OR REPLACE INTO athena_execution VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(execution.id, execution.account, execution.region, shown["WorkGroup"]),
                *(shown["Status"]["SubmissionDateTime"], execution.token),
                *(json.dumps(shown), json.dumps(execution.kept)),
            ),
        )
        if execution.over:
            self._running.pop(execution.id, None)
        else:
            self._running[execution.id] = execution

    def get(self, account: str, region: str, number: str) -> Execution | None:
        live = self._running.get(number)
        if live is not None:
            return live if (live.account, live.region) == (account, region) else None
        found = self._file.execute(
            "SELECT shown, kept, token FROM athena_execution WHERE id = ? AND account = ? AND region = ?",
            (number, account, region),
        ).fetchone()
        return _execution(account, region, found) if found else None

    def by_token(self, account: str, region: str, token: str) -> Execution | None:
        found = self._file.execute(
            "SELECT id FROM athena_execution WHERE account = ? AND region = ? AND token = ?",
            (account, region, token),
        ).fetchone()
        return self.get(account, region, found[0]) if found else None

    def page(
        self, account: str, region: str, workgroup: str, after: tuple[float, str] | None, size: int
    ) -> list[tuple[float, str]]:
        """When they were submitted, and their ids, the newest first."""
        before, number = after or (float("inf"), "")
        found = self._file.execute(
            "SELECT submitted, id FROM athena_execution WHERE account = ? AND region = ? AND workgroup = ? "
            "AND (submitted < ? OR (submitted = ? AND id > ?)) ORDER BY submitted DESC, id LIMIT ?",
            (account, region, workgroup, before, before, number, size),
        )
        return list(found.fetchall())

    def forget(self, account: str, region: str, workgroup: str) -> None:
        """A work group is deleted, and its history with it."""
        self._file.execute(
            "DELETE FROM athena_execution WHERE account = ? AND region = ? AND workgroup = ?",
            (account, region, workgroup),
        )

    def _end_what_was_cut_off(self) -> None:
        """What a stopped server was running will not go on."""
        found = self._file.execute(
            "SELECT account, region, shown, kept, token FROM athena_execution"
        ).fetchall()
        for account, region, *record in found:
            execution = _execution(account, region, record)
            if not execution.over:
                status = execution.shown["Status"]
                status |= {"State": "FAILED", "StateChangeReason": "INTERNAL_ERROR_QUERY_ENGINE"}
                status["CompletionDateTime"] = time.time()
                self.save(execution)


def _execution(account: str, region: str, record: Any) -> Execution:
    shown, kept, token = record
    return Execution(account, region, _mapping(shown), _mapping(kept), token)


def _mapping(text: str) -> dict[str, Any]:
    found: Mapping[str, Any] = json.loads(text)
    return dict(found)
