"""`workshop init`, `env` and `status`: who the learner is, and what the shell and the Record know."""

from __future__ import annotations

import os
import re
import shlex
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from checkday import names, settings
from checkday.cli import exits, terminal
from checkday.cli.arguments import tell
from checkday.errors import BadSetting

if TYPE_CHECKING:
    import argparse

    from checkday.words import Words

_ACCOUNT = re.compile(r"\d{12}", re.ASCII)
_UNSET_IN_SANDBOX = ("AWS_PROFILE", "AWS_SESSION_TOKEN")


def init(given: argparse.Namespace, words: Words) -> int:
    """Note the learner's settings; what is not given keeps its value."""
    wanted = settings.load(
        language=given.lang, region=given.region, replica_region=given.replica_region, learner=given.learner
    )
    if wanted.learner is None and sys.stdin.isatty():
        wanted = settings.checked(replace(wanted, learner=input(words("init.ask_learner")).strip()))
    learner = wanted.named(sandbox=False)
    path = settings.save(wanted)
    print(
        words(
            "init.saved",
            path=path,
            learner=learner,
            region=wanted.region,
            replica_region=wanted.replica_region,
        )
    )
    return exits.PASSED


def env(given: argparse.Namespace, words: Words) -> int:
    """Print the variables of the pages' commands; nothing at all on standard output if one is missing."""
    wanted = settings.load(language=given.lang)
    variables: dict[str, str | None] = {}
    if given.sandbox:
        found = _sandbox_variables(words)
        if found is None:
            return exits.FAILED
        variables |= found
        account = str(found["AWS_ACCESS_KEY_ID"])
    else:
        variables |= {"AWS_PROFILE": given.profile} if given.profile else {}
        if endpoint := os.environ.get("AWS_ENDPOINT_URL"):
            terminal.warn(words, "env.still_elsewhere", {"endpoint": endpoint})
        account = _account(given.profile, wanted.region)
    wanted = settings.with_defaults(wanted, sandbox=given.sandbox)
    variables |= names.environment(wanted, account)
    for name, value in variables.items():
        print(f"unset {name}" if value is None else f"export {name}={shlex.quote(value)}")
    return exits.PASSED


def status(given: argparse.Namespace, words: Words) -> int:
    """Settings, sandbox and Record, without asking AWS anything."""
    from checkday.record import everything
    from checkday.sandbox import lifecycle

    wanted = settings.load(language=given.lang)
    print(words("status.learner", value=wanted.learner or words("status.none")))
    print(words("status.regions", region=wanted.region, replica_region=wanted.replica_region))
    running = lifecycle.find()
    if running is None:
        print(words("sandbox.not_running.seen"))
    else:
        facts = {"endpoint": running.endpoint, "pid": running.pid, "started_at": running.started_at}
        print(words("sandbox.running", **facts))
    on_record = everything(wanted.learner or settings.SANDBOX_LEARNER)
    for record in on_record:
        key = record.key
        listed = ", ".join(sorted(record.proofs))
        print(words("status.proven", origin=words(f"origin.{key.origin}"), account=key.account, names=listed))
    if not on_record:
        print(words("status.nothing"))
    return exits.PASSED


def _sandbox_variables(words: Words) -> dict[str, str | None] | None:
    from checkday.cli.sandbox import connection

    found = connection()
    if found is None:
        tell(words, "sandbox.not_running")
        return None
    key, secret = found.credentials
    unset: dict[str, str | None] = dict.fromkeys(_UNSET_IN_SANDBOX)
    return unset | {
        "AWS_ENDPOINT_URL": found.endpoint,
        "NO_PROXY": "127.0.0.1",
        "AWS_ACCESS_KEY_ID": key,
        "AWS_SECRET_ACCESS_KEY": secret,
    }


def _account(profile: str | None, region: str) -> str:
    from checkday.account import Account, Look
    from checkday.account.answers import canonical
    from checkday.account.live import Live
    from checkday.model import Blocked

    try:
        identity = Account(Live(profile=profile)).response(
            Look(region, "sts", "get_caller_identity", canonical({}))
        )
    except Blocked as cause:
        raise BadSetting(f"cause.{cause.code}", **cause.facts) from cause
    account = str(identity["Account"])
    if not _ACCOUNT.fullmatch(account):  # what follows is read by a shell
        endpoint = os.environ.get("AWS_ENDPOINT_URL", "AWS")
        raise BadSetting("cause.bad_answer", endpoint=endpoint, call="sts:GetCallerIdentity")
    return account
