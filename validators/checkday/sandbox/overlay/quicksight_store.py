"""What QuickSight keeps: by account, Region and kind; the subscription is the account's, without a Region."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from checkday.sandbox.overlay.store import connection

_SCHEMA = """
CREATE TABLE IF NOT EXISTS quicksight (
    number INTEGER PRIMARY KEY, account TEXT NOT NULL, region TEXT NOT NULL, kind TEXT NOT NULL,
    id TEXT NOT NULL, facts TEXT NOT NULL, UNIQUE (account, region, kind, id))
"""

_ACCOUNT = "account"


@cache
def _prepared() -> None:
    connection().execute(_SCHEMA)


class Store:
    """The resources of one account in one Region, in the order in which they were made."""

    def __init__(self, account: str, region: str) -> None:
        _prepared()
        self._place = (account, region)

    def get(self, kind: str, name: str) -> dict[str, Any] | None:
        """One resource's facts; None if there is no such one."""
        found = connection().execute(
            "SELECT facts FROM quicksight WHERE account = ? AND region = ? AND kind = ? AND id = ?",
            (*self._place, kind, name),
        )
        return next((json.loads(facts) for (facts,) in found), None)

    def put(self, kind: str, name: str, facts: Mapping[str, Any]) -> None:
        """Keep one resource."""
        connection().execute(
            "INSERT INTO quicksight (account, region, kind, id, facts) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (account, region, kind, id) DO UPDATE SET facts = excluded.facts",
            (*self._place, kind, name, json.dumps(facts)),
        )

    def delete(self, kind: str, name: str) -> None:
        """Forget one resource."""
        connection().execute(
            "DELETE FROM quicksight WHERE account = ? AND region = ? AND kind = ? AND id = ?",
            (*self._place, kind, name),
        )

    def all(self, kind: str) -> list[dict[str, Any]]:
        """The facts of all resources of a kind."""
        found = connection().execute(
            "SELECT facts FROM quicksight WHERE account = ? AND region = ? AND kind = ? ORDER BY number",
            (*self._place, kind),
        )
        return [json.loads(facts) for (facts,) in found]


def subscription(account: str) -> dict[str, Any] | None:
    """The account's subscription, ended ones too; None if it never had one."""
    return Store(account, "").get(_ACCOUNT, _ACCOUNT)


def subscribe(account: str, facts: Mapping[str, Any]) -> None:
    """Keep the account's subscription."""
    Store(account, "").put(_ACCOUNT, _ACCOUNT, facts)


def name_is_taken(name: str) -> bool:
    """Whether some account has this name: it is unique in all of QuickSight."""
    _prepared()
    found = connection().execute("SELECT facts FROM quicksight WHERE kind = ?", (_ACCOUNT,))
    kept = [json.loads(facts) for (facts,) in found]
    return any(one["AccountName"] == name and not one["ended"] for one in kept)


def forget_all(account: str) -> None:
    """The end of a subscription takes everything in every Region with it."""
    connection().execute("DELETE FROM quicksight WHERE account = ? AND kind != ?", (account, _ACCOUNT))
