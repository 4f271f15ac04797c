"""Lambda inside ministack 1.5.33: functions get limits, errors as AWS words them, and metrics."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from ministack.core import lambda_runtime
from ministack.core.responses import get_account_id, get_region

from checkday.sandbox.overlay.emulator_modules import when_loaded
from checkday.sandbox.overlay.function_errors import worded
from checkday.sandbox.overlay.meter import Metric, meter

_WARDEN = (sys.executable, "-P", "-m", "checkday.sandbox.overlay.function_warden")
_START_SECONDS = 10.0
"""What AWS gives a function to import itself."""

_LONGEST_ANSWER = 6 * 1024 * 1024 + 100_000
_LONGEST_LINE = 4096
_MOST_LINES = 2_000
"""Of a function's log, what waits to be read; beyond, a flood is dropped."""


def attach() -> None:
    """Hook into Lambda when the emulator loads it."""
    when_loaded("lambda_svc", _hook)


def _hook(service: Any) -> None:
    # A namespace in place of the module: the one program that it starts gets a warden.
    lambda_runtime.subprocess = SimpleNamespace(**{**vars(subprocess), "Popen": _started})
    lambda_runtime.Worker._spawn = _bounded_start(lambda_runtime.Worker._spawn)  # noqa: SLF001
    lambda_runtime.Worker._read_stderr = _read_log  # noqa: SLF001
    service._execute_function_dispatch = _measured(service._execute_function_dispatch)  # noqa: SLF001
    service._emit_lambda_metrics = _throttled  # noqa: SLF001


class _Answers:
    """The lines of a function's standard output; one that is far too long ends it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def readline(self) -> str:
        assert self._process.stdout is not None  # noqa: S101 - it was started with a pipe
        line = self._process.stdout.readline(_LONGEST_ANSWER)
        if len(line) == _LONGEST_ANSWER and not line.endswith("\n"):
            self._process.terminate()
            return ""
        return line


class _Process(subprocess.Popen[str]):
    """A function's process behind its warden, which is asked to end it and never killed before."""

    def kill(self) -> None:
        self.terminate()


def _started(command: list[str], **settings: Any) -> Any:
    """A process of a function; its folder is the one in which the emulator put its own script."""
    environment: Mapping[str, str] = settings.get("env") or {}
    memory = environment.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
    if settings.get("stdin") != subprocess.PIPE:
        return subprocess.Popen(command, **settings)
    folder = command[1].rpartition("/")[0]
    process = _Process([*_WARDEN, folder, memory, *command], **settings)
    answers = _Answers(process)
    return _Handle(process, answers)


class _Handle:
    """What the emulator holds of a process, with bounded answers."""

    def __init__(self, process: _Process, answers: _Answers) -> None:
        self._process, self.stdout = process, answers

    def __getattr__(self, name: str) -> Any:
        return getattr(self._process, name)


def _bounded_start(start: Any) -> Any:
    def bounded(worker: Any) -> None:
        def too_slow() -> None:
            if worker._proc is not None:  # noqa: SLF001
                worker._proc.terminate()  # noqa: SLF001

        timer = threading.Timer(_START_SECONDS, too_slow)
        timer.daemon = True
        timer.start()
        try:
            start(worker)
        finally:
            timer.cancel()

    return bounded


def _read_log(worker: Any) -> None:
    """Take what a function logs for as long as it lives, and keep a bounded part."""
    stream, lines = worker._proc.stderr, worker._stderr_queue  # noqa: SLF001
    try:
        while line := stream.readline(_LONGEST_LINE):
            if lines.qsize() < _MOST_LINES:
                lines.put(line.rstrip("\n"))
    except (ValueError, OSError):
        lines.put("")  # closed meanwhile: the function is gone


def _measured(dispatch: Any) -> Any:
    def measured(
        function: dict[str, Any], config: dict[str, Any], event: Any, request: str, started: float
    ) -> Any:
        result = dispatch(function, config, event, request, started)
        failed = isinstance(result, dict) and bool(result.get("error"))
        if failed and isinstance(result.get("body"), dict):
            log, handler = str(result.get("log", "")), str(config.get("Handler", ""))
            result["body"] = worded(result["body"], log, request, handler)
        name = str(config.get("FunctionName", ""))
        _count(name, "Invocations", 1)
        _count(name, "Errors", int(failed))
        _count(name, "Throttles", 0)
        _count(name, "Duration", (time.time() - started) * 1000, "Milliseconds")
        age = _age(event)
        if age is not None:
            _count(name, "IteratorAge", age, "Milliseconds")
        return result

    return measured


def _age(event: Any) -> float | None:
    """How old the last record of a batch is, in milliseconds; None if it comes from no stream."""
    records = event.get("Records") if isinstance(event, dict) else None
    last = records[-1] if isinstance(records, list) and records and isinstance(records[-1], dict) else {}
    created = (last.get("dynamodb") or {}).get("ApproximateCreationDateTime")
    return None if created is None else max(0.0, (time.time() - float(created)) * 1000)


def _throttled(name: str, duration_ms: float, error: bool, throttle: bool) -> None:  # noqa: ARG001 - the emulator's names
    if throttle:
        _count(name, "Throttles", 1)


def _count(function: str, name: str, value: float, unit: str = "Count") -> None:
    place = (str(get_account_id()), str(get_region()))
    meter().add(Metric(*place, "AWS/Lambda", name, unit, (("FunctionName", function),)), value)
