"""What a kill -9 costs: the part of all requests that is sent again. Every row has to be there."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import time
from contextlib import suppress
from subprocess import DEVNULL

from check_day import Target
from cohort_modes import PARTLY, Cohort, Taken
from cohort_server import ASSUMED
from cohort_watch import family

_HALF = 0.5
_LONGEST = 60.0
"""Seconds until workers whose coordinator was killed must be gone."""


def worker_killed(cohort: Cohort) -> Target:
    """One of the worker processes is killed half-way."""
    cohort.server.seen()
    with subprocess.Popen(cohort.grade(), env=cohort.environment, stdout=DEVNULL, stderr=DEVNULL) as process:
        _wait(cohort, process)
        os.kill(family(process.pid)[-1], signal.SIGKILL)
    assert process.returncode == PARTLY, process.returncode
    return _repeated(cohort, "a worker")


def coordinator_killed(cohort: Cohort) -> Target:
    """The command is killed half-way, and given again."""
    cohort.server.seen()
    with subprocess.Popen(cohort.grade(), env=cohort.environment, stdout=DEVNULL, stderr=DEVNULL) as process:
        _wait(cohort, process)
        workers = family(process.pid)[1:]
        process.kill()
    until = time.monotonic() + _LONGEST
    while any(_lives(one) for one in workers):
        assert time.monotonic() < until, "workers outlive their coordinator"
        time.sleep(0.05)
    done = subprocess.run(cohort.grade(), env=cohort.environment, stdout=DEVNULL, stderr=DEVNULL, check=False)
    assert done.returncode == PARTLY, done.returncode
    return _repeated(cohort, "the coordinator")


def _repeated(cohort: Cohort, what: str) -> Target:
    """How many of the requests that were seen nobody would have missed."""
    seen = cohort.server.seen()
    taken = Taken(what, cohort.count, seen=seen)
    needed, total = sum(taken.told(cohort.rows(), ASSUMED).values()), sum(seen.asked.values())
    return Target(
        f"% of requests repeated, {what} killed, {cohort.count} accounts", 100 * (total / needed - 1), "<=", 5
    )


def _wait(cohort: Cohort, process: subprocess.Popen[bytes]) -> None:
    """Until half of the accounts are in the store."""
    while _rows(cohort) < cohort.count * _HALF:
        assert process.poll() is None, f"ended by itself: {process.returncode}"
        time.sleep(0.1)


def _rows(cohort: Cohort) -> int:
    with suppress(sqlite3.OperationalError), sqlite3.connect(cohort.run / "run.sqlite") as database:
        return int(database.execute("select count(*) from graded").fetchone()[0])
    return 0


def _lives(process: int) -> bool:
    with suppress(OSError):
        os.kill(process, 0)
        return True
    return False
