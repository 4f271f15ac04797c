"""One read whose answer may be that there is nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from checkday.account import Absent

P = ParamSpec("P")
T = TypeVar("T")


def lookup(read: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
    """What AWS answers, or None when it answers that there is no such thing."""
    try:
        return read(*args, **kwargs)
    except Absent:
        return None
