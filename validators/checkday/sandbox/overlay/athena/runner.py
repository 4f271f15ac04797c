"""The life of a query execution, from QUEUED to its end."""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from checkday.sandbox.overlay.athena import results, settings
from checkday.sandbox.overlay.athena.buckets import Denied, NoBucket
from checkday.sandbox.overlay.athena.history import Execution, History
from checkday.sandbox.overlay.athena.objects import Copies
from checkday.sandbox.overlay.athena.sql.errors import QueryError
from checkday.sandbox.overlay.athena.workers import Pool
from checkday.sandbox.overlay.athena.world import Refused, World, denied_output
from checkday.sandbox.overlay.store import connection
from checkday.sandbox.overlay.wire import Emulator, Request

_STOPPED = "Query cancelled by user"
_TOO_LONG = "Query timeout"
_TOO_MUCH = "Bytes scanned limit was exceeded"


class TooMuch(Exception):
    """The query would scan more than its work group allows: Athena cancels it."""


class Runner:
    """Runs queries in the background of one server."""

    def __init__(self) -> None:
        folder = settings.folder()
        for name in ("scratch", "results"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        for left in (folder / "scratch").iterdir():
            shutil.rmtree(left, ignore_errors=True)
        self.history = History(connection())
        self._copies = Copies(folder / "objects", settings.CACHE)
        self._pool = Pool()
        self._places = asyncio.Semaphore(settings.AT_ONCE)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._closing = False

    def start(self, execution: Execution, request: Request, emulator: Emulator) -> None:
        """Run it; the caller's rights are those of the request."""
        self.history.save(execution)
        task = asyncio.create_task(self._run(execution, request, emulator))
        self._tasks[execution.id] = task
        task.add_done_callback(lambda _: self._tasks.pop(execution.id, None))

    async def stop(self, number: str) -> None:
        """End it if it is not over."""
        task = self._tasks.get(number)
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    async def close(self) -> None:
        """The server stops: no query goes on."""
        self._closing = True
        for task in list(self._tasks.values()):
            task.cancel()
        if self._tasks:
            await asyncio.wait(list(self._tasks.values()))
        await self._pool.close()

    async def _run(self, execution: Execution, request: Request, emulator: Emulator) -> None:
        world = World(request, emulator, self._copies, lambda total: _count(execution, total))
        try:
            async with self._places:
                _begin(execution)
                self.history.save(execution)
                async with asyncio.timeout(settings.SECONDS):
                    found = await self._in_engine(execution, world)
                await _publish(execution, found, world)
            _end(execution, "SUCCEEDED")
        except Refused as refusal:
            _fail(execution, QueryError(refusal.name, str(refusal)))
        except TooMuch:
            _end(execution, "CANCELLED", _TOO_MUCH)
        except TimeoutError:
            _fail(execution, QueryError("EXCEEDED_TIME_LIMIT", _TOO_LONG))
        except asyncio.CancelledError:
            if not self._closing:
                _end(execution, "CANCELLED", _STOPPED)
        finally:
            _part(execution).unlink(missing_ok=True)
            if not execution.over:
                _fail(execution, QueryError("GENERIC_INTERNAL_ERROR", "INTERNAL_ERROR_QUERY_ENGINE"))
            self.history.save(execution)

    async def _in_engine(self, execution: Execution, world: World) -> dict[str, Any]:
        worker = await self._pool.take()

        async def answer(question: str, facts: Mapping[str, Any]) -> Any:
            if question == "rows":
                return os.replace(facts["path"], _part(execution))
            return await world.answer(question, facts)

        try:
            found = await worker.run(execution.kept["job"], answer)
        except Refused:
            self._pool.give_back(worker)
            raise
        except BaseException:
            self._pool.discard(worker)
            raise
        self._pool.give_back(worker)
        return found


def _part(execution: Execution) -> Path:
    """The rows before they are where they belong."""
    return settings.folder() / "results" / f"{execution.id}.part"


def _count(execution: Execution, total: int) -> None:
    limit = execution.kept.get("cutoff")
    execution.shown["Statistics"]["DataScannedInBytes"] = min(total, limit) if limit else total
    if limit and total > limit:
        raise TooMuch


async def _publish(execution: Execution, found: Mapping[str, Any], world: World) -> None:
    """Put the result where it is looked for."""
    kept = execution.kept
    kept |= {name: found[name] for name in ("columns", "rows", "rows_read", "written")}
    has_header = execution.shown["StatementType"] == "DML" and bool(found["columns"])
    part = _part(execution)
    rows = await asyncio.to_thread(part.read_bytes) if part.exists() else b""
    body = (results.header(found["columns"]) if has_header else b"") + rows
    kept["bytes"] = len(body)
    if kept.get("managed"):
        await asyncio.to_thread(results.managed_file(execution.id).write_bytes, body)
        return
    try:
        await _put(execution, body, world)
    except Denied as error:
        raise Refused("query", "PERMISSION_DENIED", denied_output(error.path)) from error
    except NoBucket as error:
        message = "The S3 location provided to save your query results is invalid."
        raise Refused("query", "INVALID_ARGUMENTS", message) from error


async def _put(execution: Execution, body: bytes, world: World) -> None:
    place = execution.kept["result"]
    if execution.kept["writes"]:
        manifest = "".join(f"{uri}\n" for uri in execution.kept["written"]).encode()
        stem = f"{execution.kept['output']}{execution.id}"
        execution.shown["Statistics"]["DataManifestLocation"] = f"{stem}-manifest.csv"
        await world.buckets.put(f"{stem}-manifest.csv", manifest)
        await world.buckets.put(f"{stem}.metadata", results.metadata(execution))
        return
    await world.buckets.put(place, body)
    await world.buckets.put(f"{place}.metadata", results.metadata(execution))


def _begin(execution: Execution) -> None:
    execution.shown["Status"]["State"] = "RUNNING"
    execution.kept["begun"] = time.time()


def _end(execution: Execution, state: str, reason: str | None = None) -> None:
    status, statistics = execution.shown["Status"], execution.shown["Statistics"]
    now, submitted = time.time(), status["SubmissionDateTime"]
    begun = execution.kept.get("begun", now)
    status |= {"State": state, "CompletionDateTime": now}
    status |= {"StateChangeReason": reason} if reason else {}
    whole, waited = round((now - submitted) * 1000), round((begun - submitted) * 1000)
    statistics |= {
        "EngineExecutionTimeInMillis": whole - waited,
        "TotalExecutionTimeInMillis": whole,
        "QueryQueueTimeInMillis": waited,
        "ServicePreProcessingTimeInMillis": 0,
        "ServiceProcessingTimeInMillis": 0,
        "ResultReuseInformation": {"ReusedPreviousResult": False},
    }


def _fail(execution: Execution, error: QueryError) -> None:
    _end(execution, "FAILED", error.reason)
    execution.shown["Status"]["AthenaError"] = error.description
