"""How far a run is: a live line on a terminal, elsewhere a line every few seconds."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from checkday.cohort.collect import Tally
    from checkday.words import Words

_EVERY = 5.0
_LIVE = 0.2
"""Seconds between two lines: of a log, of a terminal."""


class Advance:
    """Shows a tally as it grows, on standard error."""

    def __init__(self, words: Words) -> None:
        self._words, self._terminal = words, sys.stderr.isatty()
        self._last = time.monotonic() if not self._terminal else 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._terminal:
            sys.stderr.write("\r\x1b[K")

    def show(self, tally: Tally) -> None:
        """Show it, unless that was just done."""
        now = time.monotonic()
        if now - self._last < (_LIVE if self._terminal else _EVERY) and tally.done < tally.total:
            return
        self._last = now
        line = self._line(tally)
        sys.stderr.write(f"\r\x1b[K{line}" if self._terminal else f"{line}\n")
        sys.stderr.flush()

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


def _clock(seconds: float | None) -> str:
    if seconds is None:
        return "?"
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
