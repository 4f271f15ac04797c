"""Day 5, the tables: their keys are right, the sample items are in them, and they cost what they must."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from checkday.checks.items import Item, mistyped, table
from checkday.lab import Evidence, Lab, NotYet, Pending
from checkday.names import TABLES

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TableDescriptionTypeDef

_KEYS = {
    "catalog": (("Id", "N"),),
    "forum": (("Name", "S"),),
    "thread": (("ForumName", "S"), ("Subject", "S")),
    "reply": (("Id", "S"), ("ReplyDateTime", "S")),
}
"""Name and type of the partition key and, where there is one, of the sort key."""

_ON_DEMAND = "PAY_PER_REQUEST"
_MOST_UNITS = 5
_MOST_PAGES = 3
"""Of a megabyte each: more than ten times what the sample items fill."""


def table_catalog(lab: Lab) -> Evidence:
    """The table of the catalog has the number Id as its partition key."""
    return _keyed(lab, "catalog", _existing(lab, "catalog"))


def table_forum(lab: Lab) -> Evidence:
    """The table of the forums has the string Name as its partition key."""
    return _keyed(lab, "forum", _existing(lab, "forum"))


def table_thread(lab: Lab) -> Evidence:
    """The table of the threads has ForumName as its partition key and Subject as its sort key."""
    found = _existing(lab, "thread")
    _check_order(lab, "thread", found)
    return _keyed(lab, "thread", found)


def table_reply(lab: Lab) -> Evidence:
    """The table of the replies has Id as its partition key and ReplyDateTime as its sort key."""
    found = _existing(lab, "reply")
    _check_order(lab, "reply", found)
    return _keyed(lab, "reply", found)


def loaded(lab: Lab) -> Evidence:
    """Every sample item is in its table, with the types of the sample; more items may be there."""
    for what in TABLES:
        if table(lab, what) is None:
            raise NotYet("missing", table=lab.name(what))
    names = [lab.name(what) for what in TABLES]
    contents = lab.together(lambda name: _items(lab, name), [{"name": name} for name in names])
    for what, name, found in zip(TABLES, names, contents, strict=True):
        wanted = lab.golden["tables"][what]
        keys = [key for key, _ in _KEYS[what]]
        there = {_key(one, keys): one for one in found}
        present = [one for one in wanted if _key(one, keys) in there]
        if not found:
            raise NotYet("empty", table=name, wanted=len(wanted))
        if lacking := [one for one in wanted if one not in present]:
            example = _key(lacking[0], keys)
            raise NotYet("partial", table=name, actual=len(present), wanted=len(wanted), example=example)
        for one in wanted:
            _check_types(name, one, there[_key(one, keys)], _key(one, keys))
    return {"items": dict(zip(TABLES, map(len, contents), strict=True))}


def billing(lab: Lab) -> Evidence:
    """The tables are billed by the request (or provisioned in small), and can be restored to any second."""
    for what in TABLES:
        found = table(lab, what)
        if found is None:
            raise NotYet("missing", table=lab.name(what))
        _check_capacity(lab.name(what), found)
    names = [{"TableName": lab.name(what)} for what in TABLES]
    backups = lab.together(lambda **one: lab.find(lab.aws.dynamodb.describe_continuous_backups, **one), names)
    without = [
        one["TableName"] for one, backup in zip(names, backups, strict=True) if not _restorable(backup)
    ]
    if without:
        raise NotYet("no_recovery", tables=", ".join(without))
    return {"tables": [one["TableName"] for one in names]}


def _existing(lab: Lab, what: str) -> TableDescriptionTypeDef:
    name = lab.name(what)
    answer = lab.find(lab.aws.dynamodb.describe_table, TableName=name)
    if answer is None:
        raise _missing(lab, name)
    found = answer["Table"]
    if found["TableStatus"] == "CREATING":
        raise Pending("creating", 10, table=name)
    if found["TableStatus"] == "DELETING":
        raise NotYet("deleting", table=name)
    return found


def _missing(lab: Lab, name: str) -> NotYet:
    region = lab.region_with(lambda aws: aws.dynamodb.describe_table, TableName=name)
    if region is not None:
        return NotYet("wrong_region", table=name, actual=region, wanted=lab.region)
    lab.refuse_other_learner(lab.aws.dynamodb.list_tables()["TableNames"])
    return NotYet("missing", table=name)


def _keyed(lab: Lab, what: str, found: TableDescriptionTypeDef) -> Evidence:
    name, wanted = lab.name(what), [key for key, _ in _KEYS[what]]
    actual = _key_names(found)
    if [key.casefold() for key in actual] != [key.casefold() for key in wanted]:
        raise NotYet("wrong_keys", table=name, actual=", ".join(actual), wanted=", ".join(wanted))
    if actual != wanted:
        raise NotYet("key_name", table=name, actual=", ".join(actual), wanted=", ".join(wanted))
    types = {one["AttributeName"]: one["AttributeType"] for one in found["AttributeDefinitions"]}
    for key, kind in _KEYS[what]:
        if types[key] != kind:
            raise NotYet("key_type", table=name, key=key, actual=types[key], wanted=kind)
    return {"table": name, "id": found.get("TableId", "-"), "keys": actual}


def _check_order(lab: Lab, what: str, found: TableDescriptionTypeDef) -> None:
    wanted, actual = [key for key, _ in _KEYS[what]], _key_names(found)
    if [key.casefold() for key in reversed(actual)] == [key.casefold() for key in wanted]:
        raise NotYet("swapped_keys", table=lab.name(what), actual=", ".join(actual), wanted=", ".join(wanted))


def _key_names(found: TableDescriptionTypeDef) -> list[str]:
    """The partition key, then the sort key."""
    keys = sorted(found["KeySchema"], key=lambda one: one["KeyType"])
    return [one["AttributeName"] for one in keys]


def _items(lab: Lab, name: str) -> list[Item]:
    """Everything in a table of a reasonable size."""
    found: list[Item] = []
    start: dict[str, Any] = {}
    for _ in range(_MOST_PAGES):
        page = lab.find(lab.aws.dynamodb.scan, TableName=name, ConsistentRead=True, **start)
        found += page["Items"] if page else []
        if not page or "LastEvaluatedKey" not in page:
            return found
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
    raise NotYet("crowded", table=name, truncated=len(found))


def _key(one: Item, keys: Sequence[str]) -> str:
    return " / ".join(str(next(iter(one.get(key, {}).values()), "-")) for key in keys)


def _check_types(name: str, wanted: Item, actual: Item, key: str) -> None:
    for attribute, value in wanted.items():
        if attribute in actual:
            fault = mistyped(attribute, next(iter(value)), actual[attribute], table=name, key=key)
            if fault is not None:
                raise fault


def _check_capacity(name: str, found: TableDescriptionTypeDef) -> None:
    # A table that was always provisioned has no billing mode at all.
    if found.get("BillingModeSummary", {}).get("BillingMode") == _ON_DEMAND:
        return
    given = [
        one.get("ProvisionedThroughput", {}) for one in (found, *found.get("GlobalSecondaryIndexes", []))
    ]
    reads = max(one.get("ReadCapacityUnits", 0) for one in given)
    writes = max(one.get("WriteCapacityUnits", 0) for one in given)
    if max(reads, writes) > _MOST_UNITS:
        raise NotYet("provisioned", table=name, reads=reads, writes=writes)


def _restorable(backup: object) -> bool:
    described = backup.get("ContinuousBackupsDescription", {}) if isinstance(backup, dict) else {}
    recovery = described.get("PointInTimeRecoveryDescription", {})
    return bool(recovery.get("PointInTimeRecoveryStatus") == "ENABLED")
