"""The items of a table, page by page, and one item with everything in it."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from checkday.console import notation
from checkday.console.dynamo_json import Item
from checkday.console.pages.tables import Table, described
from checkday.console.problems import Lost
from checkday.console.visit import Visit, token_of

PAGE = 25
_MOST_COLUMNS = 6
_LONGEST_SHOWN = 20_000
"""Characters of one value; the rest can be seen by editing the item as JSON."""


def items(visit: Visit) -> Response:
    """Some items, as a scan meets them."""
    table = described(visit, visit.need("table"))
    start = {"ExclusiveStartKey": visit.key("after")} if visit.asked.get("after") else {}
    answer = visit.client("dynamodb").scan(
        TableName=table.name, Limit=PAGE, ReturnConsumedCapacity="TOTAL", **start
    )
    return visit.page(
        "items.html", table=table, answer=answer, **listed(table, answer["Items"]), **after(answer)
    )


def item(visit: Visit) -> Response:
    """One item."""
    table = described(visit, visit.need("table"))
    found = fetch(visit, table, visit.key())
    if found is None:
        raise Lost
    names = [*table.keys, *sorted(found.keys() - table.keys.keys())]
    values = [(name, *next(iter(found[name].items())), notation.written(found[name])[1]) for name in names]
    return visit.page(
        "item.html",
        table=table,
        values=values,
        longest=_LONGEST_SHOWN,
        key=visit.need("key"),
        done=visit.asked.get("done", ""),
    )


def fetch(visit: Visit, table: Table, key: Item) -> Item | None:
    """The item as it is now, or None."""
    if key.keys() != table.keys.keys():
        raise Lost
    answer = visit.client("dynamodb").get_item(TableName=table.name, Key=key, ConsistentRead=True)
    found: Item | None = answer.get("Item")
    return found


def listed(table: Table, found: list[Item]) -> dict[str, Any]:
    """What a table of items shows: some columns, and for every row the way to its item."""
    names = sorted({name for one in found for name in one} - table.keys.keys())
    columns = [*table.keys, *names[:_MOST_COLUMNS]]
    rows = [(token_of({name: one[name] for name in table.keys}), one) for one in found]
    return {"columns": columns, "rows": rows, "hidden": len(names) - len(names[:_MOST_COLUMNS])}


def after(answer: dict[str, Item]) -> dict[str, Any]:
    """Where the next page begins, for its address."""
    last = answer.get("LastEvaluatedKey")
    return {"after": token_of(last) if last else None}
