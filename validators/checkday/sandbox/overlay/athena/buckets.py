"""S3, as Athena uses it for whoever started a query: with that caller's rights and no others."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import unquote_plus
from xml.etree import ElementTree as ET

from checkday.sandbox.overlay.wire import Answer, Emulator, Request

_S3 = "{http://s3.amazonaws.com/doc/2006-03-01/}"
_PAGE = "100000"


class Denied(Exception):
    """The caller may not do this: `path` is what it was about, `reason` the evaluator's words."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(reason)
        self.path = path


class NoBucket(Exception):
    """There is no such bucket."""


class NoObject(Exception):
    """There is no such object any more."""


def split(uri: str) -> tuple[str, str]:
    """Bucket and key of `s3://bucket/key`.

    Raises:
        ValueError: it is no such address.

    """
    scheme, _, rest = uri.partition("://")
    bucket, _, key = rest.partition("/")
    if scheme not in {"s3", "s3a", "s3n"} or not bucket:
        raise ValueError(uri)
    return bucket, key


class Buckets:
    """The buckets as one caller may see them."""

    def __init__(self, request: Request, emulator: Emulator) -> None:
        names = ("authorization", "x-amz-security-token")
        headers = {name: request.headers[name] for name in names if name in request.headers}
        self._request = Request("s3", "GET", "/", headers=headers)
        self._emulator = emulator

    async def below(self, uri: str) -> list[tuple[str, int, str]]:
        """Keys, sizes and tags of what lies below a place, in order."""
        bucket, prefix = split(uri)
        self._check("s3:ListBucket", f"arn:aws:s3:::{bucket}", uri, **{"s3:prefix": prefix})
        found: list[tuple[str, int, str]] = []
        token: str | None = ""
        while token is not None:
            query = {"list-type": ["2"], "prefix": [prefix], "max-keys": [_PAGE], "encoding-type": ["url"]}
            query |= {"continuation-token": [token]} if token else {}
            page = ET.fromstring(_good(await self._ask("GET", f"/{bucket}", query), uri).body)  # noqa: S314 - the emulator's own
            found += [_entry(one) for one in page.iter(f"{_S3}Contents")]
            token = page.findtext(f"{_S3}NextContinuationToken")
        return found

    async def get(self, uri: str, *, first: int = 0, last: int | None = None) -> bytes:
        """The object, or a part of it."""
        bucket, key = split(uri)
        self.check_reading(uri)
        part = (
            {} if first == 0 and last is None else {"range": f"bytes={first}-{'' if last is None else last}"}
        )
        answer = await self._ask("GET", f"/{bucket}/{key}", {}, headers=part)
        if answer.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            return b""
        return bytes(_good(answer, uri).body)

    def check_reading(self, uri: str) -> None:
        """Whether the caller may read the object: what others have read is no secret to the copies."""
        bucket, key = split(uri)
        self._check("s3:GetObject", f"arn:aws:s3:::{bucket}/{key}", uri)

    async def put(self, uri: str, body: bytes) -> None:
        bucket, key = split(uri)
        self._check("s3:PutObject", f"arn:aws:s3:::{bucket}/{key}", uri)
        _good(await self._ask("PUT", f"/{bucket}/{key}", {}, body=body), uri)

    async def exists(self, uri: str) -> bool:
        """Whether there is a bucket here that the caller may know of."""
        bucket, _ = split(uri)
        try:
            self._check("s3:GetBucketLocation", f"arn:aws:s3:::{bucket}", uri)
        except Denied:
            return False
        return (await self._ask("HEAD", f"/{bucket}", {})).good

    def _check(self, action: str, resource: str, uri: str, **context: str) -> None:
        denial = self._emulator.denial(self._request, action, resource, **context)
        if denial is not None:
            raise Denied(uri, denial)

    async def _ask(
        self,
        method: str,
        path: str,
        query: Mapping[str, list[str]],
        *,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        request = dataclasses.replace(
            self._request,
            method=method,
            path=path,
            query=query,
            body=body,
            headers={**self._request.headers, **(headers or {})},
        )
        # The emulator pins its context to the account that owns the bucket: a task has a context of its own.
        return await asyncio.create_task(_asked(self._emulator, request))


async def _asked(emulator: Emulator, request: Request) -> Answer:
    return await emulator.ask(request)


def _good(answer: Answer, uri: str) -> Answer:
    if answer.good:
        return answer
    if b"NoSuchBucket" in bytes(answer.body):
        raise NoBucket(uri)
    if answer.status == HTTPStatus.NOT_FOUND:
        raise NoObject(uri)
    raise Denied(uri, "Access Denied")


def _entry(one: ET.Element) -> tuple[str, int, str]:
    key, size, tag = (one.findtext(f"{_S3}{name}") or "" for name in ("Key", "Size", "ETag"))
    return unquote_plus(key), int(size), tag.strip('"')
