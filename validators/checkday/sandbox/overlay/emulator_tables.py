"""DynamoDB's tables inside ministack 1.5.33; with `emulator`, all that knows the emulator's insides."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ministack.services import dynamodb

from checkday.sandbox.overlay import emulator_replicas, emulator_transactions
from checkday.sandbox.overlay.tables import Item, Row, Table, Watcher


class MinistackTables:
    """The emulator's tables; every write passes by the watchers."""

    def __init__(self) -> None:
        self._watchers: list[Watcher] = []
        _hook(self._watchers)
        _hook_whole_tables(self._watchers)
        emulator_transactions.keep_what_was_asked()

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

    def find(self, table: Table, key: Item) -> Item | None:
        found: Item | None = dynamodb._get_item_by_key(table, key)  # noqa: SLF001
        return found

    def size(self, item: Item) -> int:
        return int(dynamodb._item_size_bytes(item))  # noqa: SLF001

    def write_units(self, table: Table, old: Item | None, new: Item | None) -> Mapping[str, float]:
        size = max(self.size(one) if one else 0 for one in (old, new))
        units = {"": float(max(1, -(-size // _WRITE_UNIT)))}
        small = old is None and size <= _WRITE_UNIT
        for name in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
            for index in table.get(name) or []:
                if small:
                    # Nearly all writes of a load, and the emulator's own look costs more than the write.
                    cost = float(all(key["AttributeName"] in (new or {}) for key in index["KeySchema"]))
                else:
                    cost = float(dynamodb._index_write_units(table, index, old, new))  # noqa: SLF001
                if cost:
                    units[index["IndexName"]] = cost
        return units

    def watch(self, watcher: Watcher) -> None:
        self._watchers.append(watcher)

    def replicate(self, sent: Callable[[Table, str, Row], None]) -> None:
        emulator_replicas.send_through(sent)

    def put(self, table: Table, row: Row) -> None:
        emulator_replicas.put(table, row)


_WRITE_UNIT = 1024
_REAPER = "dynamodb-ttl-reaper"
_PAGE = 1024 * 1024


def _rows(table: Table) -> Iterable[Row]:
    for partition, items in table["items"].items():
        for sort, item in items.items():
            yield Row(partition, sort, item)


def _hook(watchers: list[Watcher]) -> None:
    """Let the two functions through which all items are written and removed tell the watchers."""
    put, remove = dynamodb._set_item, dynamodb._remove_item  # noqa: SLF001

    def watched_put(table: Table, partition: str, sort: str, item: Item) -> Any:
        old = table["items"].get(partition, {}).get(sort)
        for each in watchers:
            each.before(table, old, item)
        put(table, partition, sort, item)
        for each in watchers:
            each.after(table, Row(partition, sort, item))
        return old

    def watched_remove(table: Table, partition: str, sort: str) -> Any:
        if threading.current_thread().name == _REAPER:
            return None  # it would leave no stream record: what expires is ours to delete
        old = table["items"].get(partition, {}).get(sort)
        for each in watchers:
            each.before(table, old, None)
        remove(table, partition, sort)
        if old is not None:
            for each in watchers:
                each.after(table, Row(partition, sort, None))
        return old

    dynamodb._set_item = watched_put  # noqa: SLF001
    dynamodb._remove_item = watched_remove  # noqa: SLF001


def _hook_whole_tables(watchers: list[Watcher]) -> None:
    """Let what exchanges all items at once, and what queries and scans read, tell the watchers."""
    replaced = dynamodb._items_replaced  # noqa: SLF001

    def watched_replaced(table: Table) -> None:
        replaced(table)
        for each in watchers:
            each.replaced(table)

    dynamodb._items_replaced = watched_replaced  # noqa: SLF001

    def watched_page(items: Iterable[Item], limit: Any, table: Table, index: str | None = None) -> Any:
        page, size, more = _page(items, limit, table, index)
        for each in watchers:
            each.read(table, index or "", size)
        return page, more

    dynamodb._paginate_evaluated_items = watched_page  # noqa: SLF001


def _page(items: Iterable[Item], limit: Any, table: Table, index: str | None) -> tuple[list[Item], int, bool]:
    """The emulator's own page, with its size, which that does not tell."""
    page: list[Item] = []
    total = 0
    for item in items:
        entry = dynamodb._apply_index_projection(item, table, index) if index else item  # noqa: SLF001
        size = dynamodb._item_size_bytes(entry)  # noqa: SLF001
        if page and total + size > _PAGE:
            return page, total, True
        page.append(item)
        total += size
        if (limit is not None and len(page) >= int(limit)) or total >= _PAGE:
            return page, total, True
    return page, total, False
