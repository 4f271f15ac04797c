"""CloudWatch's metrics inside ministack 1.5.33: one point a minute holds all samples of it."""

from __future__ import annotations

import time
from collections.abc import Mapping

from ministack.services import cloudwatch

Sums = tuple[float, float, float, float]
"""How many samples, their sum, the least and the most."""


def add(metric: str, sums: Sums, unit: str, dimensions: Mapping[str, str]) -> None:
    """Add samples to this minute's point of a metric, named as `namespace:name`."""
    namespace, _, name = metric.partition(":")
    key = (namespace, name, cloudwatch._dims_key(dict(dimensions)))  # noqa: SLF001
    points, now = cloudwatch._metric_bucket(key), time.time()  # noqa: SLF001
    if not points or int(points[-1]["Timestamp"] // 60) != int(now // 60):
        points.append({"Timestamp": now, "Unit": unit, "Dimensions": dict(dimensions)})
    count, total, least, most = sums
    old = points[-1].get("_stat")
    if old is not None:
        count, total = count + old["SampleCount"], total + old["Sum"]
        least, most = min(least, old["Minimum"]), max(most, old["Maximum"])
    summary = {"SampleCount": count, "Sum": total, "Minimum": least, "Maximum": most}
    points[-1] |= {"Value": total / count, "_stat": summary}
