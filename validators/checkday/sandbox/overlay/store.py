"""What the overlay remembers itself: one SQLite file beside the emulator's state.

A transaction is safe from a killed process as soon as it is committed; only a crash of the whole machine may
take the last of them.
"""

from __future__ import annotations

import functools
import os
import sqlite3
from pathlib import Path


@functools.cache
def connection() -> sqlite3.Connection:
    """The one connection, for the event loop's own thread; each statement commits by itself."""
    folder = os.environ.get("STATE_DIR")
    if folder is None:
        return _open(":memory:")
    Path(folder).mkdir(mode=0o700, parents=True, exist_ok=True)
    return _open(str(Path(folder) / "overlay.sqlite"))


def _open(path: str) -> sqlite3.Connection:
    found = sqlite3.connect(path, isolation_level=None)
    found.execute("PRAGMA journal_mode = WAL")
    found.execute("PRAGMA synchronous = NORMAL")
    found.execute("PRAGMA auto_vacuum = INCREMENTAL")
    return found
