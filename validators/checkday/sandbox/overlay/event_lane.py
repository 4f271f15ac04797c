"""Brings one lane of a stream to a function: gathers batches, calls, tries again, and gives up as asked.

A lane keeps the order of the keys that fall to it. How far it has come is a part of the mapping, and is saved
at one moment with the streams and the tables: what a function wrote and a killed server has lost, the
function gets again.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import time
import zlib
from collections.abc import Sequence
from urllib.parse import urlencode

from checkday.sandbox.overlay import age, event_rights
from checkday.sandbox.overlay.event_batches import Batch, fate, given_up_message, too_old
from checkday.sandbox.overlay.sources import Change, Following, Outcome
from checkday.sandbox.overlay.wire import Emulator, Request, call

_PAUSE = 0.1
"""Seconds that a first record waits for others; AWS looks for records four times a second."""

_LOOK = 5.0
"""Seconds after which a lane without records looks whether its stream is still there."""

_RETRY = float(os.environ.get("CHECKDAY_SANDBOX_RETRY", "0.2"))
"""Seconds before a failed batch is tried again; twice as many each time, and at most so many:"""
_LONGEST_RETRY = 5.0

_BUSY = 0.5
"""Seconds before a function that was throttled is asked again."""

_LARGEST = 6 * 1024 * 1024
"""Bytes of records that a function gets at once."""


class Lane:
    """Follows those keys of a stream that fall to it, one batch after the other."""

    def __init__(self, emulator: Emulator, mapping: Following, number: int) -> None:
        self._emulator, self._mapping, self._number = emulator, mapping, str(number)
        self._place = (emulator.account, emulator.region)
        self._stopped = asyncio.Event()
        self.wake = asyncio.Event()

    def stop(self) -> None:
        """Do not go on after what goes on."""
        self._stopped.set()
        self.wake.set()

    async def run(self, predecessors: Sequence[asyncio.Task[None]]) -> None:
        """Follow until stopped, once those that followed before have ended."""
        if predecessors:
            await asyncio.wait(predecessors)
        with self._emulator.acting(*self._place):
            left = self._mapping["LastModified"] + age.CREATING - time.time()
            await self._pause(min(age.CREATING, left))
            while not self._stopped.is_set():
                records, seen = await self._gathered()
                if await self._deliver(Batch(records)):
                    self._move(seen)

    async def _gathered(self) -> tuple[list[Change], str]:
        """The next records, once there are some, and the last that was looked at."""
        self.wake.clear()
        records, seen = self._available()
        if not records:
            if seen == self._at:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.wake.wait(), _LOOK)
            return records, seen
        until = time.monotonic() + max(_PAUSE, float(self._mapping["MaximumBatchingWindowInSeconds"]))
        while len(records) < self._mapping["BatchSize"] and (left := until - time.monotonic()) > 0:
            await self._pause(min(_PAUSE, left))
            if self._stopped.is_set():
                break
            records, seen = self._available()
        return records, seen

    def _available(self) -> tuple[list[Change], str]:
        found = self._emulator.sources.after(self._mapping["EventSourceArn"], self._at)
        if found is None:
            self._say("PROBLEM: Stream not found")
        records: list[Change] = []
        seen, size = self._at, 0
        for record in found or []:
            if self._is_mine(record) and self._emulator.sources.passes(self._mapping, record):
                size += int(record["dynamodb"]["SizeBytes"])
                if records and size > _LARGEST:
                    break
                records.append(record)
            seen = record["dynamodb"]["SequenceNumber"]
            if len(records) == self._mapping["BatchSize"]:
                break
        return records, seen

    def _is_mine(self, record: Change) -> bool:
        lanes = int(self._mapping["ParallelizationFactor"])
        if lanes == 1:
            return True
        keys = json.dumps(record["dynamodb"]["Keys"], sort_keys=True)
        return str(zlib.crc32(keys.encode()) % lanes) == self._number

    async def _deliver(self, first: Batch) -> bool:
        """Bring a batch to the function, in as many parts and as often as it takes; False if stopped."""
        left = [first] if first.records else []
        while left and not self._stopped.is_set():
            expired, batch = too_old(left.pop(0), self._mapping)
            if expired is not None:
                await self._give_up(expired, "RecordAgeExceeded")
            if batch.records:
                left[:0] = await self._tried(batch)
        return not left and not self._stopped.is_set()

    async def _tried(self, batch: Batch) -> Sequence[Batch]:
        """Call the function once; what is to be tried next."""
        outcome = await self._called(batch)
        if not outcome.ran:
            self._say(outcome.problem or self._mapping["LastProcessingResult"])
            await self._pause(_BUSY)
            return [batch]
        called = batch._replace(calls=batch.calls + 1)
        found = fate(called, outcome, self._mapping)
        self._say("OK" if found.done == len(batch.records) else "PROBLEM: Function call failed")
        if found.done:
            self._move(batch.records[found.done - 1]["dynamodb"]["SequenceNumber"])
        if found.given_up is not None:
            await self._give_up(found.given_up, "RetryAttemptsExhausted")
        elif found.again and found.again[0].tries > batch.tries:
            await self._pause(min(_LONGEST_RETRY, _RETRY * 2 ** min(batch.tries, 10)))
        return found.again

    async def _called(self, batch: Batch) -> Outcome:
        problem = event_rights.unreadable(self._mapping, self._emulator)
        if problem is not None:
            return Outcome(ran=False, failed=True, said=None, problem=f"PROBLEM: {problem}")
        return await self._emulator.sources.invoke(self._mapping, batch.records)

    async def _give_up(self, batch: Batch, condition: str) -> None:
        """Go on behind these records, and tell the destination, if there is one and it can be told."""
        target = event_rights.destination(self._mapping)
        message = given_up_message(batch, self._mapping, condition)
        kind, name = event_rights.service_of(target), target.rpartition(":")[2]
        if kind == "sqs":
            url = f"http://sqs/{target.split(':')[4]}/{name}"
            await self._emulator.ask_as_service(call("sqs", "SendMessage", QueueUrl=url, MessageBody=message))
        elif kind == "sns":
            body = urlencode({"Action": "Publish", "TopicArn": target, "Message": message}).encode()
            await self._emulator.ask_as_service(Request("sns", "POST", "/", body=body))
        self._move(batch.records[-1]["dynamodb"]["SequenceNumber"])

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopped.wait(), max(0.0, seconds))

    @property
    def _at(self) -> str:
        return str(self._mapping["_lanes"][self._number])

    def _move(self, sequence: str) -> None:
        if sequence > self._at:
            self._mapping["_lanes"][self._number] = sequence
            self._emulator.touch()

    def _say(self, result: str) -> None:
        if self._mapping["LastProcessingResult"] != result:
            self._mapping["LastProcessingResult"] = result
            self._emulator.touch()
