"""How a command that writes reaches the account: where it is, whose it is, and whether its owner agrees."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from checkday.cli.arguments import tell
from checkday.model import Blocked
from checkday.writer import NotSent

if TYPE_CHECKING:
    import argparse

    from checkday.account import Account
    from checkday.words import Words

_YES = {"y", "yes"}


def way(given: argparse.Namespace, words: Words) -> dict[str, Any] | None:
    """How to reach the account, as `Live` and `Writer` take it; None if the sandbox sleeps."""
    if not given.sandbox:
        return {"profile": given.profile}
    from checkday.cli.sandbox import connection

    found = connection()
    if found is None:
        tell(words, "sandbox.not_running")
        return None
    return {"endpoint": found.endpoint, "credentials": found.credentials}


def owner(account: Account, region: str) -> str:
    """The 12 digits of the account.

    Raises:
        NotSent: AWS does not say.

    """
    try:
        return str(account.window(region, set()).sts.get_caller_identity()["Account"])
    except Blocked as cause:
        raise NotSent(f"cause.{cause.code}", **cause.facts) from cause


def agreed(effect: str, words: Words) -> bool:
    """Tell what would be done, and ask whether to go on."""
    print(effect)
    with suppress(EOFError):
        return input(words("data.ask")).strip().lower() in _YES
    return False
