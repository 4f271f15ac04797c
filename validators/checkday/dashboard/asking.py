"""Both queries at once, to their ends; whatever stops us stops them too."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from checkday import resources
from checkday.errors import CheckdayError
from checkday.writer import Athena, Execution, NotSent

QUESTIONS = ("heat_map", "tree_map")

MOST_ROWS = 20_000
"""The course's own data gives about 1,500 of them; what has so many more is another table."""

_PATIENCE = 300.0
"""Seconds: a query of a few MB takes two or three, but may stand in a queue."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 2.0


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows of one query, without the header, and what it took to get them."""

    query: str
    columns: list[str | None]
    rows: list[list[str | None]]
    scanned: int


def statements() -> dict[str, str]:
    """Question -> the SQL that the pages show too."""
    folder = resources.shared() / "sql" / "day4"
    return {name: (folder / f"{name}.sql").read_text(encoding="utf-8").strip() for name in QUESTIONS}


def ask(athena: Athena, asked: Sequence[str], progress: Callable[[str, int], None]) -> list[Answer]:
    """The answers, in order. `progress` gets what Athena says it is doing, and how many are done.

    Raises:
        NotSent: Athena refuses, a query fails or takes too long, or a result is too large.

    """
    running: list[str] = []
    try:
        for statement in asked:
            running.append(athena.start(statement))  # noqa: PERF401 - what has begun must be known at once
        found = _until_over(athena, running, progress)
        return [_answer(athena, one) for one in found]
    except BaseException:
        for number in running:
            with suppress(CheckdayError):  # the first reason is the one to tell
                athena.stop(number)
        raise


def _until_over(
    athena: Athena, numbers: Sequence[str], progress: Callable[[str, int], None]
) -> list[Execution]:
    deadline, wait = time.monotonic() + _PATIENCE, _FIRST_PAUSE
    while True:
        found = [athena.execution(number) for number in numbers]
        for one in found:
            if one.state in {"FAILED", "CANCELLED"}:
                raise NotSent("dashboard.query_failed", state=one.state, reason=one.reason or one.id)
        open_ones = [one for one in found if not one.over]
        if not open_ones:
            return found
        if time.monotonic() > deadline:
            raise NotSent("dashboard.too_slow", seconds=int(_PATIENCE))
        progress(open_ones[0].state, len(found) - len(open_ones))
        time.sleep(wait)
        wait = min(wait * 1.5, _LONGEST_PAUSE)


def _answer(athena: Athena, execution: Execution) -> Answer:
    rows: list[list[str | None]] = []
    for row in athena.rows(execution.id):
        rows.append(row)
        if len(rows) > MOST_ROWS + 1:
            raise NotSent("dashboard.too_many", most=MOST_ROWS)
    header, *content = rows or [[]]
    return Answer(execution.id, header, content, execution.scanned)
