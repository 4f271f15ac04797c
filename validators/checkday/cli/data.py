"""`workshop data`: make the learner's records, and send them to the stream or into the bucket."""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from checkday import data as generator
from checkday import names, settings
from checkday.account import Account
from checkday.account.live import Live
from checkday.cli import exits, terminal
from checkday.cli.arguments import tell
from checkday.errors import BadSetting, Unwritable
from checkday.model import Blocked
from checkday.writer import (
    Interrupted,
    Journal,
    Lake,
    NotSent,
    Parts,
    Stream,
    Writer,
    deliver,
    is_direct,
    settle,
)

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from checkday.data.events import Event
    from checkday.words import Words

_FILE = "events.ndjson"
_PROGRAM = "workshop data"
_NOT_TOGETHER = {
    "make": ("direct", "again", "yes", "profile"),
    "send": ("out",),
    "--direct": ("again",),
    "--sandbox": ("profile",),
}
_YES = {"y", "yes"}

_SLACK, _SANDBOX_PATIENCE = 30, 10
"""Seconds: how much later than promised a stream may write, and when the sandbox surely has."""


def data(given: argparse.Namespace, words: Words) -> int:
    """Make or send the first `count` records of the learner."""
    _check_together(given)
    count = _count(given.count)
    if given.action == "make":
        return _make(given, count, words)
    way = way_of(given, words)
    if way is None:
        return exits.FAILED
    try:
        return _send(given, count, way, words)
    except NotSent as reason:
        tell(words, reason.key, **reason.facts)
        return exits.FAILED
    except Interrupted as stop:
        print("\n" + words("data.interrupted", sent=stop.sent, total=stop.total), file=sys.stderr)
        return exits.INTERRUPTED


def _check_together(given: argparse.Namespace) -> None:
    chosen = {given.action, *(f"--{name}" for name in ("direct", "sandbox") if getattr(given, name))}
    for one, others in _NOT_TOGETHER.items():
        for other in others:
            if one in chosen and getattr(given, other):
                raise BadSetting("usage.conflict", one=one, other=f"--{other}", program=_PROGRAM)


def _count(given: str | None) -> int:
    most = generator.TOTAL
    if given is None:
        return most
    if not (given.isascii() and given.isdigit() and 1 <= int(given[:9]) <= most):
        raise BadSetting("data.bad_count", value=given, most=most)
    return int(given)


def _make(given: argparse.Namespace, count: int, words: Words) -> int:
    learner = settings.load(language=given.lang).named(sandbox=given.sandbox)
    text = generator.ndjson(generator.records(generator.seed_of(learner), count)).decode()
    path = os.path.join(given.out or "", _FILE)
    try:
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        terminal.write(path, text)
    except OSError as error:
        raise Unwritable("data.unwritable", path=path, reason=error.strerror or "") from error
    except Unwritable as error:
        raise Unwritable("data.unwritable", **error.facts) from error
    print(words("data.made", path=path, count=count, bytes=len(text.encode())))
    return exits.PASSED


def way_of(given: argparse.Namespace, words: Words) -> dict[str, Any] | None:
    """How to reach the account, as `Live` and `Writer` take it; None if the sandbox sleeps."""
    if not given.sandbox:
        return {"profile": given.profile}
    from checkday.cli.sandbox import connection

    found = connection()
    if found is None:
        tell(words, "sandbox.not_running")
        return None
    return {"endpoint": found.endpoint, "credentials": found.credentials}


def _send(given: argparse.Namespace, count: int, way: Mapping[str, Any], words: Words) -> int:
    source = Live(**way)
    wanted = settings.load(language=given.lang)
    live = not source.simulated_in(wanted.region)
    wanted = settings.with_defaults(wanted, sandbox=not live)
    if live and not given.yes and not sys.stdin.isatty():
        raise BadSetting("data.no_terminal", program=_PROGRAM)
    account = Account(source)
    learner, owner = wanted.named(sandbox=not live), owner_of(account, wanted.region)
    errand = _Errand(
        way=way,
        learner=learner,
        lake=Lake(owner, wanted.region, names.bucket(learner, owner, wanted.region)),
        account=account,
        records=list(generator.records(generator.seed_of(learner))),
        count=count,
        origin="live" if live else "simulated",
        asks=live and not given.yes,
        words=words,
    )
    return errand.write() if given.direct else errand.deliver(again=given.again)


def owner_of(account: Account, region: str) -> str:
    """The account's 12 digits.

    Raises:
        NotSent: AWS does not say, for a cause that is not the learner's work.

    """
    try:
        return str(account.window(region, set()).sts.get_caller_identity()["Account"])
    except Blocked as cause:
        raise NotSent(f"cause.{cause.code}", **cause.facts) from cause


