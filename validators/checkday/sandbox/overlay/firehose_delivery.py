"""Delivering what a stream has buffered: one object a flush, by size or by time, as its hints say."""

from __future__ import annotations

import asyncio
import base64
import contextvars
import functools
import gzip
import json
import os
import time
from collections.abc import Mapping
from typing import Any

from checkday.sandbox.overlay import firehose_keys as keys
from checkday.sandbox.overlay.firehose_buffer import Batch, Buffer, Stream
from checkday.sandbox.overlay.roles import can_assume
from checkday.sandbox.overlay.s3 import bucket_exists
from checkday.sandbox.overlay.wire import Emulator, Request, call

SERVICE = "firehose.amazonaws.com"
CAP = float(os.environ.get("CHECKDAY_SANDBOX_BUFFER", "5"))
"""Seconds that records wait at most, whatever the stream's hint says: a lab must not wait five minutes."""

_MEGABYTE = 1024 * 1024
_DEFAULT_SIZE, _DEFAULT_INTERVAL = 5, 300
_RETRIED_FOR = 24 * 3600.0
_LONGEST_PAUSE = 60.0

_ESCAPES = {"\\n": "\n", "\\r": "\r", "\\t": "\t"}


def delimiter(settings: Mapping[str, Any]) -> bytes:
    """What the stream appends to each record."""
    processing = settings.get("ProcessingConfiguration") or {}
    for one in (processing.get("Processors") or []) if processing.get("Enabled") else []:
        if one.get("Type") == "AppendDelimiterToRecord":
            named = {each["ParameterName"]: each["ParameterValue"] for each in one.get("Parameters") or []}
            end: str = named.get("Delimiter", "\\n")
            return functools.reduce(lambda text, pair: text.replace(*pair), _ESCAPES.items(), end).encode()
    return b""


class Delivery:
    """The buffers of all streams, and when each is emptied."""

    def __init__(self, buffer: Buffer, emulator: Emulator) -> None:
        self.buffer = buffer
        self._emulator = emulator
        self._timers: dict[Stream, asyncio.TimerHandle] = {}
        self._locks: dict[Stream, asyncio.Lock] = {}
        self._pauses: dict[Stream, float] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def resume(self) -> None:
        """Take up what an earlier server left."""
        for stream in self.buffer.streams():
            self._await_interval(stream)

    def add(self, stream: Stream, records: list[bytes], settings: Mapping[str, Any]) -> None:
        """Take records, and deliver at once if they fill an object."""
        end = delimiter(settings)
        self.buffer.add(stream, [record + end for record in records] if end else records)
        if self.buffer.size(stream) >= _size(settings) and stream not in self._pauses:
            self._begin(stream, _size(settings))
        self._await_interval(stream)

    async def flush(self, stream: Stream, at_least: int = 1) -> None:
        """Deliver in objects of the hinted size while so much waits."""
        async with self._locks.setdefault(stream, asyncio.Lock()):
            with self._emulator.acting(stream.account, stream.region):
                while self.buffer.size(stream) >= at_least and await self._deliver(stream):
                    pass
        if timer := self._timers.pop(stream, None):
            timer.cancel()
        self._await_interval(stream)
        self._emulator.keep("cloudwatch")

    async def flush_all(self) -> None:
        """Deliver everything, because the server ends."""
        for stream in self.buffer.streams():
            await self.flush(stream)

    def _begin(self, stream: Stream, at_least: int) -> None:
        # A context of its own: nothing of the request that filled the buffer belongs to the delivery.
        task = asyncio.get_running_loop().create_task(
            self.flush(stream, at_least), context=contextvars.Context()
        )
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _await_interval(self, stream: Stream) -> None:
        """Deliver what waits when the oldest of it has waited long enough."""
        oldest = self.buffer.oldest(stream)
        if stream in self._timers or oldest is None:
            return
        with self._emulator.acting(stream.account, stream.region):
            settings = _settings(self._emulator.stream(stream.name))
        wait = max(oldest + _interval(settings) - time.time(), self._pauses.get(stream, 0.0), 0.0)
        self._timers[stream] = asyncio.get_running_loop().call_later(wait, self._interval_over, stream)

    def _interval_over(self, stream: Stream) -> None:
        del self._timers[stream]
        self._begin(stream, 1)

    async def _deliver(self, stream: Stream) -> bool:
        """Write one object; False if that must be tried again later."""
        found = self._emulator.stream(stream.name)
        if found is None:
            self.buffer.forget(stream)
            return False
        settings = _settings(found)
        batch = self.buffer.take(stream, _size(settings))
        if batch is None:
            return False
        fault = await self._write(found, settings, batch)
        self._measure(stream, batch, delivered=fault is None)
        if fault is None or await self._gave_up(found, settings, batch, fault):
            self._pauses.pop(stream, None)
            self.buffer.drop(stream, batch)
            return True
        self._pauses[stream] = min(2 * self._pauses.get(stream, CAP / 2), _LONGEST_PAUSE)
        return False

    async def _write(
        self, stream: Mapping[str, Any], settings: Mapping[str, Any], batch: Batch
    ) -> tuple[str, str] | None:
        key = keys.key(settings, stream["name"], stream["version"], batch.arrived)
        body = await asyncio.to_thread(_pack, batch.records, settings.get("CompressionFormat", ""))
        return await self._put(stream, settings, key, body)

    async def _put(
        self, stream: Mapping[str, Any], settings: Mapping[str, Any], key: str, body: bytes
    ) -> tuple[str, str] | None:
        """None, or the error's code and message as Firehose logs them."""
        role, bucket = settings["RoleARN"], settings["BucketARN"].rpartition(":::")[2]
        if not await can_assume(role, SERVICE, stream["arn"], self._emulator):
            return "S3.AccessDenied", f"Firehose is unable to assume role {role}."
        if not await bucket_exists(bucket, self._emulator):
            return "S3.NoSuchBucket", f"The specified bucket {bucket} does not exist."
        denial = self._emulator.role_denial(role, "s3:PutObject", f"arn:aws:s3:::{bucket}/{key}")
        if denial is not None:
            return "S3.AccessDenied", denial
        answer = await self._emulator.ask_as_service(Request("s3", "PUT", f"/{bucket}/{key}", body=body))
        return None if answer.good else ("S3.InternalError", "The object could not be written.")

    async def _gave_up(
        self, stream: Mapping[str, Any], settings: Mapping[str, Any], batch: Batch, fault: tuple[str, str]
    ) -> bool:
        """Log the fault; True if the records wait no longer, because they are put aside or too old."""
        await _log(stream, settings, fault, self._emulator)
        key = keys.error_key(settings, stream["name"], stream["version"], batch.arrived, "processing-failed")
        aside = await self._put(stream, settings, key, _failed(batch, fault))
        return aside is None or time.time() - batch.arrived > _RETRIED_FOR

    def _measure(self, stream: Stream, batch: Batch, *, delivered: bool) -> None:
        dimensions = {"DeliveryStreamName": stream.name}
        age = max(time.time() - batch.arrived, 0.0)
        found = [("Success", float(delivered), "Count"), ("DataFreshness", age, "Seconds")]
        if delivered:
            found.append(("Records", len(batch.records), "Count"))
            found.append(("Bytes", sum(map(len, batch.records)), "Bytes"))
        for name, value, unit in found:
            self._emulator.count(f"AWS/Firehose:DeliveryToS3.{name}", value, unit, dimensions)


