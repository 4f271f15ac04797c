"""Where items go: one of the learner's tables, looked at before anything is written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from checkday.account import Absent, Account, Window
from checkday.data.loads import Item, Load
from checkday.model import Blocked
from checkday.writer.errors import NotSent

_READY = {"ACTIVE", "UPDATING"}
_SETS = {"SS", "NS", "BS"}


@dataclass(frozen=True, slots=True)
class Table:
    """A table with the right keys, and what is in it already."""

    name: str
    missing: Sequence[Item]
    """Items of ours that are not there, in our order."""

    changed: int
    """Items of ours that are there with other content: somebody worked with them."""

    @classmethod
    def find(cls, account: Account, owner: str, name: str, region: str, load: Load) -> Self:
        """The table as it is now.

        Raises:
            NotSent: there is none that takes these items, or it may not be looked at.

        """
        window = account.window(region, set())
        try:
            _check(window.dynamodb.describe_table(TableName=name)["Table"], owner, load)
            items = load.items()
            there = _contents(window, name, len(items) + load.beside, load)
        except Absent as absent:
            raise NotSent("data.load.no_table", name=name, region=region) from absent
        except Blocked as cause:
            raise NotSent(f"cause.{cause.code}", **cause.facts) from cause
        keys = [_key(item, load) for item in items]
        if load.newer:
            return cls(name, [one for one in items if _is_news(one, there, load)], 0)
        missing = [item for key, item in zip(keys, items, strict=True) if key not in there]
        changed = sum(
            key in there and there[key] != _form(item) for key, item in zip(keys, items, strict=True)
        )
        return cls(name, missing, changed)


def _check(table: Any, owner: str, load: Load) -> None:
    name = table["TableName"]
    if table["TableArn"].split(":")[4] != owner:
        raise NotSent("data.load.other_account", name=name, account=owner)
    types = {one["AttributeName"]: one["AttributeType"] for one in table["AttributeDefinitions"]}
    schema = sorted(table["KeySchema"], key=lambda one: str(one["KeyType"]))
    actual = [(one["AttributeName"], types[one["AttributeName"]]) for one in schema]
    if actual != list(load.keys):
        raise NotSent("data.load.other_keys", name=name, actual=_told(actual), wanted=_told(load.keys))
    if table["TableStatus"] not in _READY:
        raise NotSent("data.load.not_active", name=name, status=table["TableStatus"])


def _told(keys: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{name} ({kind})" for name, kind in keys)


def _contents(window: Window, name: str, most: int, load: Load) -> dict[str, str]:
    """Key -> content of everything in the table, which must not be much more than we would put there."""
    found: dict[str, str] = {}
    start: dict[str, Any] = {}
    while True:
        page = window.dynamodb.scan(TableName=name, ConsistentRead=True, **start)
        found |= {_key(item, load): _form(item) for item in page["Items"]}
        if len(found) > most:
            raise NotSent("data.load.crowded", name=name, count=len(found))
        if "LastEvaluatedKey" not in page:
            return found
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def _key(item: Item, load: Load) -> str:
    return _form({name: item[name] for name, _ in load.keys})


def _is_news(item: Item, there: dict[str, str], load: Load) -> bool:
    """Whether the table would take the message as things stand."""
    known = json.loads(there.get(_key(item, load), "{}")).get(load.newer, {}).get("N", "-Infinity")
    return Decimal(item[load.newer]["N"]) > Decimal(known)


def _form(item: Item) -> str:
    """One text for an item and its equals: sets have no order, and bytes no JSON."""
    ordered = {
        name: {kind: sorted(value) if kind in _SETS else value for kind, value in entry.items()}
        for name, entry in item.items()
    }
    return json.dumps(ordered, sort_keys=True, default=repr)
