"""Keeps the emulator's state on disk as it changes: by itself it would save only when it stops in peace."""

from __future__ import annotations

import asyncio
import time

from ministack.app import _build_persistence_save_dict as states
from ministack.core.persistence import save_all

from checkday.sandbox.visitors import Application, Receive, Scope, Send

_READS = {"GET", "HEAD", "OPTIONS"}

_PAUSE = 1.0
_SHARE = 20
"""Saving may take a twentieth of the time at most, however much there is to save."""


class Keeper:
    """The application, with every request that may have changed something noticed."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._changed = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._application(scope, receive, send)
        if scope["type"] == "http" and scope["method"] not in _READS:
            self.note()

    def note(self) -> None:
        """Have what changed saved soon."""
        self._changed.set()

    async def keep(self) -> None:
        """Save what changed, until cancelled; in the loop's own thread, so that nothing changes meanwhile."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            began = time.monotonic()
            save_all(states())
            await asyncio.sleep(max(_PAUSE, _SHARE * (time.monotonic() - began)))
