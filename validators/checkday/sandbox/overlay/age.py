"""What was just asked for is being created for a moment."""

from __future__ import annotations

import os
import time

_CREATING = float(os.environ.get("CHECKDAY_SANDBOX_CREATING", "1.5"))
"""Seconds; on AWS it is rather a minute, and for a restored table many."""


def is_young(created: float) -> bool:
    """Whether it is still being created. Its age tells, so nothing need be remembered for it."""
    return time.time() - created < _CREATING
