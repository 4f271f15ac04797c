"""What goes wrong between a person, the console and the sandbox."""

from __future__ import annotations

from typing import Any


class BadInput(Exception):
    """A value that a person typed cannot be what it was said to be: `console.bad.<code>` says why."""

    def __init__(self, code: str, /, **facts: Any) -> None:
        super().__init__(code, facts)
        self.code, self.facts = code, facts


class NoSandbox(Exception):
    """The sandbox does not run, or runs no longer."""


class Lost(Exception):
    """There is nothing at this address."""


class Stale(Exception):
    """The form was made by an earlier run of the console, or for another browser: its token does not fit."""


class Changed(Exception):
    """The item is no longer the one that was read; `now` is what it is, or None if it is gone."""

    def __init__(self, now: dict[str, dict[str, Any]] | None) -> None:
        super().__init__()
        self.now = now
