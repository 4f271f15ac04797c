"""`workshop doctor`: is everything ready, and how to mend what is not."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from checkday import curriculum, settings
from checkday.cli import exits, terminal
from checkday.doctor import Diagnosis, Mark, Permissions, Witness, examine, machine, needed, permissions
from checkday.doctor.diagnosis import fine, mend
from checkday.errors import BadSetting, WriteRefused
from checkday.sandbox import lifecycle

if TYPE_CHECKING:
    import argparse

    from checkday.outputs.as_text import Line
    from checkday.settings import Settings
    from checkday.words import Words

_STYLES = {Mark.FINE: "green", Mark.MIND: "yellow", Mark.MEND: "red"}


def doctor(given: argparse.Namespace, words: Words) -> int:
    """Look at the account and at this machine; with `--policy`, print the permissions and look at nothing.

    Raises:
        BadSetting: an argument or setting is wrong.
        WriteRefused: something tried to send more than a read.

    """
    if given.policy:
        print(_json(needed()))
        return exits.PASSED
    if given.sandbox and given.profile:
        raise BadSetting("usage.conflict", one="--sandbox", other="--profile", program="workshop doctor")
    wanted = settings.load(language=given.lang, region=given.region)
    said = list(_shown(_account(given, wanted, words), words))
    said += _shown((*machine(), _cost(), _sandbox()), words)
    return exits.FAILED if any(one.mark is Mark.MEND for one in said) else exits.PASSED


def _shown(diagnoses: Iterable[Diagnosis], words: Words) -> Iterator[Diagnosis]:
    for one in diagnoses:
        terminal.paint(_lines(one, words))
        yield one


def _lines(one: Diagnosis, words: Words) -> Iterator[Line]:
    style = _STYLES[one.mark]
    key = one.key if one.mark is Mark.FINE else f"{one.key}.seen"
    yield ((f"{one.mark} ", style), (words(key, **one.facts), ""))
    if one.mark is not Mark.FINE:
        yield (("  → ", "bold"), (words(f"{one.key}.todo", **one.facts), "bold"))


def _account(given: argparse.Namespace, wanted: Settings, words: Words) -> Iterator[Diagnosis]:
    from checkday.account import Account

    witness = _witness(given)
    if witness is None:
        yield mend("sandbox.not_running")
        return
    account = Account(witness)
    if wanted.learner is None and not witness.simulated_in(wanted.region):
        yield mend("settings.no_learner")
    with terminal.progress(words) as progress:
        found = list(examine(witness, account, wanted))
        identity = next((one.facts for one in found if one.key == "doctor.identity"), None)
        tried = None
        if identity:
            simulated = witness.simulated
            tried = permissions(account, wanted, identity["account"], simulated=simulated, progress=progress)
    if witness.guard.violations:
        raise WriteRefused("guard", calls=", ".join(witness.guard.violations))
    yield from found
    if tried:
        yield from tried.diagnoses()
        _ask_for(tried, words)


def _witness(given: argparse.Namespace) -> Witness | None:
    if not given.sandbox:
        return Witness(profile=given.profile)
    from checkday.cli.sandbox import connection

    found = connection()
    return Witness(endpoint=found.endpoint, credentials=found.credentials) if found else None


def _ask_for(tried: Permissions, words: Words) -> None:
    if tried.denied:
        print(words("doctor.ask_for"))
        print(_json(needed(tried.denied)))


def _cost() -> Diagnosis:
    """What the pages of this version estimate, task by task."""
    days = curriculum.days()
    tasks = [task for day in curriculum.load(days).days.values() for task in day.tasks]
    return fine("doctor.cost", usd=f"{sum(task.cost_usd for task in tasks):.2f}", days=len(days))


def _sandbox() -> Diagnosis:
    running = lifecycle.find()
    if running is None:
        return fine("doctor.no_sandbox")
    facts = {"endpoint": running.endpoint, "pid": running.pid, "started_at": running.started_at}
    return fine("sandbox.running", **facts)


def _json(value: object) -> str:
    return json.dumps(value, indent=1)
