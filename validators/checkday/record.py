"""What was once proven stays proven: an append-only file of one JSON line a proof."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from checkday.account.answers import canonical
from checkday.model import Evidence
from checkday.resources import state_folder

_LONGEST = 64 * 1024
_ORIGINS = ("live", "simulated")


@dataclass(frozen=True, slots=True)
class Key:
    """Whose proofs these are: simulated never stands for live, nor one account for another."""

    origin: str
    account: str
    learner: str


@dataclass(slots=True)
class Record:
    """The proofs of one learner in one account. Safe under kill -9 and concurrent runs.

    A line is written with one call to an append-only descriptor under a lock, and carries its own
    digest: half a line (a full disk, a power cut) is recognised, moved to `record.damaged` and told.
    """

    key: Key
    path: str = field(default_factory=lambda: str(state_folder() / "record.jsonl"))
    damaged: int = 0
    proofs: dict[str, Evidence] = field(default_factory=dict)
    times: dict[str, str] = field(default_factory=dict)
    """When each was proven first with this evidence."""

    def load(self) -> None:
        """Fill `proofs` (milestone id -> evidence of its latest proof). No file means no proofs yet.

        Raises:
            OSError: the file is there but cannot be read.

        """
        try:
            with open(self.path, "rb") as file:
                lines = file.read().split(b"\n")
        except (FileNotFoundError, NotADirectoryError):
            return
        bad = [line for line in lines if line and not self._take(line)]
        if bad:
            self._set_aside(bad)

    def add(self, proofs: Mapping[str, Evidence], *, course_version: str, at: str) -> None:
        """Append what is not yet known, and have it on the disk when this returns.

        Raises:
            OSError: the state folder is read-only, or the disk is full.

        """
        new = {name: evidence for name, evidence in proofs.items() if self.proofs.get(name) != evidence}
        if not new:
            return
        lines = list(self._lines(new, course_version, at))
        os.makedirs(os.path.dirname(self.path), mode=0o700, exist_ok=True)
        descriptor = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            _append(descriptor, lines)
        finally:
            os.close(descriptor)
        self.proofs.update(new)
        self.times.update(dict.fromkeys(new, at))

    def _lines(self, proofs: Mapping[str, Evidence], course_version: str, at: str) -> Iterator[bytes]:
        for name, evidence in proofs.items():
            key = self.key
            entry = {
                "origin": key.origin,
                "account": key.account,
                "learner": key.learner,
                "id": name,
                "evidence": dict(evidence),
                "course_version": course_version,
                "at": at,
            }
            body = canonical(entry)
            yield f"{_digest(body)} {body}\n".encode()

    def _take(self, line: bytes) -> bool:
        entry = _entry(line)
        if entry is not None and Key(entry["origin"], entry["account"], entry["learner"]) == self.key:
            self.proofs[entry["id"]], self.times[entry["id"]] = entry["evidence"], entry["at"]
        return entry is not None

    def _set_aside(self, bad: Iterable[bytes]) -> None:
        """Copy damaged lines away once; the record itself is never rewritten, so nothing good can be lost."""
        aside = f"{self.path}.damaged"
        known = b""
        if os.path.exists(aside):
            with open(aside, "rb") as file:
                known = file.read()
        fresh = [line for line in bad if line + b"\n" not in known]
        self.damaged = len(fresh)
        if fresh:
            with open(aside, "ab") as file:
                file.writelines(line + b"\n" for line in fresh)


def _entry(line: bytes) -> dict[str, Any] | None:
    """What a line says, or None if it is not whole."""
    stamp, _, body = line.partition(b" ")
    if (
        not body
        or len(line) > _LONGEST
        or stamp.decode("ascii", "replace") != _digest(body.decode("utf-8", "replace"))
    ):
        return None
    try:
        entry = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return entry if _is_whole(entry) else None


def _is_whole(entry: Any) -> bool:
    """A digest shows that a line was not damaged, not who wrote it."""
    if not isinstance(entry, dict) or not isinstance(entry.get("evidence"), dict):
        return False
    if not all(isinstance(entry.get(key), str) for key in ("account", "learner", "id", "at")):
        return False
    if entry.get("origin") not in _ORIGINS:
        return False
    try:
        return datetime.fromisoformat(entry["at"]).tzinfo is not None
    except ValueError:
        return False


def _append(descriptor: int, lines: list[bytes]) -> None:
    # A predecessor that died in the middle of a line must not spoil ours.
    size = os.lseek(descriptor, 0, os.SEEK_END)
    torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
    data = (b"\n" if torn else b"") + b"".join(lines)
    while data:
        data = data[os.write(descriptor, data) :]
    os.fsync(descriptor)


def _digest(body: str) -> str:
    return hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def lines(key: Key) -> list[tuple[str, dict[str, Any]]]:
    """The digest and content of each whole line that is about these, in the order of the file.

    Raises:
        OSError: the file is there but cannot be read.

    """
    try:
        with open(Record(key).path, "rb") as file:
            found = [(line, _entry(line)) for line in file.read().split(b"\n")]
    except (FileNotFoundError, NotADirectoryError):
        return []
    return [
        (line[:16].decode("ascii"), entry)
        for line, entry in found
        if entry is not None and Key(entry["origin"], entry["account"], entry["learner"]) == key
    ]


def everything(learner: str) -> list[Record]:
    """What is on record for this learner, one Record an account and origin; nothing if unreadable."""
    found: dict[Key, Record] = {}
    path = Record(Key("", "", "")).path
    try:
        with open(path, "rb") as file:
            lines = file.read().split(b"\n")
    except OSError:
        return []
    for line in lines:
        entry = _entry(line)
        if entry is not None and entry["learner"] == learner:
            key = Key(entry["origin"], entry["account"], entry["learner"])
            found.setdefault(key, Record(key)).proofs[entry["id"]] = entry["evidence"]
    return list(found.values())
