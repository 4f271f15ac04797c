"""`workshop grade --submissions`: what the files of a folder are worth, and what is told of them."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from checkday.cli.arguments import tell
from checkday.cli.submitting import TAG
from checkday.errors import BadSetting
from checkday.gradebook.cells import Cell, table
from checkday.submission import audience, claiming, keys
from checkday.submission.ledger import Ledger, Outcome
from checkday.submission.reading import files
from checkday.submission.receiving import Desk
from checkday.submission.tokens import Wanted

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from checkday.cohort.store import Store
    from checkday.engine import Claims
    from checkday.model import Course
    from checkday.roster import Roster
    from checkday.words import Words

FILE = "submissions.csv"
_COLUMNS = ("file", "id", "name", "code", "trust", "made", "what", "todo")
_FINE = {"bound", "claimed", "older", "twin"}
"""Nobody has to do anything about these."""

_BESIDE = "rewritten"
"""Told of a file that counts, beside that."""


class Inbox:
    """What a run has received so far; of a run that never received anything, nothing."""

    def __init__(self, ledger: Ledger | None, course: Course) -> None:
        self._ledger, self._course = ledger, course

    def claims(self, learner: str) -> Claims | None:
        """What is judged of this learner's."""
        found = self._ledger.accepted(learner) if self._ledger else None
        return claiming.claims(found.payload, self._course, found.trust) if found else None

    def facts(self, learner: str) -> Iterable[tuple[str, Any]]:
        """What is compared across learners of this learner's."""
        found = self._ledger.accepted(learner) if self._ledger else None
        return claiming.facts(found.payload) if found else ()

    def refused(self, roster: Roster, words: Words) -> Iterator[tuple[Cell, ...]]:
        """A row of exceptions.csv for each file about which somebody has to do something."""
        names = {one.id: one.name for one in roster.learners}
        for one in self._ledger.outcomes() if self._ledger else ():
            if one.code not in _FINE:
                what, todo = _sentences(one, words)
                yield one.learner, names.get(one.learner or ""), "submission", "", one.name, what, todo

    def write(self, folder: Path, roster: Roster, words: Words, *, bom: bool) -> None:
        """Write submissions.csv, if anything was received.

        Raises:
            Unwritable: the disk is full, or the place is not ours to write.

        """
        if self._ledger is None:
            return
        names = {one.id: one.name for one in roster.learners}
        with table(folder / FILE, _COLUMNS, bom=bom) as add:
            for one in self._ledger.outcomes():
                name = names.get(one.learner or "")
                add((one.name, one.learner, name, one.code, one.trust, one.made, *_sentences(one, words)))


@contextmanager
def inbox(folder: Path, course: Course) -> Iterator[Inbox]:
    """What the run in this folder has received."""
    ledger = Ledger.of(folder)
    if ledger is None:
        yield Inbox(None, course)
        return
    with ledger:
        yield Inbox(ledger, course)


def check(given: argparse.Namespace) -> None:
    """Do nothing, if the arguments can be used.

    Raises:
        BadSetting: they cannot.

    """
    if given.nonce is not None and not TAG.fullmatch(given.nonce):
        raise BadSetting("submission.bad_nonce", value=given.nonce)
    if given.submissions is None and (given.fetch_keys or given.nonce):
        raise BadSetting("submission.no_submissions")
    if given.submissions is not None and not Path(given.submissions).is_dir():
        raise BadSetting("submission.no_folder", path=given.submissions, reason="-")


def receive(given: argparse.Namespace, store: Store, roster: Roster, words: Words) -> None:
    """Read the folder, tell what counts, and have those looked at whose submission is new.

    Raises:
        BadSetting: the folder cannot be read, or tokens cannot be verified here.
        Unwritable: the run's folder cannot be written.

    """
    if given.submissions is None:
        return
    wanted = Wanted(audience(roster.cohort), given.nonce)
    archive = keys.Keys(store.folder, keys.over_tls if given.fetch_keys else None)
    with Ledger(store.folder) as ledger:
        desk = Desk(ledger, roster, wanted, archive, live=not given.sandbox)
        outcomes = desk.receive(files(given.submissions))
        _say(outcomes, given.submissions, words)
        new = ledger.new()
        store.look_again(new)
        ledger.tell(new)


def _say(outcomes: Sequence[Outcome], path: str, words: Words) -> None:
    counts = Counter(one.code for one in outcomes)
    facts = {level: sum(one.trust == level for one in outcomes) for level in ("bound", "claimed")}
    facts["refused"] = sum(not one.counts and one.code not in {*_FINE, _BESIDE} for one in outcomes)
    print(words("submission.received", path=path, **facts), flush=True)
    if counts["no_keys"]:
        tell(words, "submission.fetch_keys", count=counts["no_keys"])


def _sentences(outcome: Outcome, words: Words) -> tuple[str, str]:
    facts = {"name": outcome.name, **outcome.facts}
    key = f"submission.code.{outcome.code}"
    return words(f"{key}.seen", **facts), words(f"{key}.todo", **facts)
