"""What a benchmark sees from outside: the canned server's counts, and the memory of a tree of processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.request import ProxyHandler, build_opener

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Seen:
    """Requests by account, those that had no answer, and the server's CPU seconds so far."""

    asked: dict[str, int]
    strangers: dict[str, int]
    cpu: float


class Server:
    """The canned cohort in its own process."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self._ask = build_opener(ProxyHandler({})).open

    def delay(self, milliseconds: int) -> None:
        self._ask(f"{self.endpoint}/-/delay/{milliseconds}").close()

    def seen(self) -> Seen:
        """Everything since the last such question."""
        with self._ask(f"{self.endpoint}/-/seen") as answer:
            return Seen(**json.load(answer))


@contextmanager
def canned() -> Iterator[Server]:
    with subprocess.Popen(
        [sys.executable, str(HERE / "cohort_server.py")], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        try:
            yield Server(process.stdout.readline().strip())
        finally:
            process.terminate()


class Memory:
    """The most that a process and its descendants held at once, sampled ten times a second."""

    def __init__(self, *roots: int) -> None:
        self.peak, self._roots, self._over = 0.0, roots, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.1):
            self.peak = max(self.peak, sum(resident(one) for root in self._roots for one in family(root)))


def family(root: int) -> list[int]:
    """The process and all that descend from it."""
    found = [root]
    for process in found:
        with suppress(OSError):
            for thread in Path(f"/proc/{process}/task").iterdir():
                found += map(int, (thread / "children").read_text().split())
    return found


def resident(process: int) -> float:
    """MiB of memory; 0 if the process has ended."""
    with suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
    return 0.0


def cpu_of(process: int) -> float:
    """Seconds of CPU that a living process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
