"""Finds out what became of records whose answer never came: a killed run, a line that broke."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence

from checkday.writer.journal import Journal

_PAUSE = 2.0


def settle(
    journal: Journal, uuids: Sequence[str], arrived: Callable[[float], Counter[str]], patience: float
) -> None:
    """Note which doubtful records have arrived, once they all have or they must have by now.

    `patience` is how many seconds after a try the stream has surely written what it took.
    """
    newest = max((doubt.at for doubt in journal.doubts.values()), default=0.0)
    oldest = min((doubt.at for doubt in journal.doubts.values()), default=0.0)
    while journal.doubts:
        there = _there(journal, uuids, arrived(oldest))
        missing = any(number not in there for doubt in journal.doubts.values() for number in doubt.numbers)
        wait = newest + patience - time.time()
        if not missing or wait <= 0:
            for attempt, doubt in list(journal.doubts.items()):
                journal.end(attempt, there.intersection(doubt.numbers))
        else:
            time.sleep(min(_PAUSE, wait))


def _there(journal: Journal, uuids: Sequence[str], found: Counter[str]) -> set[int]:
    """The doubtful records that are there, not counting those that other copies stand for."""
    unexplained = found.copy()
    unexplained.subtract(uuids[number] for number in journal.accepted)
    there = set()
    for number in sorted(number for doubt in journal.doubts.values() for number in doubt.numbers):
        if unexplained[uuids[number]] > 0:
            unexplained[uuids[number]] -= 1
            there.add(number)
    return there
