"""What a crawl writes into the catalog: through the emulator's own calls, so that all reads agree."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from checkday.sandbox.overlay.cloudtrail_events import record_for
from checkday.sandbox.overlay.crawler import entries
from checkday.sandbox.overlay.crawler.tables import Table
from checkday.sandbox.overlay.lake import Place
from checkday.sandbox.overlay.wire import Answer, Emulator, call

_AT_ONCE = 100
_GLUE, _SESSION = "glue.amazonaws.com", "AWS-Crawler"


class Failed(Exception):
    """The crawl cannot go on; the message is what AWS would say."""


@dataclass(slots=True)
class Changes:
    """The names of tables that a crawl made, changed, or found to be gone; and its partitions."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    partitions_created: int = 0
    partitions_deleted: int = 0

    def summary(self) -> str:
        """As `ListCrawls` shows it: JSON in JSON."""
        tables = {"ADD": self.created, "UPDATE": self.updated, "DELETE": self.deleted}
        counted = {kind: {"Count": len(names), "Details": names} for kind, names in tables.items() if names}
        partitions = {"ADD": self.partitions_created, "DELETE": self.partitions_deleted}
        found = {kind: {"Count": count} for kind, count in partitions.items() if count}
        parts = {"TABLE": counted, "PARTITION": found}
        return json.dumps({kind: json.dumps(each) for kind, each in parts.items() if each})


class Catalog:
    """One database, as one crawler writes to it with its role's rights."""

    def __init__(self, crawler: Mapping[str, Any], role: str, emulator: Emulator) -> None:
        self._emulator = emulator
        self._crawler = crawler
        self._role = role
        self._database = crawler["DatabaseName"]
        self._policy = crawler.get("SchemaChangePolicy") or {}
        self.changes = Changes()

    async def check(self) -> None:
        """Fail if the database is not there, or may not be seen."""
        self._may("GetDatabase")
        await self._do("GetDatabase", Name=self._database)

    async def write(self, place: Place, tables: Sequence[Table]) -> None:
        """Enter the tables found in a place, and deal with those that are no longer there."""
        self._may("GetTables")
        kept = (await self._do("GetTables", DatabaseName=self._database))["TableList"]
        by_location = {_location(table): table for table in kept}
        names = {table["Name"]: _location(table) for table in kept}
        for table in tables:
            location = f"s3://{place.bucket}/{table.path}"
            old = by_location.get(location.rstrip("/"))
            name = old["Name"] if old else self._name(table, place, location, names)
            names[name] = location.rstrip("/")
            await self._table(table, place, name, old)
        found = {f"s3://{place.bucket}/{table.path}".rstrip("/") for table in tables}
        await self._gone(place, (table for table in kept if _location(table) not in found))

    def _name(self, table: Table, place: Place, location: str, names: Mapping[str, str]) -> str:
        name = entries.name(table.path, place.bucket, self._crawler.get("TablePrefix") or "")
        return entries.distinct_name(name, location) if name in names else name

    async def _table(self, table: Table, place: Place, name: str, old: Mapping[str, Any] | None) -> None:
        new = entries.table_input(table, name, place.bucket, self._crawler["Name"])
        if old is None:
            self._may("CreateTable", name)
            await self._do("CreateTable", DatabaseName=self._database, TableInput=new)
            self.changes.created.append(name)
        elif self._policy.get("UpdateBehavior") != "LOG" and _differs(old, new):
            self._may("UpdateTable", name)
            await self._do("UpdateTable", DatabaseName=self._database, TableInput=new)
            self.changes.updated.append(name)
        if table.keys:
            await self._partitions(table, place, name)

    async def _partitions(self, table: Table, place: Place, name: str) -> None:
        where = {"DatabaseName": self._database, "TableName": name}
        answer = await self._ask("GetPartitions", **where)
        kept = {tuple(each["Values"]) for each in answer.values["Partitions"]} if answer.good else set()
        parts = {part.values: part for part in table.parts}
        new = [entries.partition_input(table, part, place.bucket) for part in parts.values()]
        missing = [each for each in new if tuple(each["Values"]) not in kept]
        if missing:
            self._may("BatchCreatePartition", name)
        for start in range(0, len(missing), _AT_ONCE):
            several = missing[start : start + _AT_ONCE]
            await self._do("BatchCreatePartition", PartitionInputList=several, **where)
        self.changes.partitions_created += len(missing)
        for values in kept - parts.keys() if self._policy.get("DeleteBehavior") != "LOG" else ():
            await self._do("DeletePartition", PartitionValues=list(values), **where)
            self.changes.partitions_deleted += 1

    async def _gone(self, place: Place, tables: Iterable[Mapping[str, Any]]) -> None:
        """Mark or delete what this crawler once made here and finds no more."""
        behavior = self._policy.get("DeleteBehavior")
        for table in tables:
            parameters = table.get("Parameters") or {}
            is_mine = parameters.get("UPDATED_BY_CRAWLER") == self._crawler["Name"]
            if not is_mine or not f"{_location(table)}/".startswith(place.address) or behavior == "LOG":
                continue
            if behavior == "DELETE_FROM_DATABASE":
                self._may("DeleteTable", table["Name"])
                await self._do("DeleteTable", DatabaseName=self._database, Name=table["Name"])
                self.changes.deleted.append(table["Name"])
            elif "DEPRECATED_BY_CRAWLER" not in parameters:
                marked = {"DEPRECATED_BY_CRAWLER": str(int(time.time() * 1000)), **parameters}
                changed = {"Name": table["Name"], "Parameters": marked}
                await self._do("UpdateTable", DatabaseName=self._database, TableInput=changed)
                self.changes.updated.append(table["Name"])

    def _may(self, action: str, table: str | None = None) -> None:
        start = f"arn:aws:glue:{self._emulator.region}:{self._emulator.account}"
        resources = [f"{start}:catalog", f"{start}:database/{self._database}"]
        if table is not None:
            resources.append(f"{start}:table/{self._database}/{table}")
        for resource in resources:
            denial = self._emulator.role_denial(self._role, f"glue:{action}", resource)
            if denial is not None:
                raise Failed(
                    f"{denial} (Service: AWSGlue; Status Code: 400; Error Code: AccessDeniedException)"
                )

    async def _ask(self, operation: str, **parameters: Any) -> Answer:
        request = call("glue", operation, **parameters)
        answer = await self._emulator.ask_as_service(request)
        record_for(_GLUE, request, answer, self._emulator, self._emulator.role_caller(self._role, _SESSION))
        return answer

    async def _do(self, operation: str, **parameters: Any) -> dict[str, Any]:
        answer = await self._ask(operation, **parameters)
        if not answer.good:
            error = answer.values
            code = str(error.get("__type", "")).rpartition("#")[2]
            message = error.get("message") or error.get("Message") or ""
            raise Failed(f"{message} (Service: AWSGlue; Status Code: {answer.status}; Error Code: {code})")
        return answer.values


def _location(table: Mapping[str, Any]) -> str:
    return str((table.get("StorageDescriptor") or {}).get("Location") or "").rstrip("/")


def _differs(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    return any(old.get(name) != new[name] for name in ("StorageDescriptor", "PartitionKeys", "Parameters"))
