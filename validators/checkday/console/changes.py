"""Writes to one item, each on the condition that the item is still the one that was read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from checkday.console.dynamo_json import Item, same
from checkday.console.problems import BadInput, Changed

_MOST = 100
"""Attributes that one condition compares: DynamoDB allows 300 operators, and 4 KB of expression."""


def create(client: Any, table: str, item: Item, keys: Iterable[str]) -> None:
    """Write an item whose key nobody uses yet.

    Raises:
        Changed: there is one.

    """
    partition = next(iter(keys))
    _send(
        client.put_item,
        TableName=table,
        Item=item,
        ConditionExpression="attribute_not_exists(#k)",
        ExpressionAttributeNames={"#k": partition},
    )


def update(client: Any, table: str, keys: Iterable[str], before: Item, after: Item) -> bool:
    """Make `before` into `after`, leaving alone what neither of them has; False if they are the same.

    Raises:
        BadInput: the keys differ, or too much does.
        Changed: the item is no longer `before`.

    """
    key = {name: before[name] for name in keys}
    if any(not same(value, after.get(name)) for name, value in key.items()):
        raise BadInput("other_key")
    put = [name for name, value in after.items() if not same(value, before.get(name))]
    gone = [name for name in before if name not in after]
    if not put and not gone:
        return False
    if len(put) + len(gone) > _MOST:
        raise BadInput("too_many", most=_MOST)
    compared = _compared(before, key, [*put, *gone])
    expression = _Expression()
    sets = ", ".join(f"{expression.name(name)} = {expression.value(after[name])}" for name in put)
    removes = ", ".join(map(expression.name, gone))
    condition = expression.unchanged(before, compared)
    steps = [f"{verb} {what}" for verb, what in (("SET", sets), ("REMOVE", removes)) if what]
    _send(
        client.update_item,
        TableName=table,
        Key=key,
        UpdateExpression=" ".join(steps),
        ConditionExpression=condition,
        **expression.attributes(),
    )
    return True


def delete(client: Any, table: str, keys: Iterable[str], before: Item) -> None:
    """Delete the item.

    Raises:
        Changed: it is no longer `before`.

    """
    key = {name: before[name] for name in keys}
    expression = _Expression()
    condition = expression.unchanged(before, _compared(before, key, []))
    _send(
        client.delete_item, TableName=table, Key=key, ConditionExpression=condition, **expression.attributes()
    )


def _compared(before: Item, key: Item, changed: list[str]) -> list[str]:
    """All that was read, if one condition can hold it; else as much as fits, what is changed first."""
    names = list(dict.fromkeys([*key, *changed, *before]))
    return names[: max(_MOST, len(key) + len(changed))]


class _Expression:
    """The placeholders of one request."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._values: Item = {}

    def name(self, name: str) -> str:
        return self._names.setdefault(name, f"#{len(self._names)}")

    def value(self, value: Mapping[str, Any]) -> str:
        place = f":{len(self._values)}"
        self._values[place] = dict(value)
        return place

    def unchanged(self, before: Item, names: Iterable[str]) -> str:
        return " AND ".join(
            f"{self.name(name)} = {self.value(before[name])}"
            if name in before
            else f"attribute_not_exists({self.name(name)})"
            for name in names
        )

    def attributes(self) -> dict[str, Any]:
        names = {place: name for name, place in self._names.items()}
        return {"ExpressionAttributeNames": names, "ExpressionAttributeValues": self._values}


def _send(operation: Any, **parameters: Any) -> None:
    try:
        operation(**parameters, ReturnValuesOnConditionCheckFailure="ALL_OLD")
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        now: Any = error.response.get("Item")
        raise Changed(now or None) from error
