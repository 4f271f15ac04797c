"""Time to live inside ministack 1.5.33: which items have expired, and how they go."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import dynamodb

from checkday.sandbox.overlay.tables import Item, Table

_FIVE_YEARS = 5 * 366 * 24 * 3600
"""Seconds; what lies further back is taken for a mistake, and stays."""

SERVICE = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
"""Who deletes, as a stream says it."""

Place = tuple[str, str, str]
"""Account, Region and name of a table."""


def sweep(now: float) -> Counter[Place]:
    """Delete what has expired by then; how many items of which tables."""
    deleted: Counter[Place] = Counter()
    for (account, region, name), setting in list(dynamodb._ttl_settings.all_items()):  # noqa: SLF001
        table = dynamodb._tables.get_scoped(account, region, name)  # noqa: SLF001
        if table is None or setting.get("TimeToLiveStatus") != "ENABLED":
            continue
        expired = list(_expired(table, str(setting.get("AttributeName", "")), now))
        with request_scope(account, region):
            for partition, sort, item in expired:
                _delete(name, table, partition, sort, item)
        if expired:
            deleted[account, region, name] += len(expired)
    return deleted


def _expired(table: Table, attribute: str, now: float) -> Any:
    for partition, items in table["items"].items():
        for sort, item in items.items():
            until = _number(item.get(attribute))
            if until is not None and now - _FIVE_YEARS < until <= now:
                yield partition, sort, item


def _number(value: Any) -> float | None:
    """Seconds since 1970, if it is a number at all: text is never a time."""
    text = value.get("N") if isinstance(value, dict) else None
    return float(text) if isinstance(text, str) else None


def _delete(name: str, table: Table, partition: str, sort: str, item: Item) -> None:
    dynamodb._remove_item(table, partition, sort)  # noqa: SLF001
    known = len(dynamodb._stream_records.get(name) or [])  # noqa: SLF001
    dynamodb._emit_stream_event(name, "REMOVE", item, None)  # noqa: SLF001
    for record in (dynamodb._stream_records.get(name) or [])[known:]:  # noqa: SLF001
        record["userIdentity"] = dict(SERVICE)
