"""How fast `check-day 1` is, against what nothing can beat and against a plain script of the same calls.

    python benchmarks/check_day.py [ROUNDS]

Everything runs in fresh processes, in turn, against a canned account (canned.py), so that a busy machine
slows all alike: read the ratios. A figure counts only if every milestone passed and the server saw just the
requests that the report tells of. Exit 1 when a target of the design is missed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple
from urllib.request import ProxyHandler, build_opener

from day1 import LEARNER, REGION

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

HERE = Path(__file__).parent
CHECK_DAY = str(Path(sys.executable).with_name("check-day"))
FLOOR, CHECK, SERIAL, HELP = "python -c pass", "check-day 1", "serial boto3", "check-day --help"
PROGRAMS: Mapping[str, Sequence[str]] = {
    FLOOR: (sys.executable, "-c", "pass"),
    CHECK: (CHECK_DAY, "1", "--format", "json"),
    SERIAL: (sys.executable, str(HERE / "serial.py")),
    HELP: (CHECK_DAY, "--help"),
}
DELAYS = (0, 50, 200)
"""Milliseconds a request."""

ROUND_TRIPS = 3
MOST_REQUESTS = 30


class Target(NamedTuple):
    """One promise of the design; `most` or at least, as `sign` says."""

    what: str
    value: float
    sign: str
    limit: float

    @property
    def met(self) -> bool:
        return self.value <= self.limit if self.sign == "<=" else self.value >= self.limit

    def __str__(self) -> str:
        return (
            f"{'ok    ' if self.met else 'MISSED'} {self.what}: {self.value:.2f} ({self.sign} {self.limit})"
        )


class Bench:
    """One canned account and one home folder for all runs."""

    def __init__(self, endpoint: str, home: Path) -> None:
        self.endpoint = endpoint
        self.environment = _environment(endpoint, home)
        self.calls: list[str] = []
        self.ask = build_opener(ProxyHandler({})).open

    def control(self, what: str) -> list[str]:
        with self.ask(f"{self.endpoint}/-/{what}") as answer:
            return list(json.load(answer))

    def timed(self, program: str) -> float:
        """The seconds one run takes, once its answer is known to be right."""
        self.control("calls")
        started = time.perf_counter()
        done = subprocess.run(
            PROGRAMS[program], env=self.environment, capture_output=True, text=True, check=False
        )
        seconds = time.perf_counter() - started
        assert done.returncode == 0, (
            f"{program}: exit {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
        )
        self._judge(program, done.stdout, sorted(self.control("calls")))
        return seconds

    def _judge(self, program: str, output: str, calls: list[str]) -> None:
        if program == CHECK:
            report = json.loads(output)
            verdicts = {finding["verdict"] for finding in report["findings"]}
            assert verdicts == {"passed"}, verdicts
            assert report["requests"] == len(calls), f"told of {report['requests']} requests, sent {calls}"
            self.calls = calls
        elif program == SERIAL:
            assert calls == self.calls, f"the serial script makes other calls:\n{calls}\n{self.calls}"
        else:
            assert not calls, calls


@contextmanager
def canned() -> Iterator[str]:
    command = [sys.executable, str(HERE / "canned.py")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        try:
            yield server.stdout.readline().strip()
        finally:
            server.terminate()


def _environment(endpoint: str, home: Path) -> dict[str, str]:
    folders = {f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in ("CACHE", "CONFIG", "DATA", "STATE")}
    return folders | {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "benchmark",
        "AWS_SECRET_ACCESS_KEY": "benchmark",
        "WORKSHOP_LEARNER": LEARNER,
        "WORKSHOP_REGION": REGION,
    }


def measure(bench: Bench, rounds: int) -> dict[int, dict[str, list[float]]]:
    """Seconds by delay and program, the programs taking turns."""
    times: dict[int, dict[str, list[float]]] = {}
    for delay in DELAYS:
        bench.control(f"delay/{delay}")
        times[delay] = {program: [] for program in PROGRAMS}
        for _ in range(rounds):
            for program, seconds in times[delay].items():
                seconds.append(bench.timed(program))
        _print_table(delay, times[delay])
    return times


def _print_table(delay: int, times: Mapping[str, Sequence[float]]) -> None:
    limit = median(times[FLOOR]) + ROUND_TRIPS * delay / 1000
    print(f"\n{delay} ms a request                 median    least    x limit of {limit * 1000:.0f} ms")
    for program, seconds in times.items():
        middle = median(seconds)
        print(f"  {program:24}{middle * 1000:9.0f} ms{min(seconds) * 1000:6.0f} ms{middle / limit:9.2f}")


def targets(times: Mapping[int, Mapping[str, Sequence[float]]], requests: int) -> list[Target]:
    """What design section 10 and issue 2 promise, from medians."""
    middle = {
        delay: {program: median(seconds) for program, seconds in of.items()} for delay, of in times.items()
    }
    found = []
    for delay, most, least in ((50, 2.5, 2.2), (200, 1.5, 2.5)):
        here = middle[delay]
        limit = here[FLOOR] + ROUND_TRIPS * delay / 1000
        found.append(Target(f"check-day 1 at {delay} ms / limit", here[CHECK] / limit, "<=", most))
        found.append(Target(f"serial / check-day 1 at {delay} ms", here[SERIAL] / here[CHECK], ">=", least))
    floor, helped = (median([s for of in times.values() for s in of[program]]) for program in (FLOOR, HELP))
    found.append(Target("check-day --help / python -c pass", helped / floor, "<=", 3))
    found.append(Target("requests of check-day 1", requests, "<=", MOST_REQUESTS))
    return found


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    with tempfile.TemporaryDirectory() as home, canned() as endpoint:
        bench = Bench(endpoint, Path(home))
        first = bench.timed(CHECK)
        copies = len(list(Path(home, "cache", "checkday").glob("models-*")))
        print(
            f"first run, cold: {first * 1000:.0f} ms; model copies: {copies}; load {os.getloadavg()[0]:.1f}"
        )
        times = measure(bench, rounds)
        found = targets(times, len(bench.calls))
    print(f"\n{rounds} rounds; every milestone passed and every request was told of in each run")
    print(*found, sep="\n")
    return 0 if all(target.met for target in found) else 1


if __name__ == "__main__":
    sys.exit(main())
