"""S3 as a session reaches it: with the rights of its role, and errors in Java's words."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError

from checkday.sandbox.overlay.spark.errors import from_java, from_s3

_PATH = re.compile(r"s3[an]?://([^/]+)/?(.*)", re.DOTALL)
_THREADS = 4
_MOST_AT_ONCE = 1000
_MESSAGES = {
    "NoSuchBucket": "The specified bucket does not exist",
    "AccessDenied": "Access Denied",
    "NoSuchKey": "The specified key does not exist.",
}


class Object(NamedTuple):
    """One object, with what tells this content of its from another."""

    bucket: str
    key: str
    size: int
    tag: str


class Bucket:
    """All the buckets, rather: the role says which of them."""

    def __init__(self) -> None:
        settings = Config(
            s3={"addressing_style": "path"}, max_pool_connections=_THREADS, retries={"total_max_attempts": 2}
        )
        self._client: Any = botocore.session.Session().create_client(
            "s3", endpoint_url=os.environ["AWS_ENDPOINT_URL"], config=settings
        )
        self._folder = Path(tempfile.mkdtemp(prefix="objects-"))
        self._copies: dict[Object, str] = {}

    def listed(self, bucket: str, prefix: str, call: str) -> list[Object]:
        """The objects under a prefix, in the order of their keys."""
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        try:
            return [
                Object(bucket, each["Key"], each["Size"], each["ETag"])
                for page in pages
                for each in page.get("Contents", [])
            ]
        except ClientError as error:
            raise _translated(error, call) from None

    def copies(self, objects: Sequence[Object], call: str) -> list[str]:
        """Local copies of objects, in their order; what was copied before is not copied again."""
        missing = [each for each in objects if each not in self._copies]
        with ThreadPoolExecutor(_THREADS) as pool:
            paths = pool.map(lambda each: self._copy(each, call), missing)
            self._copies.update(zip(missing, paths, strict=True))
        return [self._copies[each] for each in objects]

    def original(self, path: str) -> str:
        """Of what object this file is the copy, for messages."""
        found = (f"s3://{one.bucket}/{one.key}" for one, copy in self._copies.items() if copy == path)
        return next(found, path)

    def put(self, bucket: str, files: Iterable[tuple[str, Path]], call: str) -> None:
        """Write files, each under its key."""
        for key, path in files:
            with path.open("rb") as body:
                self._ask(lambda: self._client.put_object(Bucket=bucket, Key=key, Body=body), call)  # noqa: B023 - asked at once

    def delete(self, bucket: str, keys: Sequence[str], call: str) -> None:
        for several in _several(keys):
            wanted = {"Objects": [{"Key": key} for key in several], "Quiet": True}
            answer = self._ask(lambda: self._client.delete_objects(Bucket=bucket, Delete=wanted), call)  # noqa: B023 - asked at once
            for error in answer.get("Errors", []):
                raise from_s3(call, error["Code"], error["Message"], 403)

    def read(self, location: str) -> bytes:
        """What one object holds."""
        found = _PATH.fullmatch(location)
        if found is None:
            raise from_java("load", f"java.lang.IllegalArgumentException: {location} is no path in S3.")
        answer = self._ask(lambda: self._client.get_object(Bucket=found[1], Key=found[2]), "load")
        content: bytes = answer["Body"].read()
        return content

    def _copy(self, one: Object, call: str) -> str:
        # The engine tells by the end of the name whether a file is packed.
        path = self._folder / f"{abs(hash(one))}{'.gz' if one.key.endswith('.gz') else ''}"
        answer = self._ask(lambda: self._client.get_object(Bucket=one.bucket, Key=one.key), call)
        with path.open("wb") as file:
            for chunk in answer["Body"].iter_chunks(1024 * 1024):
                file.write(chunk)
        return str(path)

    def _ask(self, question: Callable[[], Any], call: str) -> Any:
        try:
            return question()
        except ClientError as error:
            raise _translated(error, call) from None


def split(path: str) -> tuple[str, str] | None:
    """Bucket and key that an address of S3 names; None if it is no such address."""
    found = _PATH.fullmatch(path)
    return found and (found[1], found[2])


def _several(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), _MOST_AT_ONCE):
        yield keys[start : start + _MOST_AT_ONCE]


def _translated(error: ClientError, call: str) -> Exception:
    answer: Any = error.response
    code, status = answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]
    return from_s3(call, code, _MESSAGES.get(code, answer["Error"].get("Message", code)), status)
