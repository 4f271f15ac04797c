"""The ways to grade a cohort, each in fresh processes with a home of its own, and what each comes to."""

from __future__ import annotations

import csv
import json
import os
import re
import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import PIPE
from typing import NamedTuple

from checkday import curriculum
from checkday.cohort.look import unpack
from cohort_server import ASSUMED
from cohort_watch import HERE, Memory, Seen, Server, cpu_of
from cohort_wire import account_of, learner_of, role_of

WORKSHOP = str(Path(__file__).parents[1] / "tests" / "grading_elsewhere.py")
"""The command itself has no setting that leads grading away from AWS."""
FIRST = 1
"""The first learner's number."""

_RIGHT = {"passed", "not_submitted"}
"""Quizzes and charts are handed in; here nobody has."""

PARTLY = 4
"""The exit code of `workshop grade` when marks are open: the quizzes were not handed in."""

_CLEANING = {
    one.id for one in curriculum.load(curriculum.days()).milestones.values() if one.lasts == "absence"
}
"""What would take away the things that are looked at."""


class Row(NamedTuple):
    """What one account came to; the cause, or else the verdict, by milestone."""

    learner: str
    state: str
    requests: int
    verdicts: dict[str, str]


@dataclass(frozen=True, slots=True)
class Figure:
    """One way's figure; it exists only if what it stands on was right."""

    way: str
    accounts: int
    seconds: float
    mebibytes: float
    requests: int
    server: float
    """The part of one core that the server took."""
    cpu: float
    """Seconds of CPU an account: unlike the others, nearly the same on a busy machine."""

    @property
    def rate(self) -> float:
        """Accounts a second, from the start of the command to its end."""
        return self.accounts / self.seconds

    def __str__(self) -> str:
        return (
            f"{self.way:20}{self.rate:6.2f} accounts/s{self.cpu * 1000:6.0f} ms CPU each"
            f"{self.mebibytes:6.0f} MiB   {self.accounts} good rows, {self.requests} requests expected "
            f"and seen, server {self.server:.0%} of a core"
        )


@dataclass(slots=True)
class Cohort:
    """Some learners, a folder in which they are graded, and the server that has their accounts."""

    server: Server
    folder: Path
    count: int
    environment: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        homes = {f"XDG_{kind}_HOME": f"{self.folder}/{kind}" for kind in ("CACHE", "CONFIG", "DATA", "STATE")}
        self.environment = homes | {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(HERE / "cohort_site"),
            "AWS_ENDPOINT_URL": self.server.endpoint,
            "AWS_ACCESS_KEY_ID": "benchmark",
            "AWS_SECRET_ACCESS_KEY": "benchmark",
        }
        with self.roster.open("w", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["id", "name", "account", "role_arn", "external_id"])
            rows.writerows(
                [learner_of(one), learner_of(one), one, role_of(one), "x-1"] for one in self.accounts()
            )

    @property
    def roster(self) -> Path:
        return self.folder / "roster.csv"

    @property
    def run(self) -> Path:
        return self.folder / "run"

    def accounts(self) -> Iterator[str]:
        return map(account_of, range(FIRST, FIRST + self.count))

    def grade(self, *more: str) -> list[str]:
        """The command that grades all of them."""
        return [
            sys.executable,
            WORKSHOP,
            "grade",
            str(self.roster),
            "--out",
            str(self.run),
            "--lang",
            "en",
            *more,
        ]

    def rows(self) -> Iterator[Row]:
        """What the run's folder holds."""
        with sqlite3.connect(self.run / "run.sqlite") as database:
            for *row, report in database.execute("select id, state, requests, report from graded"):
                yield Row(
                    *row, {one["id"]: one["cause"] or one["verdict"] for one in unpack(report)["findings"]}
                )


def naive(cohort: Cohort, threads: int) -> Figure:
    """A pool of threads with a boto3 session an account."""
    command = [sys.executable, str(HERE / "cohort_naive.py"), str(FIRST), str(cohort.count), str(threads)]
    with _timed(cohort, f"{threads} threads, boto3") as taken:
        taken.output = _ended(cohort, command, 0, taken)
    return taken.figure([Row(*row) for row in json.loads(taken.output)], assumed=1)


def local(cohort: Cohort) -> Figure:
    """`workshop grade` with as many processes as there are cores."""
    with _timed(cohort, "local processes") as taken:
        _ended(cohort, cohort.grade(), PARTLY, taken)
    return taken.figure(cohort.rows())


