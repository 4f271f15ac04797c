"""A dated table of list prices: enough to say what a forgotten resource costs, never a bill."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["HOURS", "Cost", "Figure", "cost", "everything", "figure", "stale"]

HOURS = 730
"""In a month, as AWS counts."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One price in one Region. Without a date, it is believed and was never compared."""

    name: str
    usd: float
    source: str
    checked: date | None


@dataclass(frozen=True, slots=True)
class Cost:
    """US dollars a month, and the figures they were reckoned from."""

    usd_month: float = 0.0
    figures: frozenset[Figure] = frozenset()


def cost(region: str, **amounts: float) -> Cost:
    """What these amounts of these figures come to, for example `cost(region, s3_gb_month=2.5)`."""
    counted = {name: amount for name, amount in amounts.items() if amount}
    figures = {name: figure(name, region) for name in counted}
    total = sum(amount * figures[name].usd for name, amount in counted.items())
    return Cost(total, frozenset(figures.values()))


def figure(name: str, region: str) -> Figure:
    """The price in this Region; in one the table lacks, the dearest of those it has."""
    known = {one: _figure(name, entry) for one, entry in _table()["figures"][name].items() if one != "unit"}
    return known.get(region) or max(known.values(), key=lambda one: one.usd)


def everything() -> Iterator[tuple[str, Figure]]:
    """Every figure of the table, with its Region."""
    for name, entry in _table()["figures"].items():
        for region in entry:
            if region != "unit":
                yield region, figure(name, region)


def stale(figures: Iterable[Figure], today: date) -> list[Figure]:
    """Those that nobody has compared with AWS's own list lately."""
    oldest = today - timedelta(days=_table()["fresh_days"])
    return [one for one in figures if one.checked is None or one.checked < oldest]


def _figure(name: str, entry: dict[str, Any]) -> Figure:
    checked = entry["checked"]
    return Figure(name, entry["usd"], entry["source"], date.fromisoformat(checked) if checked else None)


@cache
def _table() -> dict[str, Any]:
    text = Path(__file__).with_name("prices.json").read_text(encoding="utf-8")
    table: dict[str, Any] = json.loads(text)
    return table
