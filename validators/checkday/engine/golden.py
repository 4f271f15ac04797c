"""The learner's own right answers, counted when the first check asks for one."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

_APART = ("tables", "patterns", "trades", "library")
"""What stands under these names is of Days 5 to 7, and costs a few milliseconds instead of a second."""

_counting = threading.Lock()
"""The records of 64 learners at once would fill the memory, and be counted no sooner."""


class Golden(Mapping[str, Any]):
    """What is really in this learner's records. Checks that ask nothing pay nothing."""

    def __init__(self, learner: str) -> None:
        self._learner = learner

    @cached_property
    def _counts(self) -> Mapping[str, Any]:
        from checkday import data, golden  # noqa: PLC0415 - Day 1 does not wait for them
        from checkday.data import events  # noqa: PLC0415

        seed = data.seed_of(self._learner)
        return golden.cached(seed, lambda: events.records(seed), data.version())

    @cached_property
    def _tables(self) -> Mapping[str, Any]:
        from checkday import data, golden  # noqa: PLC0415 - Day 1 does not wait for them

        return golden.day5(data.seed_of(self._learner))

    @cached_property
    def _patterns(self) -> Mapping[str, Any]:
        from checkday import data, golden  # noqa: PLC0415 - Day 1 does not wait for them

        return golden.day6(data.seed_of(self._learner))

    @cached_property
    def _trades(self) -> Mapping[str, Any]:
        from checkday import data, golden  # noqa: PLC0415 - Day 1 does not wait for them
        from checkday.data import trades  # noqa: PLC0415

        seed = data.seed_of(self._learner)
        return golden.day7(trades.clean(seed), trades.faulty(seed))

    @cached_property
    def _library(self) -> Sequence[Any]:
        from checkday import golden  # noqa: PLC0415 - Day 1 does not wait for it

        return golden.library()

    def __getitem__(self, name: str) -> Any:
        with _counting:
            return getattr(self, f"_{name}") if name in _APART else self._counts[name]

    def __iter__(self) -> Iterator[str]:
        return iter((*self._counts, *_APART))

    def __len__(self) -> int:
        return len(self._counts) + len(_APART)
