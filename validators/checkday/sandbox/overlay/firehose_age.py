"""A stream is being created for a moment after it was asked for."""

from __future__ import annotations

import os
import time

_CREATING = float(os.environ.get("CHECKDAY_SANDBOX_CREATING", "1.5"))
"""Seconds; on AWS it is rather a minute."""


def is_young(created: float) -> bool:
    """Whether the stream is still being created. Its age tells, so nothing need be remembered for it."""
    return time.time() - created < _CREATING
