"""The server's life in its own process: bound to loopback, saving as it goes, ended by a signal."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, cast

from hypercorn.asyncio import serve as serve_with_hypercorn
from hypercorn.config import Config
from ministack.app import app

from checkday.sandbox.keeper import Keeper
from checkday.sandbox.overlay.emulator import attach
from checkday.sandbox.visitors import programs_only

if TYPE_CHECKING:
    from hypercorn.typing import ASGIFramework

_GRACE = 1.0
"""Seconds that requests under way get when the server is told to stop."""

_LOOK_FOR_PARENT = 0.5


async def serve(host: str, port: int, *, with_parent: bool) -> None:
    """Answer until told to stop."""
    keeper = Keeper(app)
    settle = attach(keeper.note)
    config = Config()
    config.bind = [f"{host}:{port}"]
    config.keep_alive_timeout = 75
    config.graceful_timeout = _GRACE
    config.loglevel = "WARNING"
    keeping = asyncio.create_task(keeper.keep())
    stopped = _stop_signal(with_parent=with_parent)

    async def stopped_and_settled() -> None:
        await stopped()
        await settle()

    await serve_with_hypercorn(
        cast("ASGIFramework", programs_only(keeper)), config, shutdown_trigger=stopped_and_settled
    )
    keeping.cancel()


def _stop_signal(*, with_parent: bool) -> Callable[[], Awaitable[object]]:
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    return partial(_told_or_orphaned, told, os.getppid()) if with_parent else told.wait


async def _told_or_orphaned(told: asyncio.Event, parent: int) -> None:
    """Until told to stop, or until the command that started us is gone, however that ended."""
    while not told.is_set() and os.getppid() == parent:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(told.wait(), _LOOK_FOR_PARENT)
