"""How fast a cohort is graded: `workshop grade` against a pool of threads with a boto3 session an account.

    python benchmarks/cohort.py            the short form, under three minutes
    python benchmarks/cohort.py --long     more accounts, 10,000 of them in one run, and kill -9; an hour

All modes grade the same canned accounts (cohort_server.py) in one run on one machine: read the ratios. A
figure counts only if every row is good, all modes give the same verdicts and the server was asked exactly
what the reports tell of. Exit 1 when a target of the design is missed.

The answers are one learner's, and so are the counts that all are judged by; everybody's own are counted as
well (cohort_site/sitecustomize.py), so that an account costs what it would.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from functools import partial
from pathlib import Path
from statistics import median

from check_day import Target
from cohort_kill import coordinator_killed, worker_killed
from cohort_modes import Cohort, Figure, dask, local, naive
from cohort_watch import Server, canned

THREADS = 16
"""Of the naive way: 32 are no faster, and take twice the memory."""

SHORT, LONG = (16, 128, 1), (48, 512, 3)
"""Accounts of the naive way, accounts of the others, rounds."""

FEW, MANY, KILLED = 1_000, 10_000, 1_500


def main(*, long: bool) -> int:
    """Measure, print, and say by the exit code whether every target was met."""
    few, many, rounds = LONG if long else SHORT
    with tempfile.TemporaryDirectory() as folder, canned() as server:

        def cohort(count: int) -> Cohort:
            return Cohort(server, Path(tempfile.mkdtemp(dir=folder)), count)

        server.delay(50)
        found = []
        for _ in range(rounds):
            print(f"\n50 ms a request, load {os.getloadavg()[0]:.1f}", flush=True)
            ways = (partial(naive, threads=THREADS), few), (local, many), (dask, many)
            found.append([_told(way(cohort(count))) for way, count in ways])

        targets = _speed(found)
        if long:
            targets += [worker_killed(cohort(KILLED)), coordinator_killed(cohort(KILLED))]
            targets.append(_flat(server, cohort(FEW), cohort(MANY)))
    print()
    print(*targets, sep="\n")
    return 0 if all(target.met for target in targets) else 1


def _told(figure: Figure) -> Figure:
    print(figure, flush=True)
    return figure


def _speed(rounds: list[list[Figure]]) -> list[Target]:
    ratios = [ours.rate / slow.rate for slow, ours, _ in rounds]
    spread = f" ({min(ratios):.1f} to {max(ratios):.1f})"
    remote = median(two.rate / one.rate for _, one, two in rounds)
    memory = max(ours.mebibytes for _, ours, _ in rounds)
    return [
        Target(f"local processes / thread pool{spread}", median(ratios), ">=", 12),
        Target("dask / local processes", remote, ">=", 0.9),
        Target("MiB of two processes with 64 threads each", memory, "<=", 160),
    ]


def _flat(server: Server, few: Cohort, many: Cohort) -> Target:
    """Memory does not grow with the cohort; nothing waits here, as only how many there are matters."""
    server.delay(0)
    print("\n0 ms a request", flush=True)
    figures = [_told(local(few)), _told(local(many))]
    return Target(f"MiB at {MANY} / at {FEW}", figures[1].mebibytes / figures[0].mebibytes, "<=", 1.2)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # servers and workers end with it
    sys.exit(main(long="--long" in sys.argv[1:]))
