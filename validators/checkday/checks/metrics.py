"""What the checks of several days ask of CloudWatch: it remembers longer than what it measured lasts."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import NamedTuple

from checkday.lab import Lab

_HISTORY = timedelta(days=59)
"""As long as one point an hour is answered at once."""

LATE = timedelta(minutes=10)
"""As long as a metric may take to appear."""


class Measured(NamedTuple):
    """The sum of a metric over its whole history, and the beginning of the first hour that has any."""

    total: float
    since: str
    """ISO 8601 in UTC; empty where the total is nothing."""


def summed(lab: Lab, region: str, namespace: str, metric: str, **dimensions: str) -> Measured:
    """How often something happened, or how much was used, in one Region."""
    answer = lab.at(region).cloudwatch.get_metric_statistics(
        Namespace=namespace,
        MetricName=metric,
        Dimensions=[{"Name": name, "Value": value} for name, value in dimensions.items()],
        StartTime=lab.now - _HISTORY,
        EndTime=lab.now + timedelta(minutes=1),
        Period=3600,
        Statistics=["Sum"],
    )
    points = [one for one in answer.get("Datapoints", []) if one.get("Sum", 0) > 0]
    since = min((one["Timestamp"] for one in points), default=None)
    total = sum(one.get("Sum", 0.0) for one in points)
    return Measured(total, since.astimezone(UTC).isoformat() if since else "")


def is_recent(lab: Lab, moment: str) -> bool:
    """Whether something happened so lately that its metric may still be on its way.

    A moment ahead of our clock is recent: one of the two clocks is wrong, and nothing is decided by that.
    """
    then = lab.moment(moment)
    return then is not None and lab.now - then < LATE
