"""Sends records to a stream: several batches at once, again what was refused, and never one twice."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from threading import Event

from checkday.errors import CheckdayError
from checkday.writer.client import AT_ONCE, TRIES, Fault, Writer, pause
from checkday.writer.errors import Interrupted, NotSent
from checkday.writer.journal import Journal

_MOST_RECORDS, _MOST_BYTES = 500, 4 * 1024 * 1024
"""What one PutRecordBatch may hold."""


def deliver(
    payloads: Sequence[bytes], stream: str, writer: Writer, journal: Journal, progress: Callable[[int], None]
) -> None:
    """Send what the journal does not know to be taken; records in doubt are left alone.

    Raises:
        NotSent: AWS refuses; what it has taken is noted.
        Interrupted: the same by Ctrl-C, once the requests under way are answered.

    """
    sending = _Delivery(payloads, stream, writer, journal, progress)
    try:
        sending.run()
    except KeyboardInterrupt as stop:
        sending.drain()
        raise Interrupted(journal.sent(len(payloads)), len(payloads)) from stop
    finally:
        sending.close()
    if sending.failure is not None:
        raise sending.failure


@dataclass(slots=True)
class _Batch:
    numbers: list[int]
    refusals: int = 0
    attempt: int = 0
    """What the journal calls it."""


class _Delivery:
    """Only the main thread decides and notes; the others wait and send."""

    def __init__(
        self,
        payloads: Sequence[bytes],
        stream: str,
        writer: Writer,
        journal: Journal,
        progress: Callable[[int], None],
    ) -> None:
        self._payloads, self._stream, self._writer = payloads, stream, writer
        self._journal, self._progress = journal, progress
        self._queue = deque(map(_Batch, _cut(journal.left(len(payloads)), payloads)))
        self._under_way: dict[Future[list[str]], _Batch] = {}
        self._pool = ThreadPoolExecutor(AT_ONCE)
        self._stop = Event()
        self.failure: CheckdayError | None = None

    def run(self) -> None:
        """Until all is sent, or a failure makes it pointless to go on."""
        while self._queue or self._under_way:
            while self._queue and len(self._under_way) < AT_ONCE:
                self._start(self._queue.popleft())
            done, _ = wait(self._under_way, return_when=FIRST_COMPLETED)
            for future in done:
                self._finish(future)

    def drain(self) -> None:
        """Start nothing more, and hear what became of the rest."""
        self._give_up()
        for future in list(self._under_way):
            self._finish(future)

    def close(self) -> None:
        self._stop.set()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _start(self, batch: _Batch) -> None:
        batch.attempt = self._journal.begin(batch.numbers)
        self._under_way[self._pool.submit(self._send, batch)] = batch

    def _send(self, batch: _Batch) -> list[str]:
        """The error codes, as `put_records` gives them."""
        if self._stop.wait(pause(batch.refusals)):
            return [_NOT_TRIED] * len(batch.numbers)
        return self._writer.put_records(self._stream, [self._payloads[number] for number in batch.numbers])

    def _finish(self, future: Future[list[str]]) -> None:
        batch = self._under_way[future]
        codes: list[str] = []
        reason: CheckdayError | None = None
        try:
            codes = future.result()
        except Fault as fault:
            if not fault.doubtful:
                self._journal.end(batch.attempt, [])
            if not fault.again:
                self._fail(fault.reason)
            reason = fault.reason
        else:
            taken = [number for number, code in zip(batch.numbers, codes, strict=True) if not code]
            self._journal.end(batch.attempt, taken)
        del self._under_way[future]
        self._try_again(batch, codes, reason)
        self._progress(self._journal.sent(len(self._payloads)))

    def _try_again(self, batch: _Batch, codes: Sequence[str], reason: CheckdayError | None) -> None:
        refused = [number for number in batch.numbers if number not in self._journal.accepted]
        if not refused or self._stop.is_set():
            return
        refusals = batch.refusals + 1 if len(refused) == len(batch.numbers) else 1
        if refusals < TRIES:
            self._queue.append(_Batch(refused, refusals))
        else:
            code = next(filter(None, codes), "")
            self._fail(reason or NotSent("data.refused", code=code, count=len(refused)))

    def _fail(self, reason: CheckdayError) -> None:
        self.failure = self.failure or reason
        self._give_up()

    def _give_up(self) -> None:
        self._stop.set()
        self._queue.clear()


_NOT_TRIED = "NotTried"


def _cut(numbers: Sequence[int], payloads: Sequence[bytes]) -> Iterator[list[int]]:
    """Batches that AWS takes, as large as they may be."""
    batch: list[int] = []
    size = 0
    for number in numbers:
        if len(batch) == _MOST_RECORDS or size + len(payloads[number]) > _MOST_BYTES:
            yield batch
            batch, size = [], 0
        batch.append(number)
        size += len(payloads[number])
    if batch:
        yield batch