def agrees(effect: str, words: Words) -> bool:
    """Say what is about to happen, and ask."""
    print(effect)
    with suppress(EOFError):
        return input(words("data.ask")).strip().lower() in _YES
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Errand:
    """What is to be brought, where, and for whom."""

    way: Mapping[str, Any]
    learner: str
    lake: Lake
    account: Account
    records: Sequence[Event]
    count: int
    origin: str
    asks: bool
    words: Words

    def write(self) -> int:
        """Into the bucket, without the stream."""
        target = f"s3://{self.lake.bucket}/{names.RAW_PREFIX}"
        parts = Parts(self.lake, self._seed, self.lake.raw(self.account))
        if not self._may(self.count, target):
            return exits.FAILED
        with self._progress(target) as progress:
            parts.put(self._payloads(), self._writer(), progress)
        print(self.words("data.written", count=self.count, target=target))
        return exits.PASSED

    def deliver(self, *, again: bool) -> int:
        """To the stream; what the journal knows to be there is not sent a second time."""
        lake = self.lake
        name = names.name("stream", learner=self.learner, account=lake.account, region=lake.region)
        stream = Stream.find(self.account, lake.account, name, lake.region)
        there = list(lake.raw(self.account))
        if direct := next(filter(is_direct, there), None):
            raise NotSent("data.there_directly", name=lake.bucket, key=direct)
        with Journal.opened(self._key(stream), lambda: self._note("data.waiting")) as journal:
            if again:
                self._start_over(stream, journal, there)
            return self._deliver(stream, journal, first=not there)

    def _start_over(self, stream: Stream, journal: Journal, there: Sequence[str]) -> None:
        wait = journal.newest + self._patience(stream) - time.time()
        if wait > 0:
            raise NotSent("data.still_buffered", name=stream.name, seconds=int(wait) + 1)
        if there:
            raise NotSent("data.not_emptied", name=self.lake.bucket, count=len(there))
        journal.start_over()

    def _deliver(self, stream: Stream, journal: Journal, *, first: bool) -> int:
        left = self.count - journal.sent(self.count)
        if not left:
            print(self.words("data.nothing_left", count=self.count, name=stream.name))
            return exits.PASSED
        if not (first or journal.accepted):
            self._note("data.not_empty", name=self.lake.bucket)
        if not self._may(left, stream.name):
            return exits.FAILED
        self._settle(stream, journal)
        with self._progress(stream.name) as progress:
            deliver(self._payloads(), stream.name, self._writer(), journal, progress)
        print(self.words("data.sent", count=self.count, name=stream.name, seconds=stream.seconds))
        return exits.PASSED

    def _settle(self, stream: Stream, journal: Journal) -> None:
        if journal.doubts:
            self._note("data.settling")
        uuids = [record["uuid"] for record in self.records]
        settle(
            journal,
            uuids,
            lambda since: stream.arrived(Account(Live(**self.way)), since),
            self._patience(stream),
        )

    def _patience(self, stream: Stream) -> float:
        """Seconds until the stream has surely written what it took."""
        return stream.seconds + _SLACK if self.origin == "live" else _SANDBOX_PATIENCE

    def _may(self, count: int, target: str) -> bool:
        """Whether the user agrees; in the sandbox nobody is asked."""
        if not self.asks:
            return True
        effect = {"count": count, "target": target, "account": self.lake.account, "region": self.lake.region}
        if agrees(self.words("data.effect", **effect), self.words):
            return True
        print(self.words("data.declined"))
        return False

    @contextmanager
    def _progress(self, target: str) -> Iterator[Callable[[int], None]]:
        with terminal.progress(self.words, "data.progress") as update:
            yield lambda sent: update(target, sent, self.count)

    def _note(self, key: str, **facts: Any) -> None:
        print(self.words(key, **facts), file=sys.stderr, flush=True)

    def _key(self, stream: Stream) -> dict[str, Any]:
        """Another stream, or one that delivers elsewhere, has nothing of these records yet."""
        return {
            "origin": self.origin,
            "account": self.lake.account,
            "stream": stream.arn,
            "created": stream.created,
            "to": f"{stream.bucket}/{stream.prefix}",
            "seed": self._seed,
        }

    def _payloads(self) -> list[bytes]:
        return generator.lines(self.records[: self.count])

    def _writer(self) -> Writer:
        return Writer(self.learner, self.lake.region, **self.way)

    @property
    def _seed(self) -> int:
        return generator.seed_of(self.learner)
