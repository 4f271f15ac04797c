"""DynamoDB tables: provisioned capacity bills by the hour, used or not, and nothing is dearer to forget."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from checkday.leftovers import shell
from checkday.leftovers.items import Found, Place
from checkday.leftovers.lookup import lookup
from checkday.leftovers.owner import mine
from checkday.prices import cost

_GB = 1024**3


def tables(place: Place) -> Iterator[Found]:
    """The learner's tables in one Region; a replica of a table in the first Region is told with that one."""
    for name in place.aws.dynamodb.list_tables()["TableNames"]:
        found = (
            lookup(place.aws.dynamodb.describe_table, TableName=name) if mine(place.learner, name) else None
        )
        if (
            found
            and found["Table"].get("TableStatus") != "DELETING"
            and not _is_replica(place, found["Table"])
        ):
            yield _table(place, found["Table"])


def _is_replica(place: Place, table: Mapping[str, Any]) -> bool:
    """Whether the first Region has this table as well, and knows of this one."""
    first = place.settings.region
    others = [one.get("RegionName") for one in table.get("Replicas", ())]
    return place.region != first and first in others


def _table(place: Place, table: Mapping[str, Any]) -> Found:
    name, size = table["TableName"], table.get("TableSizeBytes", 0)
    writes, reads = _capacity(table)
    facts = {"writes": writes, "reads": reads, "size": shell.size(size)}
    protected = table.get("DeletionProtectionEnabled")
    return Found(
        name,
        table["TableArn"],
        "capacity" if writes or reads else "on_demand",
        facts,
        cost(place.region, dynamodb_wcu_month=writes, dynamodb_rcu_month=reads, dynamodb_gb_month=size / _GB),
        urgent=bool(writes or reads),
        first=shell.fill((_UNPROTECT,), name=name, region=place.region) if protected else (),
    )


def _capacity(table: Mapping[str, Any]) -> tuple[int, int]:
    """Write and read units of the table and all its indexes."""
    # A table that was always provisioned has no billing mode at all, so only on-demand can be recognised.
    if table.get("BillingModeSummary", {}).get("BillingMode") == "PAY_PER_REQUEST":
        return 0, 0
    given = [
        one.get("ProvisionedThroughput", {}) for one in (table, *table.get("GlobalSecondaryIndexes", ()))
    ]
    writes = sum(one.get("WriteCapacityUnits", 0) for one in given)
    return writes, sum(one.get("ReadCapacityUnits", 0) for one in given)


_UNPROTECT = (
    "aws dynamodb update-table --table-name {name} --region {region} --no-deletion-protection-enabled "
    "--query TableDescription.TableStatus --output text"
)
