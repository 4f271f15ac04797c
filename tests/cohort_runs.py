"""Rosters, and runs of `workshop grade` over them."""

import json
import os
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path
from typing import NamedTuple

from checkday import curriculum
from checkday.cohort.fleet import Way
from checkday.cohort.look import Plan
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
