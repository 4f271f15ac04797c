"""Writes to replicas inside ministack 1.5.33, which would bring them over at once and in whatever order."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from ministack.services import dynamodb

from checkday.sandbox.overlay.tables import Item, Row, Table

Sent = Callable[[Table, str, Row], None]


def send_through(sent: Sent) -> None:
    """Hand over every write to a table with replicas, with its rank among all writes."""

    def replicate(table: Table, _event: str, old: Item | None, new: Item | None) -> None:
        if not table.get("_global_regions"):
            return
        item = new or old or {}
        partition = dynamodb._extract_key_val(item.get(table["pk_name"]))  # noqa: SLF001
        name = table["sk_name"]
        sort = dynamodb._extract_key_val(item.get(name)) if name else "__no_sort__"  # noqa: SLF001
        sent(table, dynamodb._next_stream_seq(), Row(partition, sort, new))  # noqa: SLF001

    dynamodb._replicate_write = replicate  # noqa: SLF001


def put(table: Table, row: Row) -> None:
    """Write or remove an item that came from elsewhere, in the account and Region being served."""
    partition, sort, item = row.partition, row.sort, copy.deepcopy(row.item)
    previous: Any = table["items"].get(partition, {}).get(sort)
    if item is None and previous is None:
        return
    if item is None:
        dynamodb._remove_item(table, partition, sort)  # noqa: SLF001
    else:
        dynamodb._set_item(table, partition, sort, item)  # noqa: SLF001
    event = "REMOVE" if item is None else "MODIFY" if previous else "INSERT"
    dynamodb._emit_stream_event(table["TableName"], event, previous, item, replicate=False)  # noqa: SLF001
