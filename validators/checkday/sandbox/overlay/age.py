"""What was just asked for is being created for a moment."""

from __future__ import annotations

import os
import time

CREATING = float(os.environ.get("CHECKDAY_SANDBOX_CREATING", "1.5"))
"""Seconds; on AWS it is rather a minute, and for a restored table many."""


def is_young(created: float, share: float = 1.0) -> bool:
    """Whether it is still being created, or is in the first share of that time.

    Its age tells, so nothing need be remembered for it.
    """
    # Of a clock that was set back nothing can be told: then it is old.
    return 0 <= time.time() - created < CREATING * share
