"""What a learner left running, as far as it was looked at: in every report of a graded account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from checkday import leftovers, model
from checkday.engine import OneByOne, Run
from checkday.leftovers import Leftovers
from checkday.settings import Settings


def left(run: Run, settings: Settings) -> Leftovers:
    """What is still there; the looks become part of what the account answered, and so of its snapshot."""
    return leftovers.find(run.account, settings, roles=leftovers.known_roles(run.report), pool=OneByOne())


def documented(
    run: Run, settings: Settings, document: Callable[[model.Report], dict[str, Any]]
) -> dict[str, Any]:
    """The report of a run over a snapshot, with what is left in it."""
    found = left(run, settings)
    told = {"leftovers": found.document(), "leftovers_unseen": found.unseen_document(), "requests": sent(run)}
    return document(run.report) | told


def sent(run: Run) -> int:
    """How many requests the whole look took."""
    return sum(answer.sent for answer in run.account.answers())
