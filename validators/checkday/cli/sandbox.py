"""`workshop sandbox` and the way to it that `--sandbox` takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from checkday import settings
from checkday.cli import exits
from checkday.errors import BadSetting
from checkday.sandbox import lifecycle

if TYPE_CHECKING:
    import argparse

    from checkday.words import Words

ACTIONS = ("up", "down", "status", "reset")


class Connection(NamedTuple):
    """How to talk to the running sandbox: any secret will do, the key is the account."""

    endpoint: str
    account: str
    credentials: tuple[str, str]


def connection() -> Connection | None:
    """The running sandbox, or None."""
    found = lifecycle.find()
    if found is None:
        return None
    return Connection(found.endpoint, lifecycle.ACCOUNT, (lifecycle.ACCOUNT, "sandbox"))


def sandbox(given: argparse.Namespace, words: Words) -> int:
    """Do what was asked of the sandbox; every action may be repeated."""
    if given.action == "up":
        return _up(given, words)
    if given.action == "down":
        print(words("sandbox.stopped" if lifecycle.down() else "sandbox.was_not_running"))
    elif given.action == "reset":
        lifecycle.reset()
        print(words("sandbox.emptied"))
    else:
        return _status(words)
    return exits.PASSED


def _up(given: argparse.Namespace, words: Words) -> int:
    def say(key: str, /, **facts: object) -> None:
        print(words(key, **facts), flush=True)

    if given.port is not None and not given.port.isdecimal():
        raise BadSetting("sandbox.bad_port", port=given.port)
    port = int(given.port) if given.port else None
    region = settings.load(language=given.lang).region
    running = lifecycle.up(port=port, region=region, foreground=given.foreground, say=say)
    if given.foreground:
        print(words("sandbox.stopped"))
        return exits.PASSED
    _tell(running, words)
    print(words("sandbox.faster"))
    print(words("sandbox.use"))
    return exits.PASSED


def _status(words: Words) -> int:
    running = lifecycle.find()
    if running is None:
        print(words("sandbox.not_running.seen"))
        return exits.FAILED
    _tell(running, words)
    return exits.PASSED


def _tell(running: lifecycle.Running, words: Words) -> None:
    print(words("sandbox.running", endpoint=running.endpoint, pid=running.pid, started_at=running.started_at))
