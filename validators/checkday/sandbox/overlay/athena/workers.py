"""Engines in processes of their own: what a query does to its process, it does not do to the sandbox."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from checkday.sandbox.overlay.athena import settings
from checkday.sandbox.overlay.athena.world import Refused

Answerer = Callable[[str, Mapping[str, Any]], Awaitable[Any]]

_LONGEST_MESSAGE = 256 * 1024 * 1024
_EXHAUSTED = "Query exhausted resources at this scale factor"


class Worker:
    """One engine; it runs one query after another."""

    def __init__(self, process: asyncio.subprocess.Process, scratch: str) -> None:
        self._process = process
        self._scratch = scratch

    @classmethod
    async def start(cls) -> Worker:
        folder = settings.folder()
        scratch = tempfile.mkdtemp(dir=folder / "scratch")
        command = (
            "-m",
            "checkday.sandbox.overlay.athena.worker",
            str(folder / "objects"),
            scratch,
            str(settings.MEMORY),
        )
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=kept,
            limit=_LONGEST_MESSAGE,
        )
        return cls(process, scratch)

    @property
    def lives(self) -> bool:
        return self._process.returncode is None

    async def run(self, job: Mapping[str, Any], answer: Answerer) -> dict[str, Any]:
        """What the statement gave.

        Raises:
            Refused: it failed.

        """
        await self._tell({"run": job})
        while line := await self._hear():
            message: dict[str, Any] = json.loads(line)
            if "done" in message:
                return dict(message["done"])
            if "failed" in message:
                raise Refused("query", message["failed"]["name"], message["failed"]["message"])
            await self._tell(await _answered(answer, message))
        raise Refused("query", "EXCEEDED_MEMORY_LIMIT", _EXHAUSTED)

    async def end(self) -> None:
        """Kill it, whatever it does, and leave nothing of it."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        await asyncio.to_thread(shutil.rmtree, self._scratch, ignore_errors=True)

    async def _tell(self, message: Mapping[str, Any]) -> None:
        pipe = self._process.stdin
        if pipe is not None:
            with contextlib.suppress(ConnectionError):
                pipe.write(json.dumps(message).encode() + b"\n")
                await pipe.drain()

    async def _hear(self) -> bytes:
        return await self._process.stdout.readline() if self._process.stdout is not None else b""


async def _answered(answer: Answerer, message: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return {"answer": await answer(message["ask"], message["with"])}
    except Refused as refusal:
        return {"refused": {"kind": refusal.kind, "name": refusal.name, "message": str(refusal)}}


class Pool:
    """The engines at hand: started when they are needed, ended when they have long had nothing to do."""

    def __init__(self) -> None:
        self._idle: dict[Worker, asyncio.TimerHandle] = {}
        self._endings: set[asyncio.Task[None]] = set()

    async def take(self) -> Worker:
        while self._idle:
            worker, timer = self._idle.popitem()
            timer.cancel()
            if worker.lives:
                return worker
            self.discard(worker)
        return await Worker.start()

    def give_back(self, worker: Worker) -> None:
        self._idle[worker] = asyncio.get_running_loop().call_later(settings.IDLE, self.discard, worker)

    def discard(self, worker: Worker) -> None:
        self._idle.pop(worker, None)
        ending = asyncio.create_task(worker.end())
        self._endings.add(ending)
        ending.add_done_callback(self._endings.discard)

    async def close(self) -> None:
        for worker, timer in list(self._idle.items()):
            timer.cancel()
            self.discard(worker)
        await asyncio.gather(*self._endings)
