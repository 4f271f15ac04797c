"""A crawler's life: ready, running for a moment at least, and what the last crawls came to."""

from __future__ import annotations

import asyncio
import contextvars
import copy
import logging
import os
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from checkday.sandbox.overlay.crawler.catalog import Changes, Failed
from checkday.sandbox.overlay.crawler.crawl import crawl
from checkday.sandbox.overlay.crawler.history import History
from checkday.sandbox.overlay.wire import Emulator, call

LOG_GROUP = "/aws-glue/crawlers"
_SHORTEST = float(os.environ.get("CHECKDAY_SANDBOX_CRAWL", "1"))
"""Seconds that a crawl takes at least; on AWS it is rather a minute."""

_INTERNAL = "Internal Service Exception"
_STATES = {"SUCCEEDED": "COMPLETED", "FAILED": "FAILED", "CANCELLED": "STOPPED"}

_log = logging.getLogger(__name__)


class _Where(NamedTuple):
    account: str
    region: str
    crawler: str


@dataclass(frozen=True, slots=True)
class Crawl:
    """A crawl under way."""

    identity: str
    began: float
    task: asyncio.Task[Changes]


class Crawls:
    """All crawls of this server."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._running: dict[_Where, Crawl] = {}

    def resume(self) -> None:
        """What an earlier server was killed in the midst of has failed."""
        for account, region in self._emulator.places():
            with self._emulator.acting(account, region):
                for name, record in self._emulator.crawlers().items():
                    if record["State"] != "READY":
                        self._end(name, str(uuid.uuid4()), time.time(), "FAILED", error=_INTERNAL)

    def start(self, name: str) -> None:
        record = self._emulator.crawlers()[name]
        record["State"], record["CrawlElapsedTime"] = "RUNNING", 0
        where = _Where(self._emulator.account, self._emulator.region, name)
        # A context of its own: the crawl acts as the crawler's role, not as who started it.
        work = self._run(where, copy.deepcopy(record))
        task = asyncio.get_running_loop().create_task(work, context=contextvars.Context())
        self._running[where] = Crawl(str(uuid.uuid4()), time.time(), task)
        task.add_done_callback(lambda done: self._ended(where, done))

    def stop(self, name: str) -> None:
        self._emulator.crawlers()[name]["State"] = "STOPPING"
        self._running[_Where(self._emulator.account, self._emulator.region, name)].task.cancel()

    async def stop_all(self) -> None:
        tasks = [each.task for each in self._running.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def current(self, name: str) -> Mapping[str, Any] | None:
        """The crawl under way as the history will have it."""
        found = self._running.get(_Where(self._emulator.account, self._emulator.region, name))
        if found is None:
            return None
        return {**_entry(name, found.identity, found.began), "State": "RUNNING"}

    async def _run(self, where: _Where, record: Mapping[str, Any]) -> Changes:
        with self._emulator.acting(where.account, where.region):
            ready = time.time() + _SHORTEST
            await self._tell(where, f"BENCHMARK : Running Start Crawl for Crawler {where.crawler}")
            try:
                changes = await crawl(record, self._emulator)
            except Failed as failure:
                await self._tell(where, f"ERROR : {failure}")
                await asyncio.sleep(ready - time.time())
                raise
            for name in changes.created:
                await self._tell(where, f"INFO : Created table {name} in database {record['DatabaseName']}")
            await asyncio.sleep(ready - time.time())
            await self._tell(where, "BENCHMARK : Crawler has finished running and is in state READY")
            return changes

    async def _tell(self, where: _Where, message: str) -> None:
        """Write into the crawler's log, as AWS does under the id of the crawl."""
        found = self._running[where]
        event = {"timestamp": int(time.time() * 1000), "message": f"[{found.identity}] {message}"}
        names = {"logGroupName": LOG_GROUP, "logStreamName": where.crawler}
        for each in (
            call("logs", "CreateLogGroup", logGroupName=LOG_GROUP),
            call("logs", "CreateLogStream", **names),
            call("logs", "PutLogEvents", logEvents=[event], **names),
        ):
            await self._emulator.ask_as_service(each)

    def _ended(self, where: _Where, task: asyncio.Task[Changes]) -> None:
        found = self._running.pop(where)
        with self._emulator.acting(where.account, where.region):
            if task.cancelled():
                self._end(where.crawler, found.identity, found.began, "CANCELLED")
                return
            error = task.exception()
            if error is None:
                self._end(where.crawler, found.identity, found.began, "SUCCEEDED", changes=task.result())
                return
            if not isinstance(error, Failed):
                _log.error("A crawl failed by a fault of ours", exc_info=error)
            reason = str(error) if isinstance(error, Failed) else _INTERNAL
            self._end(where.crawler, found.identity, found.began, "FAILED", error=reason)

    def _end(
        self,
        name: str,
        identity: str,
        began: float,
        status: str,
        *,
        error: str | None = None,
        changes: Changes | None = None,
    ) -> None:
        entry, now = _entry(name, identity, began), time.time()
        if error is not None:
            entry["ErrorMessage"] = error
        record = self._emulator.crawlers().get(name)
        if record is None:
            return
        record |= {"State": "READY", "CrawlElapsedTime": 0}
        last = {key: value for key, value in entry.items() if key != "CrawlId"}
        record["LastCrawl"] = {"Status": status, **last}
        made = changes or Changes()
        counts = [len(made.created), len(made.updated), len(made.deleted)]
        ended = {"State": _STATES[status], "EndTime": now, "DPUHour": round((now - began) / 3600, 4)}
        History(self._emulator).add(name, {**entry, **ended, "Summary": made.summary(), "tables": counts})
        self._emulator.keep("glue")


def _entry(name: str, identity: str, began: float) -> dict[str, Any]:
    log = {"LogGroup": LOG_GROUP, "LogStream": name, "MessagePrefix": identity}
    return {"CrawlId": identity, "StartTime": began, **log}
