"""S3: buckets, the objects in them, a look at small texts, and downloads that a browser never opens."""

from __future__ import annotations

import codecs
import zlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from botocore.exceptions import ClientError
from starlette.responses import Response, StreamingResponse

from checkday.console.problems import Lost
from checkday.console.visit import Visit

_PAGE = 100
_LOOK = 64 * 1024
"""Bytes of a text that are shown."""

_CHUNK = 256 * 1024
_ABSENT = {"NoSuchBucket", "NoSuchKey", "404", "InvalidBucketName"}
_GZIP = b"\x1f\x8b"


def buckets(visit: Visit) -> Response:
    """All buckets of the account."""
    return visit.page("buckets.html", buckets=visit.client("s3").list_buckets()["Buckets"])


def bucket(visit: Visit) -> Response:
    """The objects and folders below a prefix."""
    name, prefix, after = visit.need("bucket"), visit.asked.get("prefix", ""), visit.asked.get("after")
    start = {"ContinuationToken": after} if after else {}
    answer = _ask(visit, "list_objects_v2", Bucket=name, Prefix=prefix, Delimiter="/", MaxKeys=_PAGE, **start)
    folders = [one["Prefix"] for one in answer.get("CommonPrefixes", ())]
    above = prefix.rstrip("/").rpartition("/")[0]
    return visit.page(
        "bucket.html",
        bucket=name,
        prefix=prefix,
        above=f"{above}/" if above else "",
        folders=folders,
        objects=answer.get("Contents", ()),
        after=answer.get("NextContinuationToken"),
    )


def thing(visit: Visit) -> Response:
    """One object: what it is, and how its text begins."""
    name, key = visit.need("bucket"), visit.need("key")
    head = _ask(visit, "head_object", Bucket=name, Key=key)
    text: str | None = ""
    whole = True
    if head["ContentLength"]:
        body = _ask(visit, "get_object", Bucket=name, Key=key, Range=f"bytes=0-{_LOOK - 1}")["Body"]
        with body:
            content = body.read(_LOOK)
        text, whole = _text(content), head["ContentLength"] <= _LOOK and len(content) <= _LOOK
    return visit.page("object.html", bucket=name, key=key, head=head, text=text, whole=whole, look=_LOOK)


def download(visit: Visit) -> Response:
    """The object as a file to keep, under a type that no browser opens."""
    name, key = visit.need("bucket"), visit.need("key")
    found = _ask(visit, "get_object", Bucket=name, Key=key)
    last = key.rstrip("/").rpartition("/")[2] or "object"
    file = "".join(one if one.isprintable() and one not in '\\/:*?"<>|' else "_" for one in last)[-200:]
    headers = {
        "Content-Length": str(found["ContentLength"]),
        "Content-Disposition": f"attachment; filename=\"object\"; filename*=UTF-8''{quote(file, safe='')}",
    }
    return StreamingResponse(_pieces(found["Body"]), 200, headers, "application/octet-stream")


def _pieces(body: Any) -> Iterator[bytes]:
    with body:
        while piece := body.read(_CHUNK):
            yield piece


def _text(content: bytes) -> str | None:
    """The text that some bytes begin with, unpacked if they are gzip; None if it is no text."""
    if content.startswith(_GZIP):
        try:
            content = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16).decompress(content, _LOOK)
        except zlib.error:
            return None
    try:
        # The last character may have been cut in two.
        text = codecs.getincrementaldecoder("utf-8-sig")().decode(content)
    except UnicodeDecodeError:
        return None
    return None if "\x00" in text else text


def _ask(visit: Visit, operation: str, **parameters: Any) -> Any:
    try:
        return getattr(visit.client("s3"), operation)(**parameters)
    except ClientError as error:
        if error.response["Error"]["Code"] in _ABSENT:
            raise Lost from error
        raise
