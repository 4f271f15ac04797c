"""Service metrics of AWS: counted in memory as requests pass by, published in CloudWatch a moment later."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import NamedTuple

from checkday.sandbox.overlay.wire import Emulator

_PAUSE = 1.0
"""Seconds between two publications; on AWS a metric is minutes late."""

Dimensions = tuple[tuple[str, str], ...]


class Metric(NamedTuple):
    """What is measured, and of what."""

    account: str
    region: str
    namespace: str
    name: str
    unit: str
    dimensions: Dimensions


class Summary(NamedTuple):
    """A statistic set."""

    samples: float
    total: float
    least: float
    most: float

    def joined(self, other: Summary) -> Summary:
        """Both as one."""
        least, most = min(self.least, other.least), max(self.most, other.most)
        return Summary(self.samples + other.samples, self.total + other.total, least, most)


class Meter:
    """Sums up samples until they are published; any thread may add some."""

    def __init__(self, publish: Callable[[dict[Metric, Summary]], None]) -> None:
        self._publish = publish
        self._loop = asyncio.get_running_loop()
        self._lock = threading.Lock()
        self._sums: dict[Metric, Summary] = {}

    def add(self, metric: Metric, value: float) -> None:
        """Count one sample."""
        sample = Summary(1, value, value, value)
        with self._lock:
            first, known = not self._sums, self._sums.get(metric)
            self._sums[metric] = sample if known is None else known.joined(sample)
        if first:
            self._loop.call_soon_threadsafe(self._loop.call_later, _PAUSE, self.publish)

    def publish(self) -> None:
        """Hand over all that was counted."""
        with self._lock:
            sums, self._sums = self._sums, {}
        if sums:
            self._publish(sums)


_meters: list[Meter] = []


def meter() -> Meter:
    """The one meter of this server."""
    return _meters[0]


def resume(emulator: Emulator) -> None:
    _meters[:] = [Meter(lambda sums: _published(sums, emulator))]


async def publish(_emulator: Emulator) -> None:
    meter().publish()


def _published(sums: dict[Metric, Summary], emulator: Emulator) -> None:
    for metric, summary in sums.items():
        with emulator.acting(metric.account, metric.region):
            name = f"{metric.namespace}:{metric.name}"
            emulator.summarise(name, summary, metric.unit, dict(metric.dimensions))
    emulator.keep("cloudwatch")
