"""DynamoDB tables: the list, and one table's keys, indexes, capacity mode and backups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError
from starlette.responses import Response

from checkday.console.problems import Lost
from checkday.console.visit import Visit

_PAGE = 50
_MOST_SCANNED = 5
"""Pages of 1 MB that are read to count a table's items."""


@dataclass(frozen=True, slots=True)
class Index:
    """A table, or one of its indexes: what can be queried. Keys are name -> type, partition key first."""

    name: str
    kind: str
    keys: dict[str, str]
    projection: str = "ALL"
    status: str = ""

    @property
    def partition(self) -> str:
        return next(iter(self.keys))

    @property
    def sort(self) -> str | None:
        return next(iter(list(self.keys)[1:]), None)


@dataclass(frozen=True, slots=True)
class Table:
    """What DescribeTable says, in the words that the pages need."""

    name: str
    status: str
    mode: str
    indexes: list[Index]

    @classmethod
    def of_keys(cls, name: str, keys: dict[str, str]) -> Table:
        """A table of which only the keys are known."""
        return cls(name, "", "", [Index("", "table", keys)])

    @property
    def keys(self) -> dict[str, str]:
        return self.indexes[0].keys

    def index(self, name: str) -> Index:
        """The index of a name; the table itself for an empty one.

        Raises:
            Lost: there is no such index.

        """
        found = next((one for one in self.indexes if one.name == name), None)
        if found is None:
            raise Lost
        return found


def tables(visit: Visit) -> Response:
    """The tables of the Region."""
    client, start = visit.client("dynamodb"), visit.asked.get("after")
    answer = client.list_tables(Limit=_PAGE, **({"ExclusiveStartTableName": start} if start else {}))
    found = [described(visit, name) for name in answer["TableNames"]]
    return visit.page("tables.html", tables=found, after=answer.get("LastEvaluatedTableName"))


def table(visit: Visit) -> Response:
    """One table."""
    found = described(visit, visit.need("table"))
    count, whole = _count(visit, found.name)
    return visit.page(
        "table.html", table=found, count=count, whole=whole, recovery=_recovery(visit, found.name)
    )


def described(visit: Visit, name: str) -> Table:
    """A table by its name.

    Raises:
        Lost: there is none.

    """
    try:
        found = visit.client("dynamodb").describe_table(TableName=name)["Table"]
    except ClientError as error:
        if error.response["Error"]["Code"] in {"ResourceNotFoundException", "ValidationException"}:
            raise Lost from error
        raise
    types = {one["AttributeName"]: one["AttributeType"] for one in found["AttributeDefinitions"]}
    indexes = [Index("", "table", _keys(found, types))]
    for kind, listed in (("GSI", "GlobalSecondaryIndexes"), ("LSI", "LocalSecondaryIndexes")):
        indexes += [_index(kind, one, types) for one in found.get(listed, ())]
    mode = found.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED")
    return Table(found["TableName"], found["TableStatus"], mode, indexes)


def _index(kind: str, found: dict[str, Any], types: dict[str, str]) -> Index:
    projection = found.get("Projection", {})
    shown = ", ".join([projection.get("ProjectionType", ""), *projection.get("NonKeyAttributes", ())])
    return Index(found["IndexName"], kind, _keys(found, types), shown, found.get("IndexStatus", ""))


def _keys(found: dict[str, Any], types: dict[str, str]) -> dict[str, str]:
    ordered = sorted(found["KeySchema"], key=lambda one: str(one["KeyType"]))  # HASH before RANGE
    return {one["AttributeName"]: types.get(one["AttributeName"], "S") for one in ordered}


def _count(visit: Visit, name: str) -> tuple[int, bool]:
    """How many items a bounded look has met, and whether that was all of them."""
    client, count = visit.client("dynamodb"), 0
    start: dict[str, Any] = {}
    for _ in range(_MOST_SCANNED):
        answer = client.scan(TableName=name, Select="COUNT", **start)
        count += answer["Count"]
        if "LastEvaluatedKey" not in answer:
            return count, True
        start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}
    return count, False


def _recovery(visit: Visit, name: str) -> dict[str, Any]:
    answer = visit.client("dynamodb").describe_continuous_backups(TableName=name)
    found: dict[str, Any] = answer["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
    return found
