"""What the emulator does not do as AWS does: one module a service, one handler an operation.

All that has no handler here goes straight through to the emulator.
"""

from __future__ import annotations

from collections.abc import Mapping

from checkday.sandbox.overlay import firehose, s3
from checkday.sandbox.overlay.wire import Handler

HANDLERS: Mapping[str, Mapping[str, Handler]] = {"firehose": firehose.HANDLERS, "s3": s3.HANDLERS}
"""By service, then by operation."""
