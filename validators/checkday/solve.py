"""Doing a day as the pages say: their own commands, in their order, against the sandbox and nothing else."""

from __future__ import annotations

import codecs
import ipaddress
import os
import re
import selectors
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from checkday.errors import BadSetting
from checkday.resources import shared

_PROGRAMS = Path(sys.executable).parent

_TAIL = 10
"""Lines of standard error worth showing again."""

_GRACE, _LINGER, _TICK = 3.0, 0.5, 0.02

_WITNESS = """\
unset BASH_ENV
set -ET
_line=0
trap '_at=$_line _line=$LINENO' DEBUG
trap 'printf "%s\\n%s" "$LINENO" "$BASH_COMMAND" >{note}' ERR
trap 'printf "%s\\n%s" "$_at" "$BASH_COMMAND" >{note}' EXIT
"""
"""Bash reads this before the script, and notes where the script ends: the EXIT trap sees a plain `exit 1`
and an unset variable too, which ERR does not; ERR stands in for it in a script with an EXIT trap of its own.
DEBUG counts along because $LINENO means nothing inside an EXIT trap."""

_SYNTAX = re.compile(r": line (\d+): (?:syntax error|unexpected EOF)")


@dataclass(frozen=True, slots=True)
class Failure:
    """The command at which a page's script ended, and the last of what it said on standard error."""

    task: str
    script: Path
    line: int | None
    command: str
    code: int
    stderr: tuple[str, ...]


def solve(
    days: Sequence[int],
    *,
    tasks: Sequence[str],
    environment: Mapping[str, str],
    say: Callable[[str], None],
    programs: Path = _PROGRAMS,
) -> Failure | None:
    """Run these scripts of these days in order; the first command that fails ends it.

    `programs` is the folder in which `aws` and `workshop` are looked for first.

    Raises:
        BadSetting: the environment does not point at a sandbox, or there is nothing to run.

    """
    _check_loopback(environment)
    wanted = [name for name in tasks if any(name.startswith(f"day{day}/") for day in days)]
    found = [name for name in wanted if _path(name).is_file()]
    if not found:
        raise BadSetting("solve.no_script", days=", ".join(map(str, days)))
    if shutil.which("bash") is None:
        raise BadSetting("solve.no_bash")
    with tempfile.TemporaryDirectory(prefix="checkday-") as folder:
        for name in found:
            say(f"# {name}")
            failure = _run(name, Path(folder), _clean(Path(folder), environment, programs), say)
            if failure is not None:
                return failure
    return None


def _check_loopback(environment: Mapping[str, str]) -> None:
    """Every endpoint that the environment names must be on this machine, and one must be named."""
    endpoints = {name: value for name, value in environment.items() if name.startswith("AWS_ENDPOINT_URL")}
    wrong = [value for value in endpoints.values() if not _is_loopback(value)]
    if wrong or "AWS_ENDPOINT_URL" not in endpoints:
        raise BadSetting("solve.not_sandbox", endpoint=wrong[0] if wrong else "AWS")


def _is_loopback(endpoint: str) -> bool:
    host = urlsplit(endpoint).hostname or ""
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


def scripts(tasks: Sequence[str]) -> list[str]:
    """The tasks that have commands, each followed by a clean-up of its own if it has one.

    A task of reading alone has none.
    """
    names = (name for task in tasks for name in (task, f"{task}-cleanup"))
    return [name for name in names if _path(name).is_file()]


def _path(name: str) -> Path:
    return shared() / "cmd" / f"{name}.sh"


def _run(
    task: str, folder: Path, environment: Mapping[str, str], say: Callable[[str], None]
) -> Failure | None:
    script, note, work = _path(task), folder / "note", folder / task
    note.unlink(missing_ok=True)
    (folder / "witness").write_text(_WITNESS.format(note=shlex.quote(str(note))), encoding="utf-8")
    work.mkdir(parents=True, exist_ok=True)
    errors: deque[str] = deque(maxlen=_TAIL)
    with _bash(script, work, environment) as child:
        for line, is_error in _lines(child):
            if is_error:
                errors.append(line)
            say(line)
        code = child.wait()
    return _failure(task, script, note, code, tuple(errors)) if code else None


