"""What `workshop data load` puts into the learner's tables: by table, its keys and its items."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from checkday.resources import sample_data

Item = Mapping[str, Mapping[str, Any]]
"""Attribute -> {type: value}, as DynamoDB takes it."""


@dataclass(frozen=True, slots=True)
class Load:
    """The items of one table, read only when they are wanted."""

    keys: Sequence[tuple[str, str]]
    """Name and type of the partition key and, where there is one, of the sort key."""

    items: Callable[[], Sequence[Item]]


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
}
"""By the table's name without the learner's prefix; the guard of the writer lets through these alone."""
