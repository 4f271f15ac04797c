"""Day 6, capacity: a small provisioned table was asked for more than it has, and nothing dear runs."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from checkday.checks.indexes import existing_table
from checkday.checks.items import table
from checkday.checks.traces import tables_made
from checkday.lab import Evidence, Lab, NotYet, Pending
from checkday.names import PATTERN_TABLES
from checkday.prices import cost

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch.type_defs import DatapointTypeDef

_MOST_UNITS, _SMALL = 100, 5
_DAYS_OF_A_MONTH = 730 / 24
_HISTORY, _RECENT = timedelta(days=59), timedelta(minutes=10)
"""As long as one point an hour is answered at once, and as long as a metric may take to appear."""


def capacity(lab: Lab) -> Evidence:
    """A table of five units has refused writes, and none of the tables has more than a hundred."""
    for what in PATTERN_TABLES:
        _check_capacity(lab, what)
    name, found = lab.name("throttle"), existing_table(lab, "throttle")
    throttled = _sum(_points_of(lab, "WriteThrottleEvents"))
    if not throttled:
        used = _points_of(lab, "ConsumedWriteCapacityUnits")
        last = max((one["Timestamp"] for one in used), default=found["CreationDateTime"])
        # A point stands at the beginning of its hour, so the hour itself is recent as well.
        if lab.now - last < _RECENT or (used and lab.now - last < timedelta(hours=1) + _RECENT):
            raise Pending("metrics_late", 60, table=name)
        if not used:
            raise NotYet("idle", table=name)
        raise NotYet("not_throttled", table=name, units=int(_sum(used)))
    return {"table": name, "throttled": int(throttled)}


def capacity_trace(lab: Lab) -> Evidence | None:
    """A table of five units was made, and CloudWatch counted writes that it refused."""
    made = tables_made(lab, "throttle")
    if not made:
        return None
    units = [one.parameter("provisionedThroughput.writeCapacityUnits") for one in made]
    throttled = _sum(_points_of(lab, "WriteThrottleEvents"))
    if not throttled or not any(str(one).isdigit() and int(one) <= _SMALL for one in units):
        raise lab.proof_gone()
    return {
        "table": lab.name("throttle"),
        "throttled": int(throttled),
        "event": made[0].id,
        "at": made[0].time,
    }


def _check_capacity(lab: Lab, what: str) -> None:
    found: Any = table(lab, what)
    # A table that was always provisioned has no billing mode at all.
    if found is None or found.get("BillingModeSummary", {}).get("BillingMode") == "PAY_PER_REQUEST":
        return
    given = [
        one.get("ProvisionedThroughput", {}) for one in (found, *found.get("GlobalSecondaryIndexes", ()))
    ]
    writes = sum(one.get("WriteCapacityUnits", 0) for one in given)
    reads = sum(one.get("ReadCapacityUnits", 0) for one in given)
    if writes + reads > _MOST_UNITS:
        month = cost(lab.region, dynamodb_wcu_month=writes, dynamodb_rcu_month=reads).usd_month
        a_day = round(month / _DAYS_OF_A_MONTH, 2)
        raise NotYet("over_provisioned", table=lab.name(what), writes=writes, reads=reads, usd_day=a_day)


def _points_of(lab: Lab, metric: str) -> list[DatapointTypeDef]:
    """One point an hour that has any."""
    answer = lab.aws.cloudwatch.get_metric_statistics(
        Namespace="AWS/DynamoDB",
        MetricName=metric,
        Dimensions=[{"Name": "TableName", "Value": lab.name("throttle")}],
        StartTime=lab.now - _HISTORY,
        EndTime=lab.now + timedelta(minutes=1),
        Period=3600,
        Statistics=["Sum"],
    )
    return [one for one in answer.get("Datapoints", []) if one.get("Sum", 0) > 0]


def _sum(points: list[DatapointTypeDef]) -> float:
    return sum(one.get("Sum", 0) for one in points)