def _failure(task: str, script: Path, note: Path, code: int, errors: tuple[str, ...]) -> Failure:
    line, _, command = note.read_text(encoding="utf-8").partition("\n") if note.exists() else ("", "", "")
    unread = [found[1] for error in errors if (found := _SYNTAX.search(error))]
    if unread:
        # Bash could not even read on: the last command that it knows is the one before.
        line, command = unread[-1], ""
    return Failure(task, script, int(line) if line.isdigit() else None, command, code, errors)


def _clean(folder: Path, environment: Mapping[str, str], programs: Path) -> dict[str, str]:
    """Nothing of the caller's shell: no profile, no proxy, no settings; our own `aws` comes first."""
    home, scratch = folder / "home", folder / "tmp"
    home.mkdir(exist_ok=True)
    scratch.mkdir(exist_ok=True)
    path = os.pathsep.join([str(programs), os.environ.get("PATH", os.defpath)])
    fixed = {"PATH": path, "HOME": str(home), "LANG": "C.UTF-8", "TMPDIR": str(scratch)}
    return {**environment, **fixed, "BASH_ENV": str(folder / "witness")}


@contextmanager
def _bash(script: Path, folder: Path, environment: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """The script at work; whatever it started is gone when the block is left, also by Ctrl-C."""
    command = ["bash", "-euo", "pipefail", str(script)]
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as child:
        try:
            yield child
        finally:
            _end(child)


def _end(child: subprocess.Popen[bytes]) -> None:
    # A group outlives its leader for as long as it has members: it is told even when bash itself is gone.
    _signal_group(child, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        child.wait(_GRACE)
    _linger(child)
    _signal_group(child, signal.SIGKILL)
    child.wait()
    _linger(child)


def _linger(child: subprocess.Popen[bytes]) -> None:
    """Until the group is gone, or as good as gone: the dead are members until somebody asks for them."""
    deadline = time.monotonic() + _LINGER
    while _signal_group(child, 0) and time.monotonic() < deadline:
        time.sleep(_TICK)


def _signal_group(child: subprocess.Popen[bytes], number: int) -> bool:
    """False if the group is gone; macOS forbids signals to one of dead members only."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, number)
        return True
    return False


def _lines(child: subprocess.Popen[bytes]) -> Iterator[tuple[str, bool]]:
    """Each line of either stream as it comes, and whether it is of standard error."""
    with selectors.DefaultSelector() as waiting:
        for stream, is_error in ((child.stdout, False), (child.stderr, True)):
            if stream is not None:
                waiting.register(stream, selectors.EVENT_READ, _Splitter(stream, is_error=is_error))
        while waiting.get_map():
            # What the script left in the background may hold a stream open for ever: bash's end is the end.
            ready = waiting.select(0.1)
            if not ready and child.poll() is not None:
                return
            for key, _ in ready:
                yield from key.data.read()
                if key.data.ended:
                    waiting.unregister(key.fileobj)


class _Splitter:
    """Cuts what a pipe delivers into whole lines."""

    def __init__(self, stream: IO[bytes], *, is_error: bool) -> None:
        self._stream, self._is_error = stream, is_error
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""
        self.ended = False

    def read(self) -> Iterator[tuple[str, bool]]:
        arrived = os.read(self._stream.fileno(), 65536)
        self.ended = not arrived
        *whole, self._rest = (self._rest + self._decoder.decode(arrived, final=self.ended)).split("\n")
        if self.ended and self._rest:
            whole.append(self._rest)
        for line in whole:
            yield line.removesuffix("\r"), self._is_error
