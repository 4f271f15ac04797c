"""Printing: painted on a terminal, plain elsewhere; progress on anything over a second."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from threading import Timer
from typing import TYPE_CHECKING, Any

from checkday import resources
from checkday.cli.arguments import tell
from checkday.model import Unwritable

if TYPE_CHECKING:
    from checkday.outputs.as_text import Line
    from checkday.words import Words

_PATIENCE = 1.0
"""Seconds after which a silent program seems dead."""


def paint(lines: Iterable[Line]) -> None:
    """Print the lines, in colour on a terminal that wants it (NO_COLOR is honoured)."""
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        for line in lines:
            print("".join(text for text, _ in line))
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, emoji=False, markup=False)
    for line in lines:
        console.print(Text.assemble(*line), soft_wrap=True)


def warn(words: Words, key: str, facts: Mapping[str, Any]) -> None:
    """A warning on standard error: the report stands, but something beside it did not work."""
    sys.stderr.write(words("run.warning"))
    tell(words, key, **facts)


@contextmanager
def progress(words: Words, key: str = "report.progress") -> Iterator[Callable[[str, int, int], None]]:
    """A line on standard error that says what is looked at, once it has taken more than a second."""
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    state = {"line": "", "shown": ""}

    def show() -> None:
        state["shown"] = state["line"]
        sys.stderr.write(f"\r\x1b[K{state['line']}")
        sys.stderr.flush()

    def update(name: str, done: int, total: int) -> None:
        state["line"] = words(key, name=name, done=done, total=total)
        if state["shown"]:
            show()

    timer = Timer(_PATIENCE, show)
    timer.daemon = True
    timer.start()
    try:
        yield update
    finally:
        timer.cancel()
        if state["shown"]:
            sys.stderr.write("\r\x1b[K")


def write(path: str, text: str) -> None:
    """Write a file at once or not at all.

    Raises:
        Unwritable: the disk is full, or the place is not ours to write.

    """
    try:
        resources.put(path, text.encode("utf-8"))
    except OSError as error:
        raise Unwritable("output.unwritable", path=path, reason=error.strerror or "") from error
