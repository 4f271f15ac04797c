"""DynamoDB's time to live: within seconds what has expired is gone; on AWS it may take days."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import os
import time
from collections.abc import Mapping

from checkday.sandbox.overlay import emulator_expiry
from checkday.sandbox.overlay.meter import Metric, meter
from checkday.sandbox.overlay.wire import Answer, Emulator, Handler, Request, good

_PAUSE = float(os.environ.get("CHECKDAY_SANDBOX_TTL", "2"))
"""Seconds between two looks."""

_sweeping: list[asyncio.Task[None]] = []


def resume(_emulator: Emulator) -> None:
    # A context of its own: nothing of what starts the server belongs to what is swept later.
    loop, context = asyncio.get_running_loop(), contextvars.Context()
    _sweeping[:] = [loop.create_task(_sweep_for_ever(), context=context)]


async def stop(_emulator: Emulator) -> None:
    for task in _sweeping:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _sweep_for_ever() -> None:
    while True:
        await asyncio.sleep(_PAUSE)
        for (account, region, table), count in emulator_expiry.sweep(time.time()).items():
            name = "TimeToLiveDeletedItemCount"
            metric = Metric(account, region, "AWS/DynamoDB", name, "Count", (("TableName", table),))
            meter().add(metric, count)


async def _records(request: Request, emulator: Emulator) -> Answer:
    """Records as the stream's own API spells them: there an identity begins with capitals."""
    answer = await emulator.ask(request)
    if not answer.good or b'"userIdentity"' not in answer.body:
        return answer
    values = answer.values
    for record in values["Records"]:
        identity = record.get("userIdentity")
        if identity is not None:
            record["userIdentity"] = {"Type": identity["type"], "PrincipalId": identity["principalId"]}
    return good(values)


STREAM_HANDLERS: Mapping[str, Handler] = {"GetRecords": _records}
