"""Lets programs in and keeps web pages out: what runs code takes no orders from a site in a browser."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import urlsplit

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_REFUSAL = (
    b'{"__type": "AccessDeniedException", "message": "The sandbox serves programs of this machine only."}'
)


def programs_only(application: Application) -> Application:
    """The same application, closed to requests that a browser sends for another site's page.

    The emulator itself allows every origin, and a page may also come in under a name of its own that resolves
    to this machine. No SDK and no command line sends `Origin`.
    """

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or _welcome(_headers(scope)):
            await application(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            headers = [(b"content-type", b"application/json")]
            await send({"type": "http.response.start", "status": 403, "headers": headers})
            await send({"type": "http.response.body", "body": _REFUSAL})

    return serve


def _headers(scope: Scope) -> Mapping[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


def _welcome(headers: Mapping[str, str]) -> bool:
    if headers.get("sec-fetch-site") == "cross-site":
        return False
    origin, host = headers.get("origin"), headers.get("host")
    return (origin is None or _is_here(origin)) and (host is None or _is_here(f"//{host}"))


def _is_here(address: str) -> bool:
    try:
        name = urlsplit(address).hostname or ""
    except ValueError:
        return False
    return name in {"127.0.0.1", "::1", "localhost"} or name.endswith(".localhost")
