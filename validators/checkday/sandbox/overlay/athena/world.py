"""What a running query learns and changes, each time with the rights of whoever started it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from checkday.sandbox.overlay.athena.buckets import Buckets, Denied, NoBucket, NoObject
from checkday.sandbox.overlay.athena.objects import Copies
from checkday.sandbox.overlay.cloudtrail_events import record_for
from checkday.sandbox.overlay.wire import Emulator, Request

_NO_BUCKET = (
    "The specified bucket does not exist (Service: Amazon S3; Status Code: 404; Error Code: NoSuchBucket)"
)

_ATHENA = "athena.amazonaws.com"

_GLUE = {
    "GetTable": "Table",
    "GetTables": "TableList",
    "GetDatabase": "Database",
    "GetDatabases": "DatabaseList",
    "GetPartitions": "Partitions",
    "CreateTable": "",
    "UpdateTable": "",
    "DeleteTable": "",
    "CreateDatabase": "",
    "DeleteDatabase": "",
    "BatchCreatePartition": "",
    "DeletePartition": "",
}
"""The calls that a statement may make, and what of the answer is a list in pages."""


def denied_output(uri: str) -> str:
    return (
        f"Access denied when writing output to url: {uri} . Please ensure you are allowed to access the S3 "
        "bucket. If specifying an expected bucket owner, confirm the bucket is owned by the expected "
        "account. If you are encrypting query results with KMS key, please ensure you are allowed to "
        "access your KMS key"
    )


class Refused(Exception):
    """An answer that ends or changes the query: `kind` is "query" or "catalog"."""

    def __init__(self, kind: str, name: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.name = name


class World:
    """One query's view of S3 and Glue."""

    def __init__(
        self, request: Request, emulator: Emulator, copies: Copies, scanned: Callable[[int], None]
    ) -> None:
        self.buckets = Buckets(request, emulator)
        self._request = request
        self._emulator = emulator
        self._copies = copies
        self._scanned = scanned

    async def answer(self, question: str, facts: Mapping[str, Any]) -> Any:
        """Answer what the engine asks.

        Raises:
            Refused: it may not, or there is nothing.

        """
        try:
            if question == "glue":
                return await self._ask_glue(facts["operation"], facts["parameters"])
            if question == "objects":
                return [await self.buckets.below(place) for place in facts["locations"]]
            if question == "fetch":
                return await self._fetch(facts["objects"])
            if question == "put":
                return await self._put(facts["uri"], facts["path"])
            self._scanned(facts["total"])
        except Denied as error:
            raise Refused(
                "query", "PERMISSION_DENIED", f"Permission denied on S3 path: {error.path}"
            ) from error
        except (NoBucket, NoObject) as error:
            raise Refused("query", "HIVE_UNKNOWN_ERROR", f"{_NO_BUCKET}: {error}") from error
        except ValueError as error:
            raise Refused("query", "INVALID_TABLE_PROPERTY", f"Not a valid S3 path: {error}") from error
        return None

    async def _fetch(self, objects: Sequence[Sequence[Any]]) -> list[str]:
        paths, new = [], False
        for uri, _, tag in objects:
            self.buckets.check_reading(uri)
            path = self._copies.path_of(uri, tag)
            if not self._copies.has(path):
                body = await self.buckets.get(uri)
                await asyncio.to_thread(self._copies.keep, path, body)
                new = True
            paths.append(str(path))
        if new:
            await asyncio.to_thread(self._copies.shrink)
        return paths

    async def _put(self, uri: str, path: str) -> None:
        try:
            await self.buckets.put(uri, await asyncio.to_thread(Path(path).read_bytes))
        except Denied as error:
            raise Refused("query", "PERMISSION_DENIED", denied_output(uri)) from error

    async def _ask_glue(self, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        for resource in self._resources(parameters):
            denial = self._emulator.denial(self._as_glue(), f"glue:{operation}", resource)
            if denial is not None:
                message = f"Insufficient permissions to execute the query. {denial}"
                raise Refused("query", "ACCESS_DENIED", message)
        found: dict[str, Any] = {}
        token: str | None = ""
        while token is not None:
            page = await self._glue_page(operation, {**parameters, **({"NextToken": token} if token else {})})
            token = page.pop("NextToken", None) or None
            listed = _GLUE[operation]
            more = found.get(listed, []) if isinstance(page.get(listed), list) else None
            found |= page if more is None else {listed: [*more, *page[listed]]}
        return found

    async def _glue_page(self, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        if operation not in _GLUE:
            raise Refused("query", "NOT_SUPPORTED", operation)
        headers = {"x-amz-target": f"AWSGlue.{operation}"}
        body = json.dumps(parameters).encode()
        request = Request("glue", "POST", "/", headers=headers, body=body)
        answer = await self._emulator.ask_as_service(request)
        record_for(_ATHENA, request, answer, self._emulator, self._emulator.caller(self._request))
        values = answer.values if answer.body else {}
        if not answer.good:
            raise Refused(
                "catalog", str(values.get("__type", "")).rpartition("#")[2], str(values.get("message", ""))
            )
        return values

    def _as_glue(self) -> Request:
        return Request("glue", "POST", "/", headers=self._request.headers)

    def _resources(self, parameters: Mapping[str, Any]) -> list[str]:
        """The catalog, the database and the table: who asks for one needs the right to all that hold it."""
        stem = f"arn:aws:glue:{self._emulator.region}:{self._emulator.account}"
        names = parameters.get("TableInput") or {}
        database = parameters.get("DatabaseName") or (parameters.get("DatabaseInput") or parameters).get(
            "Name"
        )
        table = names.get("Name") or parameters.get("TableName")
        if parameters.get("DatabaseName"):
            table = table or parameters.get("Name")
        found = [f"{stem}:catalog"]
        found += [f"{stem}:database/{database}"] if database else []
        found += [f"{stem}:table/{database}/{table}"] if database and table else []
        return found
