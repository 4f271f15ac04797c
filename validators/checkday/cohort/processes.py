"""Local processes with threads inside, behind `concurrent.futures.Executor`.

Python's own pool gives a process one task at a time, so that one dead account would hold up all others.
"""

from __future__ import annotations

import os
import pickle
import signal
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class WorkerLost(BrokenExecutor):
    """The process ended before it answered: killed, or out of memory."""


class Pool(Executor):
    """An executor that knows whether what it was given can still come back."""

    def reachable(self) -> bool:
        """Whether there is anybody left."""
        return True


class Processes(Pool):
    """`count` processes, each with `lanes` tasks at a time. They end with the process that made them."""

    def __init__(self, count: int, lanes: int) -> None:
        # glibc keeps a heap for every few threads, and what one has freed no other can use.
        os.environ.setdefault("MALLOC_ARENA_MAX", "1")
        self._lock = threading.Lock()
        self._ended = False
        self._workers = [_Worker(lanes) for _ in range(count)]

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Have it done by the process that has least to do."""
        future: Future[T] = Future()
        with self._lock:
            if self._ended:
                raise RuntimeError("shut down")
            self._workers = [one if one.alive else _Worker(one.lanes) for one in self._workers]
            min(self._workers, key=_Worker.load).send(future, (fn, args, kwargs))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Let the processes end; what they still do is waited for, unless it is cancelled."""
        with self._lock:
            self._ended = True
        for one in self._workers:
            one.end(wait=wait and not cancel_futures)


class _Worker:
    """One process, and what it was given to do."""

    def __init__(self, lanes: int) -> None:
        self.lanes, self.alive = lanes, True
        self._waiting: dict[int, Future[Any]] = {}
        self._number = 0
        context = get_context("spawn")  # a copy of a process with threads may hold locks that nobody opens
        self._wire, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, lanes), daemon=True)
        self._process.start()
        theirs.close()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def load(self) -> int:
        return len(self._waiting)

    def send(self, future: Future[Any], work: object) -> None:
        self._number += 1
        self._waiting[self._number] = future
        try:
            self._wire.send((self._number, work))
        except OSError:
            self.alive = False
            self._lose()

    def end(self, *, wait: bool) -> None:
        if wait:
            while self._waiting and self.alive:
                next(iter(self._waiting.values())).exception()
        if wait and self.alive:
            with suppress(OSError):
                self._wire.send(None)
        else:
            self._process.kill()
        self._process.join()
        self._reader.join()
        self._wire.close()

    def _read(self) -> None:
        while True:
            try:
                number, result, error = self._wire.recv()
            except (EOFError, OSError):
                self.alive = False
                self._lose()
                return
            future = self._waiting.pop(number)
            if error is not None:
                future.set_exception(error)
            else:
                future.set_result(result)

    def _lose(self) -> None:
        while self._waiting:
            _, future = self._waiting.popitem()
            future.set_exception(WorkerLost())


def _serve(wire: Connection, lanes: int) -> None:
    """A worker's whole life: it ends when its pipe does, and that ends with its maker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the coordinator, who then ends
    sending = threading.Lock()

    def work(number: int, fn: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        try:
            answer = pickle.dumps((number, fn(*args, **kwargs), None))
        except Exception as error:  # noqa: BLE001 - told to the coordinator, as every pool does
            answer = _failure(number, error)
        with sending:
            wire.send_bytes(answer)

    with ThreadPoolExecutor(lanes) as pool:
        while True:
            try:
                given = wire.recv()
            except (EOFError, OSError):
                os._exit(0)
            if given is None:
                return
            number, (fn, args, kwargs) = given
            pool.submit(work, number, fn, args, kwargs)


def _failure(number: int, error: Exception) -> bytes:
    try:
        content = pickle.dumps((number, None, error))
        pickle.loads(content)  # noqa: S301 - our own, a line ago: can it be told at all?
    except Exception:  # noqa: BLE001 - an exception may hold anything
        return pickle.dumps((number, None, RuntimeError(f"{type(error).__name__}: {error}")))
    return content