def dask(cohort: Cohort, workers: int = 2) -> Figure:
    """The same with the workers of a dask scheduler, which are there already."""
    with (
        cluster(cohort, workers) as (address, processes),
        _timed(cohort, f"dask, {workers} workers") as taken,
    ):
        _ended(cohort, cohort.grade("--scheduler", address), PARTLY, taken, *processes)
    return taken.figure(cohort.rows())


@dataclass(slots=True)
class Taken:
    """What one run took, before anybody knows whether it was right."""

    way: str
    count: int
    output: str = ""
    seconds: float = 0.0
    mebibytes: float = 0.0
    seen: Seen = field(default_factory=lambda: Seen({}, {}, 0.0))
    server: float = 0.0
    cpu: float = 0.0
    """Seconds of the server, and of all others."""

    def figure(self, rows: Iterable[Row], assumed: int = ASSUMED) -> Figure:
        """The figure, once every row is good and the server saw what the rows tell of."""
        told = self.told(rows, assumed)
        assert told == {learner_of(account): number for account, number in self.seen.asked.items()}
        share, each = self.server / self.seconds, self.cpu / self.count
        return Figure(self.way, self.count, self.seconds, self.mebibytes, sum(told.values()), share, each)

    def told(self, rows: Iterable[Row], assumed: int = ASSUMED) -> dict[str, int]:
        """How many requests each learner's account takes, once every row is good."""
        told = {}
        for row in rows:
            assert row.state == "good", row[:3]
            wrong = {name: said for name, said in row.verdicts.items() if said not in _RIGHT}
            assert wrong.keys() <= _CLEANING, (row.learner, wrong)
            told[row.learner] = row.requests + assumed  # no report counts its AssumeRole
        assert len(told) == self.count
        assert not self.seen.strangers, self.seen.strangers
        return told


@contextmanager
def _timed(cohort: Cohort, way: str) -> Iterator[Taken]:
    taken, before = Taken(way, cohort.count), cohort.server.seen()
    yield taken
    taken.seen = cohort.server.seen()
    taken.server = taken.seen.cpu - before.cpu


def _ended(cohort: Cohort, command: Sequence[str], code: int, taken: Taken, *others: int) -> str:
    """What the command printed; its seconds and memory, with that of other processes, into `taken`."""
    before, started = _cpu_of_children() + sum(map(cpu_of, others)), time.perf_counter()
    with subprocess.Popen(command, env=cohort.environment, stdout=PIPE, stderr=PIPE, text=True) as process:
        with Memory(process.pid, *others) as memory:
            output, errors = process.communicate()
        taken.seconds, taken.mebibytes = time.perf_counter() - started, memory.peak
    taken.cpu = _cpu_of_children() + sum(map(cpu_of, others)) - before
    assert process.returncode == code, f"exit {process.returncode}\n{output[-2000:]}\n{errors[-2000:]}"
    return output


def _cpu_of_children() -> float:
    """Of those that have ended, and of theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@contextmanager
def cluster(cohort: Cohort, workers: int) -> Iterator[tuple[str, list[int]]]:
    """A dask scheduler and its workers: the address, and the ids of all their processes."""
    started: list[subprocess.Popen[bytes]] = []

    def start(module: str, awaited: str, *arguments: str) -> str:
        log = cohort.folder / f"{len(started)}.log"
        line = [sys.executable, "-m", f"distributed.cli.{module}", *arguments, "--no-dashboard"]
        with log.open("wb") as file:
            everywhere = cohort.environment | {"PYTHONUNBUFFERED": "1"}
            started.append(
                subprocess.Popen(line, env=everywhere, stdout=file, stderr=file, cwd=cohort.folder)
            )
        until = time.monotonic() + 60
        while time.monotonic() < until:
            if found := re.search(awaited, log.read_text()):
                return found[0]
            time.sleep(0.1)
        raise TimeoutError(log.read_text())

    try:
        address = start("dask_scheduler", r"tcp://127\.0\.0\.1:\d+", "--host", "127.0.0.1", "--port", "0")
        for _ in range(workers):
            start(
                "dask_worker",
                "Registered to",
                address,
                "--nthreads",
                "4",
                "--no-nanny",
                "--host",
                "127.0.0.1",
            )
        yield address, [one.pid for one in started]
    finally:
        for one in started:
            one.kill()
            one.wait()
