"""A walk through CloudTrail's event history: slow by AWS's will, so what was once fetched is kept.

Two requests a second, fifty events a request, newest first. A walk that is cut short says so, and the next
one fetches only what is missing: newer events, and the older ones that were not reached.
Source of the limits: the CloudTrail API reference, LookupEvents.
"""

from __future__ import annotations

import gzip
import json
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from checkday.account import spans
from checkday.account.answers import Answer, Look, Page, canonical
from checkday.account.events import is_reduced, reduced
from checkday.account.spans import Span
from checkday.resources import put

DAYS = 89
"""How far back is looked; AWS keeps 90 days."""

_SECOND, _DAY = 1, 24 * 3600
_LATE = 20 * 60
"""Seconds until an event is surely listed; what is younger is asked for again."""

_MOST_PAGES = 60
_MOST_BYTES = 16 * 1024 * 1024
"""Of events that one walk takes in; events of common size never come to as much in 60 pages."""

_PATIENCE = 40.0
_PACE = 0.5
_MOST_KEPT = 20000
_LARGEST = 32 * 1024 * 1024
"""Bytes of what is kept, before it is packed: more is neither written nor read."""

Ask = Callable[[Look], Answer]
Progress = Callable[[str, int, int], None]


@dataclass(slots=True)
class _Kept:
    """What earlier walks have fetched, and of which times that is everything."""

    events: dict[str, dict[str, Any]] = field(default_factory=dict)
    spans: list[Span] = field(default_factory=list)


def is_walk(look: Look) -> bool:
    """Whether the look asks for the history as a whole, rather than for one page of it."""
    return look.service == "cloudtrail" and "Until" in json.loads(look.parameters)


class Reader:
    """Answers the looks at a trail; `ask` sends one LookupEvents.

    `folder` keeps events between runs, None keeps nothing; `pace` is the pause between requests in seconds.
    """

    def __init__(self, ask: Ask, *, folder: Path | None = None, pace: float = 0.0) -> None:
        self._ask, self._folder, self._pace = ask, folder, pace
        self.progress: Progress = lambda *_: None
        self._turns: dict[str, threading.Lock] = {}

    def keep(self, folder: Path | None) -> None:
        """From now on the trail is AWS's own: keep to its rate, and keep what it tells."""
        self._folder, self._pace = folder, _PACE

    def read(self, look: Look) -> Answer:
        """All events that the look asks for, reduced; `Truncated` if older ones were not reached."""
        # One walk at a time in a Region: its two requests a second are for all of them.
        with self._turns.setdefault(look.region, threading.Lock()):
            return self._read(look)

    def _read(self, look: Look) -> Answer:
        wanted = json.loads(look.parameters)
        until = int(datetime.fromisoformat(wanted["Until"]).timestamp()) + _SECOND
        asked = (until - DAYS * _DAY, until)
        file = self._file(look, wanted["Account"])
        kept = _load(file, asked)
        walk = _Walk(self, look, wanted.get("Attribute"), kept)
        for gap in reversed(spans.missing(kept.spans, asked)):
            if not walk.through(gap):
                break
        whole = not spans.missing(kept.spans, asked)
        kept.spans = spans.cut(kept.spans, until - _LATE)
        _save(file, kept)
        if walk.fault is not None:
            return Answer(look, cause=walk.fault.cause, facts=walk.fault.facts, sent=walk.sent)
        found = sorted(kept.events.values(), key=lambda one: (one["time"], one["id"]))
        page = Page({"Events": found, "Truncated": not whole}, walk.request_id, walk.at)
        return Answer(look, [page], sent=walk.sent)

    def _file(self, look: Look, account: str) -> Path | None:
        if self._folder is None:
            return None
        _, name = json.loads(look.parameters).get("Attribute") or ("", "writes")
        return self._folder / f"{account}-{look.region}-{name}.json.gz"

    def ask(self, look: Look) -> Answer:
        return self._ask(look)

    def pause(self) -> None:
        time.sleep(self._pace)


