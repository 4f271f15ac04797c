"""How fast `check-day N` is on the other days: a solved sandbox behind a wire that takes its time.

    python benchmarks/days.py [ROUNDS]

The limit is an interpreter's start and three round trips. The sandbox's own work is part of the figure, so
against AWS it is an upper bound. A figure counts only if everything but the quizzes and the clean-up passed.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from statistics import median

from checkday import curriculum, names
from checkday.settings import Settings
from checkday.solve import scripts, solve

BIN = Path(sys.executable).parent
DAYS = ("1", "2", "3", "4", "5", "6", "7")
TARGETS = {0.05: 2.5, 0.2: 1.5}
COURSE = curriculum.load(curriculum.days())
TASKS = scripts([task.id for day in COURSE.days.values() for task in day.tasks])
BUILDING = [task for task in TASKS if not task.endswith("cleanup")]
OPEN = {one.id for one in COURSE.milestones.values() if one.lasts in {"local", "absence"}}
"""The quizzes, which no script answers, and the clean-up, which would take away what is looked at."""

REQUESTS = {"4": 60, "6": 60, "7": 60}
FEW = 30


class SlowWire:
    """A loopback port that passes everything on to another one, `seconds` later in each direction's half."""

    def __init__(self, port: int) -> None:
        self.target, self.seconds, self.port = port, 0.0, 0
        self._ready = threading.Event()
        threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True).start()
        self._ready.wait()

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._join, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await server.serve_forever()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self.target)
        await asyncio.gather(self._pass(reader, back, self.seconds), self._pass(there, writer, 0))

    async def _pass(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        while chunk := await source.read(65536):
            loop.call_later(seconds, sink.write, chunk)
        loop.call_later(seconds, sink.close)


def main(rounds: int) -> int:
    """Measure, print, and say by the exit code whether every target was met."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {
            "XDG_STATE_HOME": folder,
            "XDG_CACHE_HOME": folder,
            "WORKSHOP_LEARNER": "an01",
        }
        run(["workshop", "sandbox", "up"], environment)
        try:
            card = json.loads((Path(folder) / "checkday/sandbox/server.json").read_text())
            build(environment, f"http://127.0.0.1:{card['port']}")
            return measure(SlowWire(card["port"]), environment, rounds)
        finally:
            run(["workshop", "sandbox", "down"], environment)


def build(environment: dict[str, str], endpoint: str) -> None:
    """Seven days by the pages' own commands, and no clean-up."""
    settings, account = Settings(learner=environment["WORKSHOP_LEARNER"]), "123456789012"
    learner = names.environment(settings, account) | {
        "XDG_STATE_HOME": environment["XDG_STATE_HOME"],
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": account,
        "AWS_SECRET_ACCESS_KEY": "x",
    }
    failure = solve(curriculum.days(), tasks=BUILDING, environment=learner, say=lambda _: None)
    assert failure is None, failure


def measure(wire: SlowWire, environment: dict[str, str], rounds: int) -> int:
    keys = {"AWS_ACCESS_KEY_ID": "123456789012", "AWS_SECRET_ACCESS_KEY": "x"}
    environment |= keys | {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{wire.port}"}
    missed = 0
    for seconds, target in TARGETS.items():
        wire.seconds = seconds
        for day in DAYS:
            figures = [(floor(), timed(day, environment)) for _ in range(rounds + 1)][1:]
            limit = median(one for one, _ in figures) + 3 * seconds
            ratio = median(one for _, (one, _) in figures) / limit
            requests = figures[0][1][1]
            missed += ratio > target or requests > REQUESTS.get(day, FEW)
            figure = f"{ratio:.2f} x limit (<= {target}), {requests} requests"
            print(f"check-day {day} at {seconds * 1000:3.0f} ms: {figure}")
    return 1 if missed else 0


def timed(day: str, environment: dict[str, str]) -> tuple[float, int]:
    """Seconds and requests of one fresh process."""
    started = time.perf_counter()
    command = [BIN / "check-day", day, "--format", "json"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - started
    report = json.loads(done.stdout)
    assert all(one["verdict"] == "passed" or one["id"] in OPEN for one in report["findings"])
    return seconds, report["requests"]


def floor() -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    return time.perf_counter() - started


def run(command: list[str], environment: dict[str, str]) -> None:
    subprocess.run([BIN / command[0], *command[1:]], env=environment, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5))
