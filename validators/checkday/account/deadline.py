"""The moment until which an answer is waited for: botocore's timeouts begin anew with every byte."""

from __future__ import annotations

import io
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from http.client import HTTPResponse
from socket import socket
from typing import Any

from botocore.awsrequest import (
    AWSHTTPConnection,
    AWSHTTPConnectionPool,
    AWSHTTPSConnection,
    AWSHTTPSConnectionPool,
)

_until: ContextVar[float] = ContextVar("until", default=math.inf)


@contextmanager
def answered_by(moment: float) -> Iterator[None]:
    """What this thread asks until the end of the block is answered by then (`time.monotonic`), or never."""
    before = _until.set(moment)
    try:
        yield
    finally:
        _until.reset(before)


class _Spoken(io.RawIOBase):
    """What a socket says, until the deadline of whoever listens."""

    def __init__(self, wire: socket, raw: io.RawIOBase) -> None:
        super().__init__()
        self._wire, self._raw, self._patience = wire, raw, wire.gettimeout()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int | None:
        left = _until.get() - time.monotonic()
        if left <= 0:
            raise TimeoutError("the deadline has passed")
        if left < math.inf:
            self._wire.settimeout(left if self._patience is None else min(left, self._patience))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Response(HTTPResponse):
    def __init__(self, sock: socket, *arguments: Any, **more: Any) -> None:
        super().__init__(sock, *arguments, **more)
        # Nothing has been read yet, not even the headers, which may trickle too.
        self.fp = io.BufferedReader(_Spoken(sock, self.fp.detach()))


class _Plain(AWSHTTPConnection):
    response_class: Any = _Response


class _Secure(AWSHTTPSConnection):
    response_class: Any = _Response


class _PlainPool(AWSHTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(AWSHTTPSConnectionPool):
    ConnectionCls = _Secure


POOLS = {"http": _PlainPool, "https": _SecurePool}
"""Pools of botocore's connections that mind the deadline, by scheme."""
