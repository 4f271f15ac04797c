"""The process in which learners' code runs, one statement at a time.

It takes orders as lines of JSON from what was its standard input and answers on what was its standard output;
the learner's code sees neither: it reads nothing, and what it prints is collected, up to a limit.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import resource
import signal
import sys
from collections.abc import Mapping
from types import FrameType
from typing import Any, BinaryIO

from checkday.sandbox.overlay.spark.code import Code
from checkday.sandbox.overlay.spark.warden import die_with_parent

_GIB = 1024**3
_LIMITS = ((resource.RLIMIT_AS, 2 * _GIB), (resource.RLIMIT_FSIZE, 2 * _GIB), (resource.RLIMIT_CORE, 0))
_MOST_FORKS = 64
"""By one statement: what starts more has lost control over itself."""


def main() -> None:
    parent = os.getppid()
    die_with_parent()
    if os.getppid() != parent:
        sys.exit(1)
    orders, answers = _channel()
    _limit()
    # Late, so that an engine that cannot be had is seen to end the worker.
    from checkday.sandbox.overlay.spark.bucket import Bucket  # noqa: PLC0415
    from checkday.sandbox.overlay.spark.shim import install  # noqa: PLC0415

    for name in ("sqlframe", "sqlglot"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    bucket = Bucket()
    names = install(bucket)
    _Worker(Code(names, lambda location: bucket.read(location).decode("utf-8-sig")), answers).work(orders)


class _Worker:
    """Does what it is ordered, and can be interrupted only while it does."""

    def __init__(self, code: Code, answers: BinaryIO) -> None:
        self._code, self._answers = code, answers
        self._pid, self._forks = os.getpid(), 0
        self._working = self._interrupted = False
        signal.signal(signal.SIGINT, self._interrupt)
        sys.addaudithook(self._audit)

    def work(self, orders: BinaryIO) -> None:
        self._answer({"ready": True})
        for line in orders:
            self._forks, self._interrupted = 0, False
            answer = self._do(json.loads(line))
            if os.getpid() != self._pid:
                os._exit(0)  # a fork that came back from the learner's code
            self._answer({**answer, "interrupted": self._interrupted})

    def _do(self, order: Mapping[str, Any]) -> dict[str, Any]:
        with contextlib.suppress(KeyboardInterrupt):
            self._working = True
            try:
                if "script" in order:
                    return self._code.script(order["script"], order["arguments"])
                return self._code.statement(order["code"], order["number"])
            finally:
                self._working = False
        return {}

    def _answer(self, answer: Mapping[str, Any]) -> None:
        self._answers.write(json.dumps(answer).encode() + b"\n")
        self._answers.flush()

    def _interrupt(self, _number: int, _frame: FrameType | None) -> None:
        if self._working:
            self._interrupted = True
            raise KeyboardInterrupt

    def _audit(self, event: str, _arguments: tuple[Any, ...]) -> None:
        """A fork may fork no more, and nothing forks without end."""
        if event in {"os.fork", "os.forkpty"}:
            self._forks += 1
            if os.getpid() != self._pid or self._forks > _MOST_FORKS:
                raise BlockingIOError(11, "Resource temporarily unavailable")


def _channel() -> tuple[BinaryIO, BinaryIO]:
    """The two ends to the server, out of the way of what a program takes for its own."""
    orders, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    return orders, answers


def _limit() -> None:
    for what, most in _LIMITS:
        # Where the system has a lower limit, or none of this kind, that is as well.
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    main()
