"""The instructor's folder of an enrolment: it holds every ExternalId, so that only its owner reads it."""

from __future__ import annotations

import csv
import fcntl
import io
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, Self

import yaml

from checkday import resources
from checkday.enroll.enrolment import Book, Given, usable
from checkday.enroll.grader import Instructor
from checkday.errors import BadSetting, Unwritable
from checkday.roster import Roster

ROSTER = "roster.yaml"
BOOK = "external-ids.csv"
SETTINGS = "enrolment.json"
LOCK = "enroll.lock"
_COLUMNS = ("id", "account", "external_id")
_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class Folder:
    """One enrolment's files. What is written is there whole or not at all, and readable by its owner only."""

    def __init__(self, path: Path) -> None:
        """Make the folder, or take the one that is there.

        Raises:
            BadSetting: others may read it, or another call is at work in it.
            Unwritable: it cannot be made.

        """
        self.path = path
        with _told(path):
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            if path.stat().st_mode & 0o077:
                raise BadSetting("enroll.open_folder", path=str(path))
            self._lock = os.open(path / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._lock)
            raise BadSetting("enroll.busy", path=str(path)) from error

    def __enter__(self) -> Self:
        """The folder, until the block ends: two calls at once would give out two ids."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let others in."""
        os.close(self._lock)

    def book(self) -> Book:
        """What was given out before.

        Raises:
            BadSetting: the file is damaged.

        """
        path = self.path / BOOK
        if not path.exists():
            return {}
        try:
            with path.open(encoding="utf-8", newline="") as file:
                reader = csv.DictReader(file, strict=True)
                rows, whole = list(reader), reader.fieldnames == list(_COLUMNS)
            found = {row["id"]: Given(row["account"], row["external_id"]) for row in rows}
            whole &= len(found) == len(rows) and all(usable(one.external_id) for one in found.values())
        except (OSError, ValueError, KeyError, TypeError, csv.Error):
            whole = False
        if not whole:
            raise BadSetting("enroll.bad_book", path=str(path))
        return found

    def instructor(self) -> tuple[Instructor | None, str | None]:
        """The instructor and the template's address, as an earlier call was told.

        Raises:
            BadSetting: the file is damaged.

        """
        path = self.path / SETTINGS
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            return Instructor(found["account"], found["role"]), found["template_url"]
        except FileNotFoundError:
            return None, None
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise BadSetting("enroll.bad_settings", path=str(path)) from error

    def keep(self, book: Book) -> None:
        """Keep what was given out: first of all, for whoever was sent an id must not get another."""
        rows = [(name, one.account, one.external_id) for name, one in book.items()]
        self.write(BOOK, table(_COLUMNS, rows))

    def keep_instructor(self, instructor: Instructor, template_url: str | None) -> None:
        """Remember the arguments: the next call needs none of them."""
        self.write_json(SETTINGS, {**asdict(instructor), "template_url": template_url})

    def keep_roster(self, roster: Roster) -> None:
        """Write the roster to grade with."""
        head = {"cohort": roster.cohort, "course_version": roster.course_version}
        learners = [_filled(asdict(one)) for one in roster.learners]
        self.write(ROSTER, as_yaml({**_filled(head), "learners": learners}))

    def write_json(self, name: str, value: Mapping[str, Any]) -> None:
        """Write one file of JSON."""
        self.write(name, json.dumps(value, ensure_ascii=False, indent=2) + "\n")

    def write(self, name: str, text: str) -> None:
        """Write one file.

        Raises:
            Unwritable: the disk is full, or the folder is not ours.

        """
        path = self.path / name
        with _told(path):
            new = f"{path}.new"  # made here with its mode, so that no moment shows it to others
            Path(new).unlink(missing_ok=True)
            os.close(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            resources.put(str(path), text.encode())


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """CSV."""
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return sink.getvalue()


def as_yaml(value: Mapping[str, Any]) -> str:
    """YAML without aliases: our own reader of rosters refuses them."""
    return str(yaml.dump(_copied(value), Dumper=_DUMPER, sort_keys=False, allow_unicode=True, width=110))


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def _copied(value: Any) -> Any:
    """Every list and mapping once for each place it stands at, for what stands twice becomes an alias."""
    if isinstance(value, Mapping):
        return {key: _copied(inner) for key, inner in value.items()}
    return [_copied(inner) for inner in value] if isinstance(value, (list, tuple)) else value


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Unwritable("output.unwritable", path=str(path), reason=error.strerror or "") from error
