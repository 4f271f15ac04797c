"""How far a run is: a live line on a terminal, elsewhere a line now and then."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.progress import Progress

    from checkday.cohort.collect import Tally
    from checkday.words import Words

_FIRST, _LONGEST = 5.0, 60.0
"""Seconds between two lines of a log: a night's run would otherwise fill it."""


class Advance:
    """Shows a tally as it grows, on standard error."""

    def __init__(self, words: Words) -> None:
        self._words, self._bar = words, _bar()
        self._last, self._pause = time.monotonic(), _FIRST

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.add_task("")
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def show(self, tally: Tally) -> None:
        """Show it, unless that was just done."""
        if self._bar is not None:
            (task,) = self._bar.task_ids
            line = self._line(tally)
            self._bar.update(task, completed=tally.done, total=max(tally.total, 1), description=line)
            return
        now = time.monotonic()
        if now - self._last < self._pause and tally.done < tally.total:
            return
        self._last, self._pause = now, min(2 * self._pause, _LONGEST)
        print(self._line(tally), file=sys.stderr, flush=True)

    def _line(self, tally: Tally) -> str:
        line = self._words(
            "grade.progress",
            done=tally.done,
            total=tally.total,
            rate=round(tally.rate() * 60),
            left=_clock(tally.left()),
            failed=tally.failed.total(),
            broken=tally.broken.total(),
        )
        causes = ", ".join(f"{cause} {count}" for cause, count in tally.failed.most_common(3))
        return f"{line} ({causes})" if causes else line


def _bar() -> Progress | None:
    """The live line, cut to the width of the terminal; None where nothing can be painted over."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        return None
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn
    from rich.table import Column

    text = TextColumn("{task.description}", markup=False, table_column=Column(no_wrap=True, ratio=1))
    console = Console(stderr=True, highlight=False, emoji=False)
    return Progress(
        BarColumn(bar_width=16),
        text,
        console=console,
        transient=True,
        expand=True,
        refresh_per_second=5,
        redirect_stdout=False,
        redirect_stderr=False,
    )


def _clock(seconds: float | None) -> str:
    if seconds is None:
        return "?"
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
