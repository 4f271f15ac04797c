"""Writes records into the bucket without the stream, for accounts whose plan has no Firehose."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from checkday import names
from checkday.writer.client import TRIES, Fault, Writer, pause
from checkday.writer.errors import Interrupted, NotSent
from checkday.writer.target import Lake, direct_name, is_direct

_PART = 2_000
"""Records in one object."""


class Parts:
    """The objects of one seed. Their keys are always the same, so nothing is ever there twice."""

    def __init__(self, lake: Lake, seed: int, there: Mapping[str, int]) -> None:
        """`there` is what `Lake.raw` found.

        Raises:
            NotSent: the stream, or somebody by hand, has written here already.

        """
        if foreign := [key for key in there if not is_direct(key)]:
            raise NotSent("data.already_there", name=lake.bucket, count=len(foreign), key=foreign[0])
        self._lake, self._seed, self._there = lake, seed, there
        self._folder = _folder(there)

    def put(self, payloads: Sequence[bytes], writer: Writer, progress: Callable[[int], None]) -> None:
        """Write what is not there yet.

        Raises:
            NotSent: AWS refuses.
            Interrupted: by Ctrl-C; what is written is written.

        """
        sent = 0
        try:
            for part, start in enumerate(range(0, len(payloads), _PART)):
                records = payloads[start : start + _PART]
                self._put(part, b"".join(record + b"\n" for record in records), writer)
                sent += len(records)
                progress(sent)
        except KeyboardInterrupt as stop:
            raise Interrupted(sent, len(payloads)) from stop

    def _put(self, part: int, body: bytes, writer: Writer) -> None:
        key = self._folder + direct_name(self._seed, part)
        if self._there.get(key, 0) < len(body):
            _put(self._lake, key, body, writer)


def _folder(there: Mapping[str, int]) -> str:
    """The hour of the first part if there is one, so that a later run writes over it and not beside it."""
    known = min(there, default=None)
    return known[: known.rindex("/") + 1] if known else f"{names.RAW_PREFIX}{datetime.now(UTC):%Y/%m/%d/%H}/"


def _put(lake: Lake, key: str, body: bytes, writer: Writer) -> None:
    for failures in range(TRIES):
        time.sleep(pause(failures))
        try:
            writer.put_object(lake.bucket, lake.account, key, body)
        except Fault as fault:
            # Unlike a record, an object may be sent twice: the second takes the place of the first.
            if failures == TRIES - 1 or not (fault.again or fault.doubtful):
                raise fault.reason from fault
        else:
            return
