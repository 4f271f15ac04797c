"""The console as an ASGI application: addresses, forms, and what is said when something goes wrong."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from botocore import exceptions as aws
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from checkday.console.clients import Clients, FindWay
from checkday.console.pages import buckets, catalog, editing, events, functions, home, items, query, tables
from checkday.console.problems import Lost, NoSandbox, Stale
from checkday.console.tokens import Tokens
from checkday.console.visit import Visit
from checkday.console.visitors import Door
from checkday.words import KNOWN, Words

Page = Callable[[Visit], Response]
_Endpoint = Callable[[Request], Awaitable[Response]]

_MOST_FIELDS = 2000
_LARGEST_FIELD = 8 * 1024 * 1024
_FILES = {"console.css": "text/css", "favicon.svg": "image/svg+xml"}

_READ: Mapping[str, Page] = {
    "": home.home,
    "/dynamodb": tables.tables,
    "/dynamodb/table": tables.table,
    "/dynamodb/items": items.items,
    "/dynamodb/query": query.query,
    "/dynamodb/item": items.item,
    "/dynamodb/new": editing.new,
    "/dynamodb/edit": editing.edit,
    "/dynamodb/delete": editing.confirm,
    "/s3": buckets.buckets,
    "/s3/bucket": buckets.bucket,
    "/s3/object": buckets.thing,
    "/s3/download": buckets.download,
    "/glue": catalog.databases,
    "/glue/database": catalog.database,
    "/glue/table": catalog.table,
    "/lambda": functions.functions,
    "/lambda/function": functions.function,
    "/lambda/log": functions.log,
    "/cloudtrail": events.events,
}
WRITES: Mapping[str, Page] = {
    "/dynamodb/new": editing.create,
    "/dynamodb/edit": editing.save,
    "/dynamodb/delete": editing.delete,
}
"""The only pages that change anything; each is sent by a form of ours, with its token."""


def application(find: FindWay, port: int, regions: tuple[str, str], language: str) -> ASGIApp:
    """The console on one port; `find` is asked for the sandbox for every page."""
    entrance = _Entrance(Clients(find), Tokens(), port, regions)
    at = "/{language}/{region}"
    routes: list[BaseRoute] = [
        Route("/", lambda _: RedirectResponse(f"/{language}/{regions[0]}")),
        *(Route(f"/{name}", _file(name, kind)) for name, kind in _FILES.items()),
        *(Route(at + path, entrance.to(page), methods=["POST"]) for path, page in WRITES.items()),
        *(Route(at + path, entrance.to(page), methods=["GET"]) for path, page in _READ.items()),
    ]
    words = Words(language)

    def broken(_: Request, error: Exception) -> Response:
        # Frames and kind only: what was typed may be in the message.
        frames = "".join(traceback.format_tb(error.__traceback__))
        print(f"{frames}{type(error).__name__}", file=sys.stderr)  # noqa: T201 - the console's terminal
        return PlainTextResponse(words("internal.seen", detail=type(error).__name__) + "\n", 500)

    def lost(_: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 404
        return PlainTextResponse(words("console.lost") + "\n", status)

    handlers = {Exception: broken, HTTPException: lost}
    return Door(Starlette(routes=routes, exception_handlers=handlers), port, words)


def _file(name: str, kind: str) -> _Endpoint:
    async def endpoint(_: Request) -> Response:
        return FileResponse(Path(__file__).parent / "static" / name, media_type=kind)

    return endpoint


class _Entrance:
    """Makes a request into a visit, and an answer of whatever becomes of it."""

    def __init__(self, clients: Clients, tokens: Tokens, port: int, regions: tuple[str, str]) -> None:
        self._clients, self._tokens, self._regions = clients, tokens, regions
        # Cookies are shared by all ports of a host.
        self._cookie = f"console-{port}"

    def to(self, page: Page) -> _Endpoint:
        async def endpoint(request: Request) -> Response:
            language, region = request.path_params["language"], request.path_params["region"]
            if language not in KNOWN or region not in self._regions:
                raise HTTPException(404)
            kept = request.cookies.get(self._cookie)
            secret = self._tokens.secret(kept)
            fields = await _fields(request)
            visit = Visit(
                language,
                region,
                self._regions,
                request.url,
                request.query_params,
                self._clients,
                self._tokens.token(secret),
                fields,
                trusted=self._tokens.fits(kept, fields.get("token", "")),
            )
            response = await run_in_threadpool(_answer, page, visit)
            if kept != secret:
                response.set_cookie(self._cookie, secret, httponly=True, samesite="strict")
            return response

        return endpoint


async def _fields(request: Request) -> dict[str, str]:
    if request.method != "POST":
        return {}
    form: FormData = await request.form(max_files=0, max_fields=_MOST_FIELDS, max_part_size=_LARGEST_FIELD)
    return {name: value for name, value in form.items() if isinstance(value, str)}


def _answer(page: Page, visit: Visit) -> Response:
    try:
        return page(visit)
    except Lost:
        return visit.page("problem.html", 404, problem="lost", facts={})
    except Stale:
        return visit.page("problem.html", 403, problem="stale", facts={})
    except (NoSandbox, aws.ConnectionError, aws.HTTPClientError):
        return visit.page("problem.html", 503, problem="no_sandbox", facts={})
    except aws.ClientError as error:
        said = error.response["Error"]
        facts = {"code": said.get("Code", ""), "message": said.get("Message", "")}
        return visit.page("problem.html", 502, problem="refused_by_sandbox", facts=facts)
    except aws.BotoCoreError as error:
        facts = {"code": type(error).__name__, "message": str(error)}
        return visit.page("problem.html", 502, problem="refused_by_sandbox", facts=facts)
