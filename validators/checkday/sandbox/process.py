"""Processes of ours, told apart from whoever got the same process id later."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

_GRACE = 20.0
"""Seconds: the server writes its state to disk when it is told to stop, and may have much of it."""

_TICK = 0.02

_children: dict[int, subprocess.Popen[bytes]] = {}
"""What this very process started: a child stays a zombie until its parent has asked after it."""


def start(command: list[str], *, folder: Path, output: Path | None, environment: dict[str, str]) -> int:
    """Start a server and return its id: in a session of its own with a log file, or attached without."""
    if output is None:
        child = subprocess.Popen(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL)
    else:
        with output.open("wb") as log:
            child = subprocess.Popen(
                command,
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
    _children[child.pid] = child
    return child.pid


def birth(pid: int) -> str | None:
    """When the process began, in words that no later process with this id can repeat; None if it is gone."""
    child = _children.get(pid)
    if child is not None and child.poll() is not None:
        del _children[pid]
        return None
    return _birth_in_proc(pid) if Path("/proc/self/stat").exists() else _birth_in_ps(pid)


def stop(pid: int, born: str) -> None:
    """Ask the process to end and wait until it has; only one that ignores this for long is killed."""
    for number, patience in ((signal.SIGTERM, _GRACE), (signal.SIGKILL, _GRACE)):
        # Asked right before each signal, so that a stranger with a recycled id is never hit.
        if birth(pid) != born:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        if _gone(pid, born, patience):
            return


def _gone(pid: int, born: str, patience: float) -> bool:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if birth(pid) != born:
            return True
        time.sleep(_TICK)
    return False


def _birth_in_proc(pid: int) -> str | None:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    # proc(5): the name in parentheses may hold anything; then come the state and, 19 fields on, the start.
    fields = stat.rpartition(")")[2].split()
    state, ticks = fields[0], fields[19]
    return None if state in "ZX" else f"{_boot()} {ticks}"


def _boot() -> str:
    """Which start of the machine this is: the ticks begin anew with each."""
    with contextlib.suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    return ""


def _birth_in_ps(pid: int) -> str | None:
    fixed = {**os.environ, "LC_ALL": "C", "TZ": "UTC"}
    command = ["ps", "-o", "stat=,lstart=", "-p", str(pid)]
    shown = subprocess.run(command, capture_output=True, text=True, check=False, env=fixed)
    state, _, started = shown.stdout.strip().partition(" ")
    return None if not started or state.startswith("Z") else started.strip()
