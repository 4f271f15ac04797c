"""The process that runs learners' code, as the server sees it."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from checkday.sandbox.overlay.spark.warden import CROWDED

_WARDEN = (sys.executable, "-P", "-m", "checkday.sandbox.overlay.spark.warden")
_KEPT = ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "TZ")
_OF_SANDBOX = ("AWS_ENDPOINT_URL", "AWS_EC2_METADATA_DISABLED", "NO_PROXY")
_LONGEST_ANSWER = 8 * 1024 * 1024
_PATIENCE = 10.0
_REASONS = {
    CROWDED: "Too many processes were started.",
    128 + signal.SIGKILL: "The driver was killed, perhaps for want of memory.",
    128 + signal.SIGSEGV: "The driver crashed.",
}


class Died(Exception):
    """The process has ended, or says what it must not; the message tells how."""


class Driver:
    """One process, with whatever it may have started itself."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._orders = cast("asyncio.StreamWriter", process.stdin)
        self._answers = cast("asyncio.StreamReader", process.stdout)

    @classmethod
    async def start(cls, region: str, keys: Mapping[str, str]) -> Driver:
        """Start it with these credentials, in an empty folder that goes when it does."""
        folder = tempfile.mkdtemp(prefix="checkday-spark-")
        try:
            process = await asyncio.create_subprocess_exec(
                *_WARDEN,
                folder,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                cwd=folder,
                env=_environment(folder, region, keys),
                start_new_session=True,
                limit=_LONGEST_ANSWER,
            )
        except OSError:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return cls(process)

    async def send(self, order: Mapping[str, Any]) -> None:
        """Tell it what to do."""
        try:
            self._orders.write(json.dumps(order).encode() + b"\n")
            await self._orders.drain()
        except ConnectionError:
            raise Died(await self._reason()) from None

    async def receive(self) -> dict[str, Any]:
        """Wait for its next answer.

        Raises:
            Died: there will be none.

        """
        try:
            line = await self._answers.readuntil(b"\n")
            answer = json.loads(line)
        except asyncio.IncompleteReadError:
            raise Died(await self._reason()) from None
        except (asyncio.LimitOverrunError, ValueError):
            raise Died("The driver does not answer as it should.") from None
        return answer if isinstance(answer, dict) else {}

    def interrupt(self) -> None:
        """Ask it to give up what it is doing."""
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGINT)

    async def stop(self) -> None:
        """End it with all that came of it, however far that got."""
        self._orders.close()
        try:
            await asyncio.wait_for(self._process.wait(), _PATIENCE)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    async def ended(self) -> str:
        """Wait until it has ended by itself, and tell how."""
        return _reason(await self._process.wait())

    async def _reason(self) -> str:
        try:
            return await asyncio.wait_for(self.ended(), _PATIENCE)
        except TimeoutError:
            return "The driver does not answer any more."


def _reason(code: int) -> str:
    return _REASONS.get(code, f"The driver has ended with exit code {code}.")


def _environment(folder: str, region: str, keys: Mapping[str, str]) -> dict[str, str]:
    """Nothing of the learner's own but where programs are found and in what language they speak."""
    given = {name: os.environ[name] for name in (*_KEPT, *_OF_SANDBOX) if name in os.environ}
    own = {
        "HOME": folder,
        "TMPDIR": folder,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_CONFIG_FILE": str(Path(folder) / "none"),
        "AWS_SHARED_CREDENTIALS_FILE": str(Path(folder) / "none"),
        # Each thread's heap would be counted against the limit of memory.
        "MALLOC_ARENA_MAX": "2",
    }
    return {**given, **own, **keys}
