"""Starting, finding and stopping the sandbox: one detached server for all of a user's terminals."""

from __future__ import annotations

import errno
import fcntl
import http.client
import importlib.util
import json
import os
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from checkday.errors import BadSetting, CheckdayError, Unwritable
from checkday.resources import state_folder
from checkday.sandbox import process

ACCOUNT = "123456789012"
HOST = "127.0.0.1"

_PATIENCE = 60.0
"""Seconds for the server to answer first; a cold disk on an old laptop needs many of them."""

_TICK = 0.02
_HIGHEST_PORT = 65535


class Say(Protocol):
    """Hears of progress, as a word key and the facts of its sentence."""

    def __call__(self, key: str, /, **facts: object) -> None: ...


@dataclass(frozen=True, slots=True)
class Running:
    """A sandbox that lives; `started_at` in UTC, as ISO 8601."""

    pid: int
    port: int
    endpoint: str
    started_at: str


def up(*, port: int | None, region: str, foreground: bool = False, say: Say | None = None) -> Running:
    """The running sandbox, started if there is none; in the foreground, it returns when that has ended.

    Raises:
        BadSetting: the extra is not installed, or the port cannot be had.
        Unwritable: the state folder cannot be written.
        CheckdayError: the server did not come up; its log says why.

    """
    if importlib.util.find_spec("ministack") is None:
        raise BadSetting("sandbox.not_installed")
    say = say or _silent
    with _alone() as folder:
        running = find()
        if running is not None:
            return running
        running, born = _start(folder, _free_port(folder, port), region, foreground=foreground, say=say)
    if foreground:
        _attend(running, born, say)
    return running


def find() -> Running | None:
    """The sandbox of this user if it lives; what a killed one left behind does not count."""
    known = _recall(_folder())
    if not known.get("pid") or process.birth(known["pid"]) != known["born"]:
        return None
    return Running(known["pid"], known["port"], _endpoint(known["port"]), known["started_at"])


def down() -> bool:
    """Stop the sandbox, its state safely on disk; False if there was none."""
    if not _folder().is_dir():
        return False
    with _alone() as folder:
        return _stop(folder)


def reset() -> None:
    """Stop the sandbox and forget everything in it."""
    if not _folder().is_dir():
        return
    with _alone() as folder:
        _stop(folder)
        for entry in folder.iterdir():
            if entry.is_dir():
                shutil.rmtree(entry)
            elif entry.name != _LOCK:
                entry.unlink()


def log_file() -> Path:
    """Where a detached sandbox writes what went wrong."""
    return _folder() / "server.log"


_LOCK, _CARD = "lock", "server.json"


def _folder() -> Path:
    return state_folder() / "sandbox"


def _endpoint(port: int) -> str:
    return f"http://{HOST}:{port}"


def _silent(_key: str, /, **_facts: object) -> None:
    pass


@contextmanager
def _alone() -> Iterator[Path]:
    """The sandbox's folder, while no other command starts or stops the server."""
    folder = _folder()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (folder / _LOCK).open("ab")
    except OSError as error:
        raise _unwritable(folder, error) from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


def _unwritable(path: Path, error: OSError) -> Unwritable:
    return Unwritable("sandbox.unwritable", path=str(path), reason=error.strerror or "")


def _recall(folder: Path) -> dict[str, Any]:
    try:
        known = json.loads((folder / _CARD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    whole = isinstance(known, dict) and isinstance(known.get("port"), int)
    return known if whole and {"pid", "born", "started_at"} <= known.keys() else {}


def _note(folder: Path, **known: Any) -> None:
    """Write the server's card at once or not at all, for this user's eyes only."""
    path = folder / _CARD
    try:
        descriptor, new = tempfile.mkstemp(dir=folder, text=True)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(known, file)
        Path(new).replace(path)
    except OSError as error:
        raise _unwritable(path, error) from error


def _free_port(folder: Path, wanted: int | None) -> int:
    if wanted is not None:
        _check_port(wanted)
        return wanted
    last = _recall(folder).get("port")
    return last if last is not None and _bind(last) is None else _any_port()


def _check_port(port: int) -> None:
    if not 0 < port <= _HIGHEST_PORT:
        raise BadSetting("sandbox.bad_port", port=port)
    refusal = _bind(port)
    if refusal is not None:
        key = "sandbox.port_in_use" if refusal == errno.EADDRINUSE else "sandbox.port_refused"
        raise BadSetting(key, port=port)


def _bind(port: int) -> int | None:
    """Why the port cannot be had, as an error number, or None."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
            probe.listen()
        except OSError as error:
            return error.errno
    return None


def _any_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _start(folder: Path, port: int, region: str, *, foreground: bool, say: Say) -> tuple[Running, str]:
    say("sandbox.starting", port=port)
    # -P: the folder we start in must not be searched for modules.
    command = [sys.executable, "-P", "-m", "checkday.sandbox.server", "--port", str(port), "--region", region]
    log = None if foreground else log_file()
    if foreground:
        command.append("--with-parent")
    try:
        pid = process.start(command, folder=folder, output=log, environment=dict(os.environ))
    except OSError as error:
        raise _unwritable(folder, error) from error
    born = process.birth(pid) or ""
    started_at = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    try:
        _note(folder, pid=pid, port=port, born=born, started_at=started_at)
        _wait(pid, port)
    except BaseException:
        process.stop(pid, born)
        raise
    return Running(pid, port, _endpoint(port), started_at), born


def _wait(pid: int, port: int) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not _answers(port):
        if process.birth(pid) is None or time.monotonic() > deadline:
            raise CheckdayError("sandbox.not_started", log=str(log_file()))
        time.sleep(_TICK)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=1)
    try:
        connection.request("GET", "/_ministack/health")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _stop(folder: Path) -> bool:
    known, running = _recall(folder), find()
    if running is None:
        return False
    process.stop(running.pid, known["born"])
    # The port stays known, so that an environment exported yesterday still fits tomorrow.
    _note(folder, **{**known, "pid": None})
    return True


def _attend(running: Running, born: str, say: Say) -> None:
    """Stay until the foreground server ends; Ctrl-C is how it is told to, from the moment it is said."""
    try:
        say("sandbox.foreground", endpoint=running.endpoint, pid=running.pid)
        while process.birth(running.pid) == born:
            time.sleep(0.1)
    except KeyboardInterrupt:
        process.stop(running.pid, born)
