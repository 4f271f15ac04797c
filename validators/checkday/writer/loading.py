"""Puts items into a table: several batches at once, and again what DynamoDB did not come to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from threading import Event

from checkday.data.loads import Item
from checkday.errors import CheckdayError
from checkday.writer.client import AT_ONCE, TRIES, Fault, Writer, pause
from checkday.writer.errors import Interrupted, NotSent

_BATCH = 25
"""Items that one BatchWriteItem may hold."""


def put_all(table: str, items: Sequence[Item], writer: Writer, progress: Callable[[int], None]) -> None:
    """Put every item; one that is there already is replaced, so nothing is ever there twice.

    `progress` is called with the number of items that DynamoDB has taken.

    Raises:
        NotSent: AWS refuses; what it has taken stays.
        Interrupted: the same by Ctrl-C.

    """
    stop, taken = Event(), 0
    batches = [items[start : start + _BATCH] for start in range(0, len(items), _BATCH)]
    pool = ThreadPoolExecutor(AT_ONCE)
    try:
        under_way: list[Future[int]] = [pool.submit(_put, table, batch, writer, stop) for batch in batches]
        for future in as_completed(under_way):
            taken += future.result()
            progress(taken)
    except KeyboardInterrupt as reason:
        raise Interrupted(taken, len(items)) from reason
    finally:
        stop.set()
        pool.shutdown(cancel_futures=True)


def _put(table: str, batch: Sequence[Item], writer: Writer, stop: Event) -> int:
    """How many were put: all, unless it was told to stop."""
    left, unprocessed, failures = batch, batch, 0
    while left and not stop.wait(pause(failures)):
        reason: CheckdayError = NotSent("data.load.throttled", name=table, count=len(left))
        try:
            unprocessed = writer.put_items(table, left)
        except Fault as fault:
            if not (fault.again or fault.doubtful):
                raise fault.reason from fault
            # Unlike a record, an item may be put twice: the second takes the place of the first.
            unprocessed, reason = left, fault.reason
        failures = failures + 1 if len(unprocessed) == len(left) else min(len(unprocessed), 1)
        left = unprocessed
        if failures == TRIES:
            raise reason
    return len(batch) - len(left)
