"""What `workshop data load` puts into the learner's tables: by load, the table's keys and the items."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Self

from checkday.data import patterns, trades
from checkday.data.reference import DOCS_SEED
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

    own: Callable[[int], Sequence[Item]] | None = None
    """Of a seed, where every learner has other items."""

    newer: str = ""
    """The number by which an item must be newer than what the table holds, or it is not written: then the
    items are messages, sent one by one, and one key may come again."""

    def of(self, seed: int) -> Self:
        """The same load with this learner's items."""
        return replace(self, items=partial(self.own, seed)) if self.own else self


_LIST_KEYS = (("PK", "S"), ("SK", "S"))


def _messages(run: Callable[[int], list[trades.Message]], *, beside: int) -> Load:
    def own(seed: int) -> Sequence[Item]:
        return trades.items(run(seed))

    return Load(
        (("TradeID", "S"),), partial(own, DOCS_SEED), into="state", beside=beside, own=own, newer="Version"
    )


def _file(name: str) -> Callable[[], Sequence[Item]]:
    def items() -> Sequence[Item]:
        found: Sequence[Item] = json.loads((sample_data() / name).read_text(encoding="utf-8"))
        return found

    return items


def _library() -> Sequence[Item]:
    return [*_file("global/library.json")(), *_file("global/bookmarks.json")()]


LOADS: Mapping[str, Load] = {
    "catalog": Load((("Id", "N"),), _file("ddb/catalog.json")),
    "forum": Load((("Name", "S"),), _file("ddb/forum.json")),
    "thread": Load((("ForumName", "S"), ("Subject", "S")), _file("ddb/thread.json")),
    "reply": Load((("Id", "S"), ("ReplyDateTime", "S")), _file("ddb/reply.json")),
    "log": Load((("PK", "S"),), patterns.log_items, beside=5_000),
    "log-stream": Load((("PK", "S"),), patterns.stream_items, into="log", beside=25_000),
    "staff": Load(_LIST_KEYS, patterns.staff_items),
    "invoice": Load(_LIST_KEYS, patterns.invoice_items),
    "global": Load(_LIST_KEYS, _library),
    "state": _messages(trades.clean, beside=3_000),
    "state-faulty": _messages(trades.faulty, beside=3_000),
}
"""By name, which is the table's without the learner's prefix unless `into` says otherwise."""

TABLES = frozenset(one.into or name for name, one in LOADS.items())
"""The guard of the writer lets through these alone."""