def _settings(stream: Mapping[str, Any] | None) -> Mapping[str, Any]:
    destinations = stream["destinations"] if stream else []
    return destinations[0]["config"] if destinations else {}


def _size(settings: Mapping[str, Any]) -> int:
    hints = settings.get("BufferingHints") or {}
    return int(hints.get("SizeInMBs", _DEFAULT_SIZE)) * _MEGABYTE


def _interval(settings: Mapping[str, Any]) -> float:
    hints = settings.get("BufferingHints") or {}
    return min(float(hints.get("IntervalInSeconds", _DEFAULT_INTERVAL)), CAP)


def _pack(records: list[bytes], compression: str) -> bytes:
    body = b"".join(records)
    return gzip.compress(body, mtime=0) if compression == "GZIP" else body


def _failed(batch: Batch, fault: tuple[str, str]) -> bytes:
    """The records as Firehose puts them aside: one JSON object a line."""
    now = int(time.time() * 1000)
    common = {
        "attemptsMade": 1,
        "arrivalTimestamp": int(batch.arrived * 1000),
        "errorCode": fault[0],
        "errorMessage": fault[1],
        "attemptEndingTimestamp": now,
    }
    lines = ({**common, "rawData": base64.b64encode(record).decode()} for record in batch.records)
    return "".join(json.dumps(line) + "\n" for line in lines).encode()


async def _log(
    stream: Mapping[str, Any], settings: Mapping[str, Any], fault: tuple[str, str], emulator: Emulator
) -> None:
    options = settings.get("CloudWatchLoggingOptions") or {}
    if not options.get("Enabled"):
        return
    message = {
        "deliveryStreamARN": stream["arn"],
        "destination": settings["BucketARN"],
        "deliveryStreamVersionId": stream["version"],
        "message": fault[1],
        "errorCode": fault[0],
    }
    event = {"timestamp": int(time.time() * 1000), "message": json.dumps(message)}
    group, log = options.get("LogGroupName", ""), options.get("LogStreamName", "")
    put = call("logs", "PutLogEvents", logGroupName=group, logStreamName=log, logEvents=[event])
    await emulator.ask_as_service(put)
