"""What AWS has taken so far, so that no record is sent twice however a run ends."""

from __future__ import annotations

import fcntl
import itertools
import json
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, NamedTuple

from checkday.account.answers import canonical
from checkday.errors import Unwritable
from checkday.resources import state_folder


class Doubt(NamedTuple):
    """Records that were sent, and no answer came; `at` is when, in seconds of the epoch."""

    numbers: list[int]
    at: float


@dataclass(slots=True)
class Journal:
    """Tries and their outcomes, one JSON object a line, each on the disk before the next step is taken.

    A try is noted before it is sent. Where its outcome is missing, the run died or no answer came, and
    only a look at what arrived can tell. A line that was cut short is as good as one never written.
    """

    path: str
    descriptor: int
    accepted: set[int] = field(default_factory=set)
    doubts: dict[int, Doubt] = field(default_factory=dict)
    newest: float = 0.0
    """When something was sent last, in seconds of the epoch."""
    _tries: int = 0

    @classmethod
    @contextmanager
    def opened(cls, key: Mapping[str, Any], wait: Callable[[], None]) -> Iterator[Journal]:
        """The journal of one stream and seed, for one process at a time; `wait` is called if that means to.

        Raises:
            Unwritable: the state folder cannot be written.

        """
        name = canonical(key)
        path = str(state_folder() / "sent" / f"{sha256(name.encode()).hexdigest()[:16]}.jsonl")
        try:
            os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
            descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        except OSError as error:
            raise _unwritable(path, error) from error
        try:
            _lock(descriptor, wait)
            journal = cls(path, descriptor)
            journal._load()
            if not os.fstat(descriptor).st_size:
                journal._append({"of": dict(key)})
            yield journal
        finally:
            os.close(descriptor)

    def left(self, total: int) -> list[int]:
        """The records not yet taken, by number, but for those in doubt."""
        unsure = {number for doubt in self.doubts.values() for number in doubt.numbers}
        return [number for number in range(total) if number not in self.accepted and number not in unsure]

    def sent(self, total: int) -> int:
        """How many of the first records were taken."""
        return sum(number < total for number in self.accepted)

    def begin(self, numbers: list[int]) -> int:
        """Note that these are about to be sent; the number of the try."""
        self._tries += 1
        self._append({"try": self._tries, "records": _spans(numbers), "at": round(time.time(), 3)})
        return self._tries

    def end(self, number: int, accepted: Iterable[int]) -> None:
        """Note which records of a try were taken, and that the others were not."""
        self._append({"end": number, "records": _spans(sorted(accepted))})

    def start_over(self) -> None:
        """Forget what was taken: it is to be sent once more."""
        self._append({"again": True})

    def _load(self) -> None:
        with open(self.path, "rb") as file:
            for line in file:
                try:
                    self._take(json.loads(line))
                except (ValueError, KeyError, TypeError, AttributeError):
                    continue

    def _take(self, entry: dict[str, Any]) -> None:
        if "try" in entry:
            doubt = Doubt(list(_numbers(entry["records"])), float(entry["at"]))
            self.doubts[int(entry["try"])] = doubt
            self._tries, self.newest = max(self._tries, entry["try"]), doubt.at
        elif "end" in entry:
            self.accepted.update(_numbers(entry["records"]))
            self.doubts.pop(entry["end"], None)
        elif entry.get("again"):
            self.accepted.clear()
            self.doubts.clear()

    def _append(self, entry: dict[str, Any]) -> None:
        # The line end comes first too, in case somebody before us died in the middle of a line.
        data = f"\n{canonical(entry)}\n".encode()
        try:
            while data:
                data = data[os.write(self.descriptor, data) :]
            os.fsync(self.descriptor)
        except OSError as error:
            raise _unwritable(self.path, error) from error
        self._take(entry)


def _lock(descriptor: int, wait: Callable[[], None]) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        wait()
        fcntl.flock(descriptor, fcntl.LOCK_EX)


def _unwritable(path: str, error: OSError) -> Unwritable:
    return Unwritable("data.journal_unwritable", path=path, reason=error.strerror or "")


def _spans(numbers: Iterable[int]) -> str:
    """`[0, 1, 2, 7]` -> `0-2,7-7`."""
    runs = itertools.groupby(enumerate(numbers), lambda pair: pair[1] - pair[0])
    members = ([number for _, number in run] for _, run in runs)
    return ",".join(f"{run[0]}-{run[-1]}" for run in members)


def _numbers(spans: str) -> Iterator[int]:
    for span in filter(None, spans.split(",")):
        first, last = span.split("-")
        yield from range(int(first), int(last) + 1)
