"""DynamoDB's tables inside ministack 1.5.33; with `emulator`, all that knows the emulator's insides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from ministack.services import dynamodb

from checkday.sandbox.overlay.tables import Item, Row, Table, Watcher


class MinistackTables:
    """The emulator's tables; every write passes by the watchers."""

    def __init__(self) -> None:
        self._watchers: list[Watcher] = []
        _hook(self._watchers)

    def get(self, name: str) -> Table | None:
        found: Table | None = dynamodb._tables.get(dynamodb._normalize_table_name(name))  # noqa: SLF001
        return found

    def every(self) -> list[tuple[str, str, Table]]:
        return [(*key[:2], table) for key, table in dynamodb._tables.all_items()]  # noqa: SLF001

    def rows(self, table: Table) -> list[Row]:
        return list(_rows(table))

    def fill(self, table: Table, rows: Iterable[Row]) -> None:
        items: dict[str, dict[str, Item | None]] = defaultdict(dict)
        for row in rows:
            items[row.partition][row.sort] = row.item
        table["items"] = items
        dynamodb._items_replaced(table)  # noqa: SLF001

    def size(self, item: Item) -> int:
        return int(dynamodb._item_size_bytes(item))  # noqa: SLF001

    def watch(self, watcher: Watcher) -> None:
        self._watchers.append(watcher)


def _rows(table: Table) -> Iterable[Row]:
    for partition, items in table["items"].items():
        for sort, item in items.items():
            yield Row(partition, sort, item)


def _hook(watchers: list[Watcher]) -> None:
    """Let each of the three functions through which all writes go tell the watchers."""
    put, remove, replaced = dynamodb._set_item, dynamodb._remove_item, dynamodb._items_replaced  # noqa: SLF001

    def watched_put(table: Table, partition: str, sort: str, item: Item) -> Any:
        old = table["items"].get(partition, {}).get(sort)
        for each in watchers:
            each.before(table, old, item)
        put(table, partition, sort, item)
        for each in watchers:
            each.after(table, Row(partition, sort, item))
        return old

    def watched_remove(table: Table, partition: str, sort: str) -> Any:
        old = table["items"].get(partition, {}).get(sort)
        for each in watchers:
            each.before(table, old, None)
        remove(table, partition, sort)
        if old is not None:
            for each in watchers:
                each.after(table, Row(partition, sort, None))
        return old

    def watched_replaced(table: Table) -> None:
        replaced(table)
        for each in watchers:
            each.replaced(table)

    dynamodb._set_item = watched_put  # noqa: SLF001
    dynamodb._remove_item = watched_remove  # noqa: SLF001
    dynamodb._items_replaced = watched_replaced  # noqa: SLF001
