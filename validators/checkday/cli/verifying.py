"""`workshop enroll --verify`: tries each learner's role, and goes on where it was stopped."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from checkday.cli import exits
from checkday.cli.advance import Advance
from checkday.cli.arguments import tell
from checkday.cohort.collect import Tally
from checkday.cohort.fleet import Fleet, OwnFault, Way
from checkday.cohort.verifying import THREADS, Standing, Verified, verify_all
from checkday.enroll import grader
from checkday.errors import Unwritable
from checkday.gradebook.cells import table

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from pathlib import Path

    from checkday.enroll.folder import Folder
    from checkday.roster import Learner, Roster
    from checkday.words import Words

NOTES = "verified.jsonl"
TABLE = "verification.csv"
_COLUMNS = ("id", "name", "standing", "cause", "seen", "notes", "at")


def verify(given: argparse.Namespace, words: Words, folder: Folder, roster: Roster) -> int:
    """Try every role that was not found right before; say which are not, and write them all down.

    Raises:
        BadSetting: the profile is none.
        Unwritable: the folder cannot be written.

    """
    notes = _Notes(folder.path / NOTES)
    known = {} if given.again else notes.good(roster)
    left = [one for one in roster.learners if one.id not in known]
    print(words("enroll.verify.begins", left=len(left), total=len(roster.learners)), flush=True)
    try:
        found = known | _tried(Fleet(Way(given.profile, threads=THREADS)), notes, left, words)
    except OwnFault as fault:
        tell(words, "enroll.verify.stopped", cause=fault.cause)
        return exits.BLOCKED
    _tabulate(folder.path / TABLE, roster, found, words)
    return _told(folder.path / TABLE, roster, found, words)


def _tried(fleet: Fleet, notes: _Notes, left: list[Learner], words: Words) -> dict[str, Verified]:
    found: dict[str, Verified] = {}
    by_id = {one.id: one for one in left}
    tally = Tally(len(left))
    with Advance(words) as advance:

        def take(one: Verified) -> None:
            found[one.id] = one
            notes.add(one, by_id[one.id])
            tally.done += 1
            tally.good += one.standing is Standing.GOOD
            tally.failed.update([one.cause] if one.cause else [])
            advance.show(tally)

        names = grader.reads_name(grader.reads()), grader.FENCE
        verify_all(fleet, left, names, take)
    return found


def _tabulate(path: Path, roster: Roster, found: dict[str, Verified], words: Words) -> None:
    with table(path, _COLUMNS) as add:
        for one in roster.learners:
            row = found[one.id]
            seen = words(f"cause.{row.cause}.seen", **row.facts) if row.cause else ""
            notes = " ".join(_noted(row, words))
            add((one.id, one.name, row.standing, row.cause, seen, notes, row.at))


def _told(path: Path, roster: Roster, found: dict[str, Verified], words: Words) -> int:
    for one in roster.learners:
        row = found[one.id]
        if row.cause:
            print(f"{one.id}: {row.standing}: {words(f'cause.{row.cause}.seen', **row.facts)}")
            print("→ " + words(f"cause.{row.cause}.todo", **row.facts))
        for note in _noted(row, words):
            print(f"{one.id}: {note}")
    counts = Counter(row.standing for row in found.values())
    standings = {str(standing): counts[standing] for standing in Standing}
    print(words("enroll.verify.done", **standings, total=len(roster.learners), path=str(path)))
    if counts[Standing.WRONG]:
        return exits.FAILED
    return exits.BLOCKED if counts[Standing.BLOCKED] else exits.PASSED


def _noted(row: Verified, words: Words) -> Iterator[str]:
    for key, fact in row.notes:
        yield words(f"enroll.note.{key}", what=fact)


class _Notes:
    """What earlier calls found, a line a role: a role or ExternalId that changed since was not looked at."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def good(self, roster: Roster) -> dict[str, Verified]:
        """The learners whose roles were right."""
        wanted = {one.id: _key(one) for one in roster.learners}
        rows = (row for row in self._rows() if wanted.get(str(row["id"])) == row["key"])
        latest = {row["id"]: row for row in rows}
        return {name: _verified(row) for name, row in latest.items() if row["standing"] == Standing.GOOD}

    def add(self, one: Verified, learner: Learner) -> None:
        """Keep one; it is there when this returns."""
        line = json.dumps({**asdict(one), "key": _key(learner)}, ensure_ascii=False) + "\n"
        try:
            descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(descriptor, line.encode())
            finally:
                os.close(descriptor)
        except OSError as error:
            raise Unwritable("output.unwritable", path=str(self.path), reason=error.strerror or "") from error

    def _rows(self) -> Iterator[dict[str, Any]]:
        """Every whole line: the last one of a call that was killed may be half a line."""
        if not self.path.exists():
            return
        for line in self.path.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                row = json.loads(line)
            except ValueError:
                continue
            if isinstance(row, dict) and row.keys() >= {"id", "key", "standing", "at", "notes"}:
                yield row


def _verified(row: dict[str, Any]) -> Verified:
    notes = tuple((str(key), str(fact)) for key, fact in row["notes"])
    return Verified(str(row["id"]), Standing(row["standing"]), str(row["at"]), notes=notes)


def _key(learner: Learner) -> str:
    text = f"{learner.account} {learner.role_arn} {learner.external_id}"
    return hashlib.sha256(text.encode()).hexdigest()
