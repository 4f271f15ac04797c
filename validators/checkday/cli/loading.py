"""`workshop data load`: put the course's items into the learner's DynamoDB tables."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from checkday import names, settings
from checkday.account import Account
from checkday.account.live import Live
from checkday.cli import exits, reach, terminal
from checkday.cli.arguments import tell
from checkday.data import seed_of
from checkday.data.loads import LOADS
from checkday.errors import BadSetting
from checkday.writer import Interrupted, NotSent, Table, Writer, put_all, put_newer

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from checkday.data.loads import Item, Load
    from checkday.settings import Settings
    from checkday.words import Words

_PROGRAM = "workshop data"


def load(given: argparse.Namespace, words: Words) -> int:
    """Put into each table what is not there yet; with --again, everything as it was at first."""
    wanted = _wanted(given.table)
    way = reach.way(given, words)
    if way is None:
        return exits.FAILED
    try:
        return _load(given, wanted, way, words)
    except NotSent as reason:
        tell(words, reason.key, **reason.facts)
        return exits.FAILED
    except Interrupted as stop:
        print("\n" + words("data.load.interrupted", sent=stop.sent, total=stop.total), file=sys.stderr)
        return exits.INTERRUPTED


def _wanted(table: str | None) -> Sequence[str]:
    if table is None:
        return names.TABLES
    if table not in LOADS:
        raise BadSetting("data.load.unknown_table", value=table, known=", ".join(LOADS))
    return (table,)


@dataclass(frozen=True, slots=True)
class _Task:
    """What is to be put into one table."""

    table: Table
    items: Sequence[Item]
    load: Load


def _load(given: argparse.Namespace, wanted: Sequence[str], way: Mapping[str, Any], words: Words) -> int:
    source = Live(**way)
    chosen = settings.load(language=given.lang)
    live = not source.simulated_in(chosen.region)
    chosen = settings.with_defaults(chosen, sandbox=not live)
    if live and not given.yes and not sys.stdin.isatty():
        raise BadSetting("data.no_terminal", program=_PROGRAM)
    learner, account = chosen.named(sandbox=not live), Account(source)
    owner = reach.owner(account, chosen.region)
    # Every table is looked at before the first item is written.
    tasks = [_task(account, owner, learner, chosen, what, again=given.again) for what in wanted]
    if not _tell_what_is_there(tasks, words):
        return exits.PASSED
    if live and not given.yes and not reach.agreed(_effect(tasks, owner, chosen, words), words):
        print(words("data.declined"))
        return exits.FAILED
    _put(tasks, Writer(learner, chosen.region, **way), words)
    return exits.PASSED


def _task(account: Account, owner: str, learner: str, chosen: Settings, what: str, *, again: bool) -> _Task:
    name = names.name(LOADS[what].into or what, learner=learner, account=owner, region=chosen.region)
    load = LOADS[what].of(seed_of(learner))
    table = Table.find(account, owner, name, chosen.region, load)
    return _Task(table, load.items() if again else table.missing, load)


def _tell_what_is_there(tasks: Sequence[_Task], words: Words) -> bool:
    """Say what needs no loading; whether anything is left to load."""
    for task in tasks:
        if not task.items:
            print(words("data.load.nothing_left", name=task.table.name))
        if task.table.changed and len(task.items) == len(task.table.missing):
            print(words("data.load.changed", name=task.table.name, count=task.table.changed))
    return any(task.items for task in tasks)


def _effect(tasks: Sequence[_Task], owner: str, chosen: Settings, words: Words) -> str:
    tables = ", ".join(f"{task.table.name} ({len(task.items)})" for task in tasks if task.items)
    count = sum(len(task.items) for task in tasks)
    return words("data.load.effect", count=count, tables=tables, account=owner, region=chosen.region)


def _put(tasks: Sequence[_Task], writer: Writer, words: Words) -> None:
    total, before = sum(len(task.items) for task in tasks), 0
    for task in (one for one in tasks if one.items):
        try:
            done = _put_one(task, writer, words)
        except Interrupted as stop:
            raise Interrupted(before + stop.sent, total) from stop
        before += len(task.items)
        print(done)


def _put_one(task: _Task, writer: Writer, words: Words) -> str:
    """The sentence that tells what was done."""
    name, count = task.table.name, len(task.items)
    with terminal.progress(words, "data.load.progress") as update:

        def told(taken: int) -> None:
            update(name, taken, count)

        if not task.load.newer:
            put_all(name, task.items, writer, told)
            return words("data.load.done", count=count, name=name)
        refused = put_newer(name, task.items, task.load, writer, told)
    facts = {"sent": count, "count": count - refused, "refused": refused, "name": name}
    return words("data.load.sent", **facts)
