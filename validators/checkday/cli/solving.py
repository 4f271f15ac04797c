"""`workshop solve`: run the pages' own commands in the sandbox."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from checkday import curriculum, names, settings
from checkday.cli import exits
from checkday.cli.arguments import tell
from checkday.cli.checking import days_of
from checkday.errors import BadSetting
from checkday.outputs.inert import inert
from checkday.resources import cache_folder, state_folder

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from checkday.solve import Failure
    from checkday.words import Words


def solve(given: argparse.Namespace, words: Words) -> int:
    """Run the scripts of the days' tasks in order; the first command that fails ends it."""
    from checkday.cli.sandbox import connection
    from checkday.solve import scripts
    from checkday.solve import solve as run

    days = days_of(given.days)
    listed = [task.id for day in curriculum.load(days).days.values() for task in day.tasks]
    tasks = _through(given.through, scripts(listed))
    found = connection()
    if found is None:
        tell(words, "sandbox.not_running")
        return exits.FAILED
    wanted = settings.with_defaults(settings.load(language=given.lang), sandbox=True)
    key, secret = found.credentials
    environment = names.environment(wanted, found.account) | {
        # What a script's own `workshop` must remember outlives the throw-away home it runs in.
        "XDG_STATE_HOME": str(state_folder().parent),
        "XDG_CACHE_HOME": str(cache_folder().parent),
        "AWS_ENDPOINT_URL": found.endpoint,
        "AWS_ACCESS_KEY_ID": key,
        "AWS_SECRET_ACCESS_KEY": secret,
    }
    failure = run(days, tasks=tasks, environment=environment, say=lambda line: print(line, flush=True))
    if failure is None:
        print(words("solve.done", tasks=", ".join(tasks)))
        return exits.PASSED
    return _tell(failure, words)


def _through(last: str | None, tasks: Sequence[str]) -> list[str]:
    if last is None:
        return list(tasks)
    if last not in tasks:
        raise BadSetting("settings.unknown_task", value=last, known=", ".join(tasks))
    return list(tasks[: tasks.index(last) + 1])


def _tell(failure: Failure, words: Words) -> int:
    facts = {"task": failure.task, "line": failure.line or "-", "code": failure.code}
    print(words("solve.failed", **facts), file=sys.stderr)
    # Names that somebody chose may be part of what a program said.
    said = (inert(line) for line in (f"  {failure.command}", *failure.stderr))
    print(*said, sep="\n", file=sys.stderr)
    return exits.FAILED
