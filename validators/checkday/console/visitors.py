"""Who gets in: the pages of this console in a browser of this machine, with requests of a sane size."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from checkday.words import Words

LARGEST_BODY = 16 * 1024 * 1024
"""Bytes. An item of 400 KB travels as typed and as read, both with escapes."""

_FORBIDDEN, _TOO_LARGE = 403, 413

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    # Nothing is sent to other sites. With no-referrer browsers would also hide where our own forms come from.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


class _TooLarge(Exception):
    """The body goes on beyond what any form of ours holds."""


class Door:
    """Lets an ASGI application be reached under its own name and by its own forms only."""

    def __init__(self, application: ASGIApp, port: int, words: Words) -> None:
        self._application, self._words = application, words
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._application(scope, receive, send)
        elif scope["type"] == "http":
            await self._let_in(scope, receive, _with_headers(send))

    async def _let_in(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        if not self._welcome(scope["method"], headers):
            await self._refuse("console.refused", _FORBIDDEN)(scope, receive, send)
            return
        declared = headers.get("content-length", "0")
        if not declared.isdecimal() or int(declared[:20]) > LARGEST_BODY:
            await self._refuse("console.too_large", _TOO_LARGE)(scope, receive, send)
            return
        try:
            await self._application(scope, _bounded(receive), send)
        except _TooLarge:
            await self._refuse("console.too_large", _TOO_LARGE)(scope, receive, send)

    def _welcome(self, method: str, headers: Headers) -> bool:
        # A page of elsewhere may come in under a name of its own that resolves to this machine.
        host = headers.get("host", "")
        if host not in self._hosts or len(headers.getlist("host")) != 1:
            return False
        if method in {"GET", "HEAD"}:
            return True
        ours = headers.get("origin") == f"http://{host}"
        return method == "POST" and ours and headers.get("sec-fetch-site", "same-origin") == "same-origin"

    def _refuse(self, key: str, status: int) -> PlainTextResponse:
        return PlainTextResponse(self._words(key) + "\n", status)


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
        await send(message)

    return sending


def _bounded(receive: Receive) -> Receive:
    taken = 0

    async def receiving() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > LARGEST_BODY:
            raise _TooLarge
        return message

    return receiving
