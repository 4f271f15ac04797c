"""What the checks of several days ask of DynamoDB's keys, indexes and counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from checkday.checks.items import table
from checkday.lab import Lab, NotYet, Pending

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import GlobalSecondaryIndexDescriptionTypeDef, TableDescriptionTypeDef

_MOST_PAGES = 8
"""Of a megabyte each: more than ten times what a question of the course reads."""


class Index(NamedTuple):
    """An index as it is agreed."""

    table: str
    """As `lab.name` knows it."""

    name: str
    keys: Sequence[str]
    """The partition key, then the sort key."""


class Asked(NamedTuple):
    """A question to a table or an index: a value of the partition key and, maybe, how the sort key begins."""

    value: str
    begins: str = ""


def key_names(described: Any) -> list[str]:
    """The partition key, then the sort key, of a table or an index."""
    keys = sorted(described.get("KeySchema", []), key=lambda one: str(one["KeyType"]))
    return [str(one["AttributeName"]) for one in keys]


def existing_table(lab: Lab, what: str) -> TableDescriptionTypeDef:
    """One of the learner's tables, which must be there and ready."""
    found = table(lab, what)
    if found is None:
        raise NotYet("no_table", table=lab.name(what))
    if found["TableStatus"] == "CREATING":
        raise Pending("creating", 20, name=lab.name(what))
    return found


def ready_index(lab: Lab, wanted: Index) -> GlobalSecondaryIndexDescriptionTypeDef:
    """An index of this name with these keys, filled."""
    found = existing_table(lab, wanted.table)
    indexes = {one["IndexName"]: one for one in found.get("GlobalSecondaryIndexes", [])}
    index = indexes.get(wanted.name)
    if index is None or index["IndexStatus"] == "DELETING":
        raise NotYet("no_index", table=lab.name(wanted.table), wanted=wanted.name)
    if (actual := key_names(index)) != list(wanted.keys):
        raise NotYet("wrong_keys", index=wanted.name, actual=", ".join(actual), wanted=", ".join(wanted.keys))
    if index["IndexStatus"] == "CREATING":
        raise Pending("creating", 30, name=wanted.name)
    return index


def counted(lab: Lab, where: Index, asked: Sequence[Asked]) -> list[int]:
    """How many items each question finds, all of them asked at once; `name` may be empty for the table."""
    return lab.together(lambda one: _count_of(lab, where, one), [{"one": one} for one in asked])


def _count_of(lab: Lab, where: Index, asked: Asked) -> int:
    condition, names, values = "#p = :p", {"#p": where.keys[0]}, {":p": {"S": asked.value}}
    if asked.begins:
        condition += " AND begins_with(#s, :s)"
        names["#s"], values[":s"] = where.keys[1], {"S": asked.begins}
    parameters: dict[str, Any] = {
        "TableName": lab.name(where.table),
        "KeyConditionExpression": condition,
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": values,
        "Select": "COUNT",
    }
    if where.name:
        parameters["IndexName"] = where.name
    found = 0
    for _ in range(_MOST_PAGES):
        page = lab.find(lab.aws.dynamodb.query, **parameters)
        found += page["Count"] if page else 0
        if not page or "LastEvaluatedKey" not in page:
            break
        parameters["ExclusiveStartKey"] = page["LastEvaluatedKey"]
    return found
