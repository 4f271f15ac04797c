"""The bounds of a query, and where its traces are kept."""

from __future__ import annotations

import os
from pathlib import Path

from checkday.resources import state_folder

SECONDS = float(os.environ.get("CHECKDAY_SANDBOX_QUERY_SECONDS", "60"))
"""The longest that a query may run."""

MEMORY = int(os.environ.get("CHECKDAY_SANDBOX_QUERY_MEMORY", "300"))
"""MiB that one query may take, the engine itself included."""

CACHE = int(os.environ.get("CHECKDAY_SANDBOX_QUERY_CACHE", "2048")) * 1024 * 1024
"""Bytes of copies of objects to keep."""

AT_ONCE = int(os.environ.get("CHECKDAY_SANDBOX_QUERIES", "2"))
"""How many queries run at the same time; others are queued."""

IDLE = 300.0
"""Seconds that an engine without work is kept."""


def folder() -> Path:
    """Made when it is first needed: all that Athena leaves in the sandbox's state."""
    return state_folder() / "sandbox" / "athena"
