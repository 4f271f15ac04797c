"""Puts items into a table: several batches at once, and again what DynamoDB did not come to."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from threading import Event
from zlib import crc32

from checkday.data.loads import Item, Load
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


def put_newer(
    table: str, items: Sequence[Item], load: Load, writer: Writer, progress: Callable[[int], None]
) -> int:
    """Put each item that is newer than what is stored; how many were refused because they are not.

    Several lanes send at once, each the messages of its keys in their order: so the number refused is always
    the same. `progress` is called with the number sent.

    Raises:
        NotSent: AWS refuses; what it has taken stays.
        Interrupted: the same by Ctrl-C.

    """
    stop, sent, refused = Event(), 0, 0
    pool = ThreadPoolExecutor(AT_ONCE)
    try:
        under_way = {
            pool.submit(_send, table, lane, load.newer, writer, stop): len(lane)
            for lane in _lanes(items, [name for name, _ in load.keys])
        }
        for future in as_completed(under_way):
            refused += future.result()
            sent += under_way[future]
            progress(sent)
    except KeyboardInterrupt as reason:
        raise Interrupted(sent, len(items)) from reason
    finally:
        stop.set()
        pool.shutdown(cancel_futures=True)
    return refused


def _lanes(items: Sequence[Item], keys: Sequence[str]) -> list[list[Item]]:
    lanes: list[list[Item]] = [[] for _ in range(0, len(items), _BATCH)]
    for item in items:
        key = json.dumps([item[name] for name in keys])
        lanes[crc32(key.encode()) % len(lanes)].append(item)
    return lanes


def _send(table: str, lane: Sequence[Item], newer: str, writer: Writer, stop: Event) -> int:
    """How many of one lane's items were refused for being no newer."""
    refused = 0
    for item in lane:
        failures = 0
        while not stop.wait(pause(failures)):
            try:
                refused += not writer.put_newer(table, item, newer)
                break
            except Fault as fault:
                failures += 1
                # Sent twice does no harm: the second time it is no newer than the first.
                if not (fault.again or fault.doubtful) or failures == TRIES:
                    raise fault.reason from fault
    return refused


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
