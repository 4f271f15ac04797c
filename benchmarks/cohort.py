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
import sys
import tempfile
from pathlib import Path
from statistics import median

from check_day import Target
from cohort_modes import Cohort, Figure, dask, local, naive
from cohort_watch import canned

THREADS = 16
"""Of the naive way: 32 are no faster, and take twice the memory."""

SHORT, LONG = (16, 192, 1), (48, 512, 3)
"""Accounts of the naive way, accounts of the others, rounds."""


def main(*, long: bool) -> int:
    few, many, rounds = LONG if long else SHORT
    with tempfile.TemporaryDirectory() as folder, canned() as server:
        server.delay(50)
        found = []
        for _ in range(rounds):
            load = os.getloadavg()[0]
            cohorts = [Cohort(server, Path(tempfile.mkdtemp(dir=folder)), count) for count in (few, many, many)]
            figures = [naive(cohorts[0], THREADS), local(cohorts[1]), dask(cohorts[2])]
            print(f"\n50 ms a request, load {load:.1f}", *figures, sep="\n  ")
            found.append(figures)
        targets = _speed(found)
        if long:
            targets += _flat(server, folder) + repeated(server, folder)
    print()
    print(*targets, sep="\n")
    return 0 if all(target.met for target in targets) else 1


def _speed(rounds: list[list[Figure]]) -> list[Target]:
    ratios = [ours.rate / naive.rate for naive, ours, _ in rounds]
    spread = f" ({min(ratios):.1f} to {max(ratios):.1f})" if len(rounds) > 1 else ""
    return [
        Target(f"local processes / thread pool{spread}", median(ratios), ">=", 12),
        Target("dask / local processes", median(remote.rate / ours.rate for _, ours, remote in rounds), ">=", 0.9),
        Target("MiB of two processes, 64 threads each", max(ours.mebibytes for _, ours, _ in rounds), "<=", 160),
    ]


def _flat(server: object, folder: str) -> list[Target]:
    """Memory does not grow with the cohort. Nothing waits here: only how many there are matters."""
    raise NotImplementedError


if __name__ == "__main__":
    sys.exit(main(long="--long" in sys.argv[1:]))
