"""Why not all is sent or answered. Light on imports."""

from __future__ import annotations

from checkday.errors import CheckdayError


class NotSent(CheckdayError):
    """AWS does not take the records or the query, for a reason that the word key names."""


class Interrupted(Exception):
    """The user stopped it; what was sent is noted, and the next run goes on from there."""

    def __init__(self, sent: int, total: int) -> None:
        super().__init__(sent, total)
        self.sent, self.total = sent, total
