"""What the emulator does not do as AWS does: one module a service, one handler an operation.

All that has no handler here goes straight through to the emulator.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from checkday.sandbox.overlay import firehose, firehose_send, glue, glue_crawlers, s3
from checkday.sandbox.overlay.wire import Handler, Start, Stop

HANDLERS: Mapping[str, Mapping[str, Handler]] = {
    "firehose": firehose.HANDLERS,
    "glue": glue.HANDLERS,
    "s3": s3.HANDLERS,
}
"""By service, then by operation."""

STARTS: Sequence[Start] = (firehose_send.resume, glue_crawlers.resume)
STOPS: Sequence[Stop] = (firehose_send.flush_all, glue_crawlers.stop_all)
