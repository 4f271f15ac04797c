"""Starts the worker, and ends with it all that came of it: run as a program, it sees no learner's code.

It goes by itself when the server does, however that ended: then nobody holds the other end of its standard
input. On Linux it adopts what its descendants leave behind, so that no daemon escapes; elsewhere it knows the
worker's process group only.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

CROWDED = 75
"""The exit code when there were too many processes."""

_MOST_PROCESSES = 100
_LOOK = 250
"""Milliseconds between two counts."""

_PATIENCE = 5.0
_WORKER = (sys.executable, "-P", "-m", "checkday.sandbox.overlay.spark.worker")
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36


def die_with_parent() -> None:
    """Let the kernel end this process when the one that started it does; where it can."""
    _process_control(_PR_SET_PDEATHSIG, signal.SIGKILL)


def main() -> None:
    watch_over(_WORKER, Path(sys.argv[1]))


def watch_over(command: Sequence[str], folder: Path) -> NoReturn:
    """Run a program until it or the server ends, then end all that came of it, and remove the folder."""
    _process_control(_PR_SET_CHILD_SUBREAPER, 1)
    warden = _Warden(command)
    try:
        code = warden.watch()
    finally:
        warden.end_all()
        shutil.rmtree(folder, ignore_errors=True)
    # Not by way of the interpreter's own end: nothing is left to be done.
    os._exit(code)


def _process_control(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


class _Warden:
    """Watches over one worker."""

    def __init__(self, command: Sequence[str]) -> None:
        self._wake, wake = os.pipe()
        for end in (self._wake, wake):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        self._worker = subprocess.Popen(command, start_new_session=True)
        signal.signal(signal.SIGINT, lambda *_: self._interrupt())
        # The server must see the end of the worker's answers when the worker ends.
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 1)

    def watch(self) -> int:
        """The worker's exit code, once it or the server is gone."""
        events = select.poll()
        events.register(0, 0)  # to be told of its end only: what comes in there is for the worker
        events.register(self._wake, select.POLLIN)
        while True:
            happened = dict(events.poll(_LOOK))
            if self._wake in happened:
                os.read(self._wake, 4096)
            code = self._reap()
            if code is not None:
                return code
            if 0 in happened:
                return 0
            if sum(1 for _ in _descendants(os.getpid())) > _MOST_PROCESSES:
                return CROWDED

    def end_all(self) -> None:
        """Kill the worker's group, then whatever is adopted, until there is nothing."""
        deadline = time.monotonic() + _PATIENCE
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._worker.pid, signal.SIGKILL)
        while time.monotonic() < deadline:
            for pid in _descendants(os.getpid()):
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)
            try:
                if os.waitpid(-1, os.WNOHANG)[0] == 0:
                    time.sleep(0.005)
            except ChildProcessError:
                return

    def _interrupt(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._worker.pid, signal.SIGINT)

    def _reap(self) -> int | None:
        """Take note of the dead; the worker's exit code if it is among them."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return 0
            if pid == 0:
                return None
            if pid == self._worker.pid:
                code = os.waitstatus_to_exitcode(status)
                return 128 - code if code < 0 else code


def _descendants(pid: int) -> Iterator[int]:
    """All processes that came of this one and live, as far as the system tells."""
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
    except OSError:
        return
    for thread in threads:
        try:
            children = (thread / "children").read_text(encoding="ascii").split()
        except OSError:
            continue
        for child in children:
            yield int(child)
            yield from _descendants(int(child))


if __name__ == "__main__":
    main()