@dataclass(slots=True)
class _Walk:
    """One walk, newest events first, until everything is fetched, patience ends or a request fails."""

    reader: Reader
    look: Look
    attribute: tuple[str, str] | None
    kept: _Kept
    sent: int = 0
    pages: int = 0
    size: int = 0
    began: float = field(default_factory=time.monotonic)
    fault: Answer | None = None
    request_id: str = ""
    at: str = ""

    def through(self, gap: Span) -> bool:
        """Fetch the events of one gap; False if it was not walked to its end."""
        key, value = self.attribute or ("ReadOnly", "false")
        # The window stays as it is for all pages: a token is only good with the parameters it came with.
        asked: dict[str, Any] = {
            "LookupAttributes": [{"AttributeKey": key, "AttributeValue": value}],
            "StartTime": datetime.fromtimestamp(gap[0], UTC),
            "EndTime": datetime.fromtimestamp(gap[1], UTC),
            "MaxResults": 50,
        }
        oldest = gap[1]
        while self._goes_on():
            page = self._page(asked)
            if page is None:
                break
            listed = page.get("Events", ())
            self.size += sum(len(entry.get("CloudTrailEvent") or "") for entry in listed)
            entries = [reduced(entry) for entry in listed]
            self.kept.events |= {entry["id"]: entry for entry in entries if entry["id"]}
            oldest = min([oldest, *(_epoch(entry["time"]) for entry in entries if entry["time"])])
            token = page.get("NextToken")
            if not token:
                self.kept.spans = spans.joined([*self.kept.spans, gap])
                return True
            asked["NextToken"] = token
        # Of the oldest second seen there may be more.
        self.kept.spans = spans.joined([*self.kept.spans, (min(oldest + _SECOND, gap[1]), gap[1])])
        return False

    def _goes_on(self) -> bool:
        patient = time.monotonic() - self.began < _PATIENCE
        return patient and self.pages < _MOST_PAGES and self.size < _MOST_BYTES

    def _page(self, asked: Mapping[str, Any]) -> Mapping[str, Any] | None:
        if self.pages:
            self.reader.pause()
        answer = self.reader.ask(
            Look(self.look.region, self.look.service, self.look.operation, canonical(asked))
        )
        self.sent += answer.sent
        self.pages += 1
        self.reader.progress(f"CloudTrail {self.look.region}", self.pages, _MOST_PAGES)
        if answer.cause is not None or not answer.pages:
            self.fault = answer
            return None
        self.request_id, self.at = answer.pages[0].request_id, answer.pages[0].at
        return answer.pages[0].response


def _epoch(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp())


def _load(file: Path | None, asked: Span) -> _Kept:
    """What is kept; a file that cannot be read, or was damaged, is as good as none."""
    if file is None:
        return _Kept()
    with suppress(
        OSError, EOFError, zlib.error, ValueError, TypeError, KeyError, ArithmeticError, RecursionError
    ):
        with gzip.open(file) as stream:
            content = json.loads(stream.read(_LARGEST))
        events = {
            one["id"]: one for one in filter(is_reduced, content["events"]) if _epoch(one["time"]) >= asked[0]
        }
        known = [(int(first), int(last)) for first, last in content["spans"]]
        # Written under a clock that was ahead, a span would claim times that nobody has seen yet.
        return _Kept(events, spans.cut(known, asked[1] - _LATE))
    return _Kept()


def _save(file: Path | None, kept: _Kept) -> None:
    """Keep it for the next run; a full disk costs only time."""
    if file is None:
        return
    newest = list(_newest(kept.events.values()))
    known = kept.spans
    if newest and len(newest) < len(kept.events):
        first = _epoch(newest[-1]["time"]) + _SECOND
        known = [(max(begin, first), end) for begin, end in kept.spans if end > first]
    with suppress(OSError):
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        text = json.dumps({"spans": known, "events": newest})
        put(str(file), gzip.compress(text.encode(), mtime=0))


def _newest(events: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """As many of the newest as will be read again."""
    size = 0
    for one in sorted(events, key=lambda one: str(one["time"]), reverse=True)[:_MOST_KEPT]:
        size += len(json.dumps(one)) + 2
        if size > _LARGEST // 2:
            return
        yield one
