"""The canned AWS of a cohort on 127.0.0.1: in every account seven days are done, each answer comes late.

    python benchmarks/cohort_server.py     prints its address, serves until it is killed
    GET /-/delay/50                        answer 50 ms late from now on
    GET /-/seen                            what it was asked since the last such question, and its CPU seconds

Whoever asks an account about another learner's things, or anything that was not recorded, gets a 501 and is
counted as a stranger.
"""

from __future__ import annotations

import asyncio
import json
import re
import resource
import sys
from collections import Counter
from contextlib import suppress
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import parse_qs

from cohort_wire import ACCOUNT, LEARNER, Reply, key_of, learner_of, recorded, signed

KEY = "KEY"
"""An account's access key is this and its number: whose request it is, the signature says."""

EXTERNAL_ID = "x-1"
"""Every role asks for it, and refuses whoever comes without it or with another."""

ASSUMED = 4
"""AssumeRole calls an account: two that must be refused, and one for each session policy."""

_WHICH = re.compile(r"\r\n(?:x-amz-target|range): *([^\r]+)", re.IGNORECASE)
_LENGTH = re.compile(r"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_STS = (
    '<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>'
    "<AccessKeyId>{key}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>"
    "<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"
)
_DENIED = b"<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>"
_OURS = re.compile(rb"an01|123456789012")

Ids = tuple[str, str]
"""Of an account and its learner."""


class Prepared(NamedTuple):
    """A recorded answer as it is sent; `named` if ids stand in it, which become those of whoever asks."""

    content: bytes
    named: bool


class Canned:
    """All accounts, and what they were asked."""

    def __init__(self) -> None:
        self.delay, self.strangers = 0.0, Counter[str]()
        self.asked: Counter[str] = Counter()
        self._answers = {key: _prepared(key, reply) for key, reply in recorded().items()}
        self._refusal = _raw(HTTPStatus.NOT_IMPLEMENTED, {}, b"")

    def answer(self, head: str, body: bytes) -> bytes:
        """What one request gets."""
        method, path, _ = head.split("\r\n", 1)[0].split(" ", 2)
        who = signed(head)
        if b"Action=AssumeRole&" in body:
            return self._role(body)
        account = who.key.removeprefix(KEY)
        self.asked[account] += 1
        mine, recorded_one = (account, learner_of(account)), (ACCOUNT, LEARNER)
        asked = f"{path}\n".encode() + body
        named = _swapped(asked, mine, recorded_one)
        if mine != recorded_one and _swapped(asked, recorded_one, mine) != asked:
            named = asked + b" of another learner"
        path, _, body = named.partition(b"\n")
        which = _WHICH.search(head)
        key = key_of(who, method, path, which[1] if which else "", body)
        found = self._answers.get(key)
        if found is None:
            self.strangers[key] += 1
            return self._refusal
        return _swapped(found.content, recorded_one, mine) if found.named else found.content

    def seen(self) -> dict[str, Any]:
        used = resource.getrusage(resource.RUSAGE_SELF)
        found = {
            "asked": dict(self.asked),
            "strangers": dict(self.strangers),
            "cpu": used.ru_utime + used.ru_stime,
        }
        self.asked.clear()
        self.strangers.clear()
        return found

    def _role(self, body: bytes) -> bytes:
        asked = parse_qs(body.decode())
        account = asked["RoleArn"][0].split(":")[4]
        self.asked[account] += 1
        if asked.get("ExternalId") != [EXTERNAL_ID]:
            return _raw(HTTPStatus.FORBIDDEN, {"content-type": "text/xml"}, _DENIED)
        return _raw(200, {"content-type": "text/xml"}, _STS.format(key=KEY + account).encode())


class Connection(asyncio.Protocol):
    """One connection, one request after the other."""

    def __init__(self, canned: Canned) -> None:
        self._canned, self._buffer = canned, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._wire = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n") + 4) > 3:  # noqa: PLR2004 - found at all
            head = self._buffer[:end].decode("latin-1")
            length = _LENGTH.search(head)
            whole = end + (int(length[1]) if length else 0)
            if len(self._buffer) < whole:
                return
            body, self._buffer = self._buffer[end:whole], self._buffer[whole:]
            self._reply(head, body)

    def _reply(self, head: str, body: bytes) -> None:
        if head.startswith("GET /-/"):
            self._wire.write(self._control(head.split(" ")[1]))
            return
        content = self._canned.answer(head, body)
        asyncio.get_running_loop().call_later(self._canned.delay, self._wire.write, content)

    def _control(self, path: str) -> bytes:
        if path.startswith("/-/delay/"):
            self._canned.delay = float(path.rpartition("/")[2]) / 1000
            return _raw(200, {}, b"{}")
        return _raw(200, {}, json.dumps(self._canned.seen()).encode())


def _prepared(key: str, reply: Reply) -> Prepared:
    content = _raw(reply.status, reply.headers, reply.body, empty=" HEAD " in key)
    return Prepared(content, named=bool(_OURS.search(content)))


def _raw(status: int, headers: dict[str, str], body: bytes, *, empty: bool = False) -> bytes:
    lines = [
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
        *(f"{name}: {headers[name]}" for name in headers),
    ]
    if not empty:
        lines.append(f"content-length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + (b"" if empty else body)


def _swapped(text: bytes, one: Ids, other: Ids) -> bytes:
    """The same text of another account. A learner's id stands in the names of things, or by itself."""
    text = text.replace(one[0].encode(), other[0].encode())
    for form in ("fcj-{}", "fcj_{}", '"{}"'):
        text = text.replace(form.format(one[1]).encode(), form.format(other[1]).encode())
    return text


async def main() -> None:
    canned = Canned()
    server = await asyncio.get_running_loop().create_server(
        lambda: Connection(canned), "127.0.0.1", 0, backlog=512
    )
    print("http://{}:{}".format(*server.sockets[0].getsockname()), flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        sys.exit(asyncio.run(main()))
