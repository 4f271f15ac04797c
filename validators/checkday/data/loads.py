"""What `workshop data load` puts into the learner's tables: by load, the table's keys and the items."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from checkday.data import patterns
from checkday.resources import sample_data

Item = Mapping[str, Mapping[str, Any]]
"""Attribute -> {type: value}, as DynamoDB takes it."""


@dataclass(frozen=True, slots=True)
class Load:
    """The items of one table, read only when they are wanted."""

    keys: Sequence[tuple[str, str]]
    """Name and type of the partition key and, where there is one, of the sort key."""

    items: Callable[[], Sequence[Item]]
    into: str = ""
    """The table, where the load is called otherwise."""

    beside: int = 1_000
    """Items of somebody else's that the table may hold before we would rather not touch it."""


_LIST_KEYS = (("PK", "S"), ("SK", "S"))


def _file(name: str) -> Callable[[], Sequence[Item]]:
    def items() -> Sequence[Item]:
        found: Sequence[Item] = json.loads((sample_data() / "ddb" / name).read_text(encoding="utf-8"))
        return found

    return items


LOADS: Mapping[str, Load] = {
    "catalog": Load((("Id", "N"),), _file("catalog.json")),
    "forum": Load((("Name", "S"),), _file("forum.json")),
    "thread": Load((("ForumName", "S"), ("Subject", "S")), _file("thread.json")),
    "reply": Load((("Id", "S"), ("ReplyDateTime", "S")), _file("reply.json")),
    "log": Load((("PK", "S"),), patterns.log_items, beside=5_000),
    "log-stream": Load((("PK", "S"),), patterns.stream_items, into="log", beside=25_000),
    "staff": Load(_LIST_KEYS, patterns.staff_items),
    "invoice": Load(_LIST_KEYS, patterns.invoice_items),
}
"""By name, which is the table's without the learner's prefix unless `into` says otherwise."""

TABLES = frozenset(one.into or name for name, one in LOADS.items())
"""The guard of the writer lets through these alone."""
