"""Where the work is done: processes of this machine, or the workers of a dask scheduler."""

from __future__ import annotations

import importlib
import importlib.util
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from typing import Any, NamedTuple

from checkday.cohort.processes import P, Pool, Processes, T
from checkday.errors import BadSetting

THREADS = 64
"""Accounts in hand at once in one process: 128 are no faster, and 32 do not fill it where AWS is far."""

_CHUNK = 16
"""Accounts in one message to a scheduler, which costs more than one through a pipe."""

_SECONDS = 10


class Crew(NamedTuple):
    """Who does the work, how many accounts one piece of it has, and how many pieces are on their way."""

    pool: Pool
    chunk: int
    window: int


@contextmanager
def judges(jobs: int | None = None) -> Iterator[Crew]:
    """Those who judge snapshots: there is nothing to wait for, so one task a process."""
    count = jobs or cores()
    with _processes(count, 1) as pool:
        yield Crew(pool, 1, 4 * count)


@contextmanager
def crew(scheduler: str, *, accounts: int, jobs: int | None = None) -> Iterator[Crew]:
    """Those who do the work, until the block ends.

    Raises:
        BadSetting: the scheduler is none, cannot be reached or has nobody.

    """
    if scheduler == "local":
        count = max(1, min(jobs or cores(), -(-accounts // THREADS)))
        with _processes(count, THREADS) as pool:
            yield Crew(pool, 1, count * (THREADS + 8))
    elif scheduler.startswith(("tcp://", "tls://")):
        with _dask(scheduler) as found:
            yield found
    else:
        raise BadSetting("grade.bad_scheduler", value=scheduler)


@contextmanager
def _processes(count: int, lanes: int) -> Iterator[Pool]:
    pool = Processes(count, lanes)
    try:
        yield pool
    except BaseException:  # Ctrl-C above all: nobody waits for what is under way
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()


def cores() -> int:
    """How many processes this machine can feed."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Remote(Pool):
    """The workers of a scheduler. A future that was on its way when that died may never end."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._pool: Executor = client.get_executor(retries=2, pure=False)

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Have it done by one of them."""
        return self._pool.submit(fn, *args, **kwargs)

    def reachable(self) -> bool:
        """Whether the scheduler is there, or may come back in a moment."""
        return self._client.status in {"running", "connecting"}


@contextmanager
def _dask(address: str) -> Iterator[Crew]:
    if importlib.util.find_spec("distributed") is None:
        raise BadSetting("grade.no_dask")
    client_of = importlib.import_module("distributed").Client  # an extra, and a second to load

    try:
        client = client_of(address, timeout=_SECONDS)
    except (OSError, ValueError) as error:
        raise BadSetting("grade.no_scheduler", address=address) from error
    except TypeError as error:  # all that distributed says where it has no certificates for tls://
        raise BadSetting("grade.no_certificates", address=address) from error
    try:
        threads = sum(client.nthreads().values())
        if not threads:
            raise BadSetting("grade.no_scheduler", address=address)
        yield Crew(_Remote(client), _CHUNK, 2 * threads)
    finally:
        # Nothing that is still wanted is under way here; to wait for a dead scheduler would take for ever.
        client.close(timeout=_SECONDS)
