"""A canned AWS on 127.0.0.1: an account in which Day 1 is done, and a delay before each answer.

    python benchmarks/canned.py        prints its address, serves until it is killed
    GET /-/delay/50                    answer 50 ms late from now on
    GET /-/calls                       the calls since the last such question, as JSON

Only what Day 1 reads is answered; of anything else it says 501, and the call is counted all the same.
"""

from __future__ import annotations

import asyncio
import json
import re
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from day1 import ABSENT, ANSWERS, NAMELESS, Reply

_SCOPE = re.compile(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/aws4", re.IGNORECASE)
_TARGET = re.compile(r"\r\nx-amz-target: *\w+\.(\w+)", re.IGNORECASE)
_LENGTH = re.compile(r"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class Request(NamedTuple):
    """One request, as far as the answer depends on it."""

    method: str
    path: str
    query: dict[str, list[str]]
    service: str
    operation: str
    body: str

    @property
    def call(self) -> str:
        return f"{self.service}:{self.operation}"


def parsed(head: str, body: str) -> Request:
    """Which operation of which service it is: by the signature's scope, then as the protocol says."""
    method, target, _ = head.split("\r\n", 1)[0].split(" ", 2)
    url = urlsplit(target)
    query = parse_qs(url.query, keep_blank_values=True)
    scope, json_target = _SCOPE.search(head), _TARGET.search(head)
    service = scope[1] if scope else "-"
    if json_target:
        operation = json_target[1]
    elif service == "s3":
        operation = _s3_operation(method, url.path, query)
    else:
        operation = parse_qs(body).get("Action", ["-"])[0]
    return Request(method, url.path, query, service, operation, body)


def answer(request: Request) -> Reply:
    """What the account says; a name it does not know is absent, in the service's own words."""
    words = ABSENT.get(request.service)
    if words and request.call not in NAMELESS and words.name not in f"{request.path} {request.body}":
        return words.reply(request.operation)
    return ANSWERS.get(request.call, Reply(b"", "501 Not Implemented"))


def _s3_operation(method: str, path: str, query: dict[str, list[str]]) -> str:
    if path == "/":
        return "ListBuckets"
    if method == "HEAD":
        return "HeadBucket"
    for parameter, operation in (
        ("list-type", "ListObjectsV2"),
        ("publicAccessBlock", "GetPublicAccessBlock"),
        ("policy", "GetBucketPolicy"),
    ):
        if parameter in query:
            return operation
    return "GetObject"


class Canned:
    """The server: how late it answers, and what it was asked."""

    def __init__(self) -> None:
        self.delay = 0.0
        self.calls: list[str] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, request after request, until the other side is done."""
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                length = _LENGTH.search(head)
                body = await reader.readexactly(int(length[1]) if length else 0)
                writer.write(await self._reply(head, body.decode()))
                await writer.drain()
        writer.close()

    async def _reply(self, head: str, body: str) -> bytes:
        if head.startswith("GET /-/"):
            return self._control(head.split(" ")[1]).sent(0, head_only=False)
        request = parsed(head, body)
        self.calls.append(request.call)
        number = len(self.calls)
        if self.delay:
            await asyncio.sleep(self.delay)
        return answer(request).sent(number, head_only=request.method == "HEAD")

    def _control(self, path: str) -> Reply:
        if path.startswith("/-/delay/"):
            self.delay = float(path.rpartition("/")[2]) / 1000
            return Reply(b"{}", kind="application/json")
        calls, self.calls = self.calls, []
        return Reply(json.dumps(calls).encode(), kind="application/json")


async def main() -> None:
    server = await asyncio.start_server(Canned().serve, "127.0.0.1", 0)
    print("http://{}:{}".format(*server.sockets[0].getsockname()), flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(main())
