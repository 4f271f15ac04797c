"""Rosters, and runs of `workshop grade` over them."""

import io
import json
import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

from checkday import curriculum
from checkday.cli import exits, grading
from checkday.cli.workshop import workshop as parsed
from checkday.cohort.executors import Crew
from checkday.cohort.fleet import Way
from checkday.cohort.look import Plan, unpack
from checkday.cohort.processes import Pool
from checkday.errors import BadSetting
from checkday.outputs import as_json
from checkday.roster import Learner


class Ended(NamedTuple):
    code: int
    out: str
    err: str


def workshop(*arguments: object, **environment: str) -> Ended:
    """One call of the command, in a process of its own."""
    everywhere = os.environ | environment
    done = subprocess.run(command(*arguments), env=everywhere, capture_output=True, timeout=120, check=False)
    return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())


class _Threads(Pool):
    """The same work in this process: workers of their own take a second to start."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(64)

    def submit(self, fn: Callable, /, *args: Any, **kwargs: Any) -> Future:
        return self._pool.submit(fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._pool.shutdown(wait, cancel_futures=cancel_futures)


@contextmanager
def _here(*_: object, **__: object) -> Iterator[Crew]:
    with _Threads() as pool:
        yield Crew(pool, 1, 72)


def called(*arguments: object, aws: str | None = None) -> Ended:
    """One call of the command in this process; `aws` is the endpoint that stands for AWS."""
    out, err, hook = io.StringIO(), io.StringIO(), sys.excepthook
    way = partial(Way, aws=aws)
    with (
        mock.patch.multiple(grading, crew=_here, judges=_here, Way=way),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        code = exits.guarded(parsed, list(map(str, arguments)))
    sys.excepthook = hook
    return Ended(code, out.getvalue(), err.getvalue())


def report(folder: Path, who: str) -> dict:
    """The report that counts."""
    with sqlite3.connect(folder / "run.sqlite") as database:
        return unpack(database.execute("select report from graded where id = ?", (who,)).fetchone()[0])


def count(folder: Path) -> int:
    """How many rows there are, of a run that may be at work or not yet begun."""
    try:
        return len(rows(folder))
    except sqlite3.OperationalError:
        return 0


def until(question: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for it."""
    end = time.monotonic() + seconds
    while not question():
        assert time.monotonic() < end
        time.sleep(0.01)


def command(*arguments: object) -> list[str]:
    return [sys.executable, str(Path(__file__).with_name("grading_elsewhere.py")), *map(str, arguments)]


def learner(number: int) -> Learner:
    account = f"{number:012d}"
    return Learner(f"le{number}", f"Học viên {number}", account, f"arn:aws:iam::{account}:role/grader", "x-1")


def written(folder: Path, *learners: Learner, name: str = "roster.csv") -> Path:
    """A roster of these learners."""
    path = folder / name
    columns = ("id", "name", "account", "role_arn", "external_id")
    lines = [",".join(columns)]
    lines += [",".join(getattr(one, column) or "" for column in columns) for one in learners]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def plan(days: tuple[int, ...] = (1,), **changes: object) -> Plan:
    way = Way(aws=os.environ.get("AWS_ENDPOINT_URL"))
    return Plan(days, curriculum.load(days).version, way, as_json.document, **changes)


def rows(folder: Path) -> dict[str, tuple]:
    """Learner -> (state, cause, snapshot)."""
    with sqlite3.connect(folder / "run.sqlite") as database:
        found = database.execute("select id, state, cause, snapshot from graded")
        return {name: tuple(rest) for name, *rest in found}


def verdicts(report: dict) -> dict[str, str]:
    return {one["id"]: one["verdict"] for one in report["findings"]}


def meta(folder: Path) -> dict[str, str]:
    with sqlite3.connect(folder / "run.sqlite") as database:
        return dict(database.execute("select key, value from meta"))


def facts(folder: Path, who: str) -> dict:
    with sqlite3.connect(folder / "run.sqlite") as database:
        return json.loads(database.execute("select facts from graded where id = ?", (who,)).fetchone()[0])


def refuse():
    raise BadSetting("grade.no_run", path="x")


def unpicklable():
    error = ValueError("held")
    error.lock = threading.Lock()
    raise error


def children(parent: int) -> list[int]:
    """The processes that this one has started."""
    line = ["ps", "-o", "pid=", "--ppid", str(parent)]
    return list(map(int, subprocess.run(line, capture_output=True, check=True).stdout.split()))


def alive(pid: int) -> bool:
    """Whether it runs, rather than waits to be buried."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, check=False).stdout
    return bool(state.strip()) and not state.startswith(b"Z")
