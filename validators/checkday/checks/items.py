"""What the checks of several days ask of DynamoDB's tables and items."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from checkday.lab import Lab, NotYet

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TableDescriptionTypeDef

Item = Mapping[str, Mapping[str, Any]]
"""Attribute -> {type: value}, as DynamoDB answers it."""

_TYPES = {"S", "N", "B", "SS", "NS", "BS", "L", "M", "BOOL", "NULL"}
_SETS = {"SS", "NS", "BS"}


def table(lab: Lab, what: str) -> TableDescriptionTypeDef | None:
    """One of the learner's tables, or None if there is none that will stay."""
    found = lab.find(lab.aws.dynamodb.describe_table, TableName=lab.name(what))
    if found is None or found["Table"].get("TableStatus") == "DELETING":
        return None
    return found["Table"]


def item(lab: Lab, what: str, key: Item) -> Item | None:
    """One item of one of the learner's tables, as it is this moment."""
    if table(lab, what) is None:
        return None
    found = lab.find(lab.aws.dynamodb.get_item, TableName=lab.name(what), Key=dict(key), ConsistentRead=True)
    return found.get("Item") if found else None


def number(attribute: Mapping[str, Any] | None) -> int | None:
    """The whole number that an attribute holds; None for everything else."""
    text = str((attribute or {}).get("N", ""))
    return int(text) if text.isascii() and text.removeprefix("-").isdigit() else None


def mistyped(name: str, wanted: str, actual: Mapping[str, Any], **where: Any) -> NotYet | None:
    """Why an attribute of another type than wanted has become so; None if the type is right."""
    kind = next(iter(actual), "-")
    if kind == wanted:
        return None
    facts = {"attribute": name, "wanted": wanted, "actual": kind, **where}
    if kind == "M" and actual["M"].keys() and actual["M"].keys() <= _TYPES:
        return NotYet("plain_json", **facts)
    if kind == "S" and wanted == "N":
        return NotYet("number_as_string", **facts)
    if kind == "L" and wanted in _SETS:
        return NotYet("set_as_list", **facts)
    return NotYet("wrong_type", **facts)
