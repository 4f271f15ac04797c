"""Chance that falls the same in every Python: of `random`, only seeding and `random()` are promised to."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random
from typing import TypeVar

T = TypeVar("T")


def seeded(seed: int) -> Random:
    """The beginning of one sequence."""
    return Random(seed)  # noqa: S311 - repeatable is the point


def shuffled(items: Iterable[T], random: Random) -> list[T]:
    """The items in an order of chance; `shuffle()` and `sample()` may change with the version."""
    return sorted(items, key=lambda _: random.random())
