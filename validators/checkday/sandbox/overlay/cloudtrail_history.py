"""The event history: kept for 90 days, by account and Region, and added to only."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from checkday.sandbox.overlay.store import connection

_DAYS = 90
_DAY = 86_400

_SCHEMA = """
CREATE TABLE IF NOT EXISTS trail_event (
    number INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, region TEXT NOT NULL,
    at INTEGER NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, source TEXT NOT NULL,
    read_only TEXT NOT NULL, user TEXT NOT NULL, key TEXT NOT NULL, resources TEXT NOT NULL,
    event TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS trail_newest ON trail_event (account, region, at, number);
"""

_COLUMNS = {
    "AccessKeyId": "key = ?",
    "EventId": "id = ?",
    "EventName": "name = ?",
    "EventSource": "source = ?",
    "ReadOnly": "read_only = ?",
    "Username": "user = ?",
    "ResourceName": "EXISTS (SELECT 1 FROM json_each(resources) WHERE value ->> 'ResourceName' = ?)",
    "ResourceType": "EXISTS (SELECT 1 FROM json_each(resources) WHERE value ->> 'ResourceType' = ?)",
}

ATTRIBUTES = _COLUMNS.keys()


class Place(NamedTuple):
    """An event's place in the order of the history."""

    at: int
    number: int


@dataclass(frozen=True, slots=True)
class Look:
    """Which events are looked for, in one account and Region."""

    account: str
    region: str
    start: float | None = None
    end: float | None = None
    attribute: tuple[str, str] | None = None


class History:
    """All events of the sandbox."""

    def __init__(self) -> None:
        self._file = connection()
        for statement in _SCHEMA.split(";"):
            self._file.execute(statement)
        self._file.execute("DELETE FROM trail_event WHERE at < ?", (time.time() - _DAYS * _DAY,))

    def add(self, event: Mapping[str, Any], at: float, resources: list[dict[str, str]]) -> None:
        """Keep an event as CloudTrail words it."""
        identity = event["userIdentity"]
        self._file.execute(
            "INSERT INTO trail_event (account, region, at, id, name, source, read_only, user, key, resources,"
            " event) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(event["recipientAccountId"], event["awsRegion"], int(at), event["eventID"]),
                *(event["eventName"], event["eventSource"], str(event["readOnly"]).lower()),
                *(_user(identity), _storable(identity.get("accessKeyId", ""))),
                *(json.dumps(resources), json.dumps(event)),
            ),
        )

    def page(self, look: Look, after: Place | None, size: int) -> list[tuple[Place, dict[str, Any]]]:
        """The newest events after a place, as `LookupEvents` shows them."""
        wanted = ["account = ?", "region = ?"]
        values: list[Any] = [look.account, look.region]
        for text, value in (("at >= ?", look.start), ("at <= ?", look.end)):
            if value is not None:
                wanted.append(text)
                values.append(value)
        if look.attribute is not None:
            wanted.append(_COLUMNS[look.attribute[0]])
            values.append(_storable(look.attribute[1]))
        if after is not None:
            wanted.append("(at, number) < (?, ?)")
            values += after
        rows = self._file.execute(
            "SELECT at, number, id, name, source, read_only, user, key, resources, event FROM trail_event"  # noqa: S608 - the text is ours
            f" WHERE {' AND '.join(wanted)} ORDER BY at DESC, number DESC LIMIT ?",
            (*values, size),
        )
        return [(Place(row[0], row[1]), _shown(row)) for row in rows]


def _shown(row: tuple[Any, ...]) -> dict[str, Any]:
    at, _, number, name, source, read_only, user, key, resources, event = row
    shown = {
        "EventId": number,
        "EventName": name,
        "ReadOnly": read_only,
        "AccessKeyId": key,
        "EventTime": at,
        "EventSource": source,
        "Username": user,
        "Resources": json.loads(resources),
        "CloudTrailEvent": event,
    }
    return shown if key else {name: value for name, value in shown.items() if name != "AccessKeyId"}


def _user(identity: Mapping[str, Any]) -> str:
    if identity.get("type") == "Root":
        return "root"
    name = identity.get("userName") or str(identity.get("arn", "")).rpartition("/")[2]
    return _storable(name)


def _storable(text: object) -> str:
    """Half a character may come in a header or in JSON, but not go into the database."""
    return str(text).encode(errors="replace").decode()


@cache
def history() -> History:
    """One for the server."""
    return History()
