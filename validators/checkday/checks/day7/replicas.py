"""Day 7, the global table: two Regions hold the same items, and either may write."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from checkday.checks.global_items import check_writer, item_in, text
from checkday.checks.indexes import key_names
from checkday.checks.items import Item, table
from checkday.checks.metrics import is_recent, summed
from checkday.checks.traces import shown, table_made
from checkday.lab import Evidence, Lab, NotYet, Pending

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TableDescriptionTypeDef

KEYS = (("PK", "S"), ("SK", "S"))
_CURRENT = "2019.11.21"
_ON_DEMAND = "PAY_PER_REQUEST"
_MOST_PAGES = 4
_WAIT, _SOON = 60, 5
_BUSY = {"CREATING", "UPDATING"}


def global_table(lab: Lab) -> Evidence:
    """The first Region has the table, with both keys, billed by the request."""
    name = lab.name("global")
    answer = lab.find(lab.aws.dynamodb.describe_table, TableName=name)
    if answer is None:
        raise _missing(lab, name)
    found = answer["Table"]
    if found["TableStatus"] == "CREATING":
        raise Pending("creating", 10, table=name)
    if found["TableStatus"] == "DELETING":
        raise NotYet("deleting", table=name)
    wanted, actual = [key for key, _ in KEYS], key_names(found)
    if actual != wanted:
        raise NotYet("wrong_keys", table=name, actual=", ".join(actual), wanted=", ".join(wanted))
    # A table that was always provisioned has no billing mode at all.
    if found.get("BillingModeSummary", {}).get("BillingMode") != _ON_DEMAND:
        raise NotYet("provisioned", table=name)
    return {"table": name, "id": found.get("TableId", "-")}


def global_table_trace(lab: Lab) -> Evidence | None:
    """A table of this name was made with both keys."""
    return table_made(lab, "global", KEYS)


def replica(lab: Lab) -> Evidence:
    """The second Region holds a replica of the table that is in use, and not just a table of that name."""
    name, other = lab.name("global"), lab.replica_region
    source = table(lab, "global")
    if source is None:
        raise NotYet("no_table", table=name)
    replicas = {one.get("RegionName", "-"): one for one in source.get("Replicas", [])}
    found = replicas.get(other)
    if found is None:
        raise _no_replica(lab, source, sorted(replicas))
    status = found.get("ReplicaStatus", "-")
    if status in _BUSY:
        raise Pending("creating", _WAIT, table=name, region=other)
    if status == "DELETING":
        raise NotYet("deleting", table=name, region=other)
    if status == "REGION_DISABLED":
        raise NotYet("region_disabled", table=name, region=other)
    if status != "ACTIVE":
        reason = found.get("ReplicaStatusDescription", "-")
        raise NotYet("failed", table=name, region=other, status=status, reason=reason)
    if (version := source.get("GlobalTableVersion", _CURRENT)) != _CURRENT:
        raise NotYet("old_version", table=name, actual=version, wanted=_CURRENT)
    if lab.find(lab.at(other).dynamodb.describe_table, TableName=name) is None:
        raise Pending("creating", _WAIT, table=name, region=other)
    return {"table": name, "region": other}


def replica_trace(lab: Lab) -> Evidence | None:
    """A replica in the second Region was asked for, and CloudWatch measured how long writes took to it."""
    name, other = lab.name("global"), lab.replica_region
    events = lab.history.events("dynamodb", "UpdateTable", {"tableName": name})
    made = [one for one in events if other in _regions_in(one.parameter("replicaUpdates"))]
    arrived = summed(
        lab, lab.region, "AWS/DynamoDB", "ReplicationLatency", TableName=name, ReceivingRegion=other
    )
    event = shown(lab, made, lambda _: arrived.total > 0)
    if event is None:
        return None
    return {"table": name, "region": other, "event": event.id, "at": event.time}


def items_equal(lab: Lab) -> Evidence:
    """Both Regions hold every sample item, and the same of everything."""
    name = lab.name("global")
    here, there = _items(lab, lab.region), _items(lab, lab.replica_region)
    if here is None or there is None:
        raise NotYet("no_table", table=name)
    wanted = lab.golden["library"]
    lacking = [one for one in wanted if _key(one) not in here]
    if len(lacking) == len(wanted):
        raise NotYet("empty", table=name, wanted=len(wanted))
    if lacking:
        actual = len(wanted) - len(lacking)
        raise NotYet("partial", table=name, actual=actual, wanted=len(wanted), example=_key(lacking[0]))
    other = [key for key in here.keys() | there.keys() if here.get(key) != there.get(key)]
    # What differs is on its way: only two tables that know nothing of each other differ for good.
    if other:
        raise Pending("replicating", _SOON, table=name, count=len(other), example=min(other))
    return {"table": name, "items": len(here)}


def write_replica(lab: Lab) -> Evidence:
    """The first Region has an item that the second wrote, and the second has been written to."""
    other = lab.replica_region
    key: Item = {"PK": {"S": "hand"}, "SK": {"S": other}}
    found = item_in(lab, other, key)
    if found is None:
        raise NotYet("missing", table=lab.name("global"), key=f"hand / {other}", region=other)
    check_writer(lab, found, other)
    if item_in(lab, lab.region, key) is None:
        raise Pending("replicating", _SOON, table=lab.name("global"), key=f"hand / {other}")
    writes = _writes(lab)
    if not writes:
        if is_recent(lab, text(found, "at")):
            raise Pending("metrics_late", _WAIT, table=lab.name("global"))
        raise NotYet("written_elsewhere", table=lab.name("global"), region=other, actual=lab.region)
    return {"region": other, "writes": int(writes)}


def write_replica_trace(lab: Lab) -> Evidence | None:
    """CloudWatch counted writes of users in the second Region; what replication writes there it does not."""
    other = lab.replica_region
    measured = summed(lab, other, "AWS/DynamoDB", "ConsumedWriteCapacityUnits", TableName=lab.name("global"))
    if not measured.total:
        return None
    return {"region": other, "writes": int(measured.total), "at": measured.since}


def _missing(lab: Lab, name: str) -> NotYet:
    region = lab.region_with(lambda aws: aws.dynamodb.describe_table, TableName=name)
    if region is not None:
        return NotYet("wrong_region", table=name, actual=region, wanted=lab.region)
    lab.refuse_other_learner(lab.aws.dynamodb.list_tables()["TableNames"])
    return NotYet("missing", table=name)


def _no_replica(lab: Lab, source: TableDescriptionTypeDef, elsewhere: list[str]) -> NotYet:
    name, other = source.get("TableName", "-"), lab.replica_region
    alone = lab.find(lab.at(other).dynamodb.describe_table, TableName=name)
    if (
        alone is not None
        and alone["Table"]["TableStatus"] != "DELETING"
        and not alone["Table"].get("Replicas")
    ):
        return NotYet("two_tables", table=name, region=other)
    if elsewhere:
        return NotYet("elsewhere", table=name, actual=", ".join(elsewhere), wanted=other)
    return NotYet("missing", table=name, region=other)


def _regions_in(updates: Any) -> list[str]:
    """The Regions for which an event made replicas."""
    return [
        str((one.get("create") or {}).get("regionName")) for one in updates or () if isinstance(one, dict)
    ]


def _items(lab: Lab, region: str) -> dict[str, str] | None:
    """Key -> content of everything in the table of one Region; None if there is no such table."""
    found: dict[str, str] = {}
    start: dict[str, Any] = {}
    for _ in range(_MOST_PAGES):
        page = lab.find(lab.at(region).dynamodb.scan, TableName=lab.name("global"), **start)
        if page is None:
            return None
        items: list[Any] = page["Items"]
        found |= {_key(one): json.dumps(one, sort_keys=True, default=repr) for one in items}
        if "LastEvaluatedKey" not in page:
            return found
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
    raise NotYet("crowded", table=lab.name("global"), truncated=len(found))


def _key(one: Item) -> str:
    return f"{text(one, 'PK')} / {text(one, 'SK')}"


def _writes(lab: Lab) -> float:
    name = lab.name("global")
    return summed(lab, lab.replica_region, "AWS/DynamoDB", "ConsumedWriteCapacityUnits", TableName=name).total
