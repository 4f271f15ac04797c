"""All interactive sessions of this server: those that live, and those that have been."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Any

from checkday.sandbox.overlay.spark.records import Key, Records
from checkday.sandbox.overlay.spark.session import Session

MOST_LIVE = 8
"""Each takes a hundred megabytes or more of the learner's own machine."""

LIVE = ("PROVISIONING", "READY", "STOPPING")
DPU = {"G.025X": 0.25, "G.1X": 1.0, "G.2X": 2.0, "G.4X": 4.0, "G.8X": 8.0, "Standard": 1.0, "Z.2X": 2.0}


class Sessions:
    """Sessions by key."""

    def __init__(self) -> None:
        self._records = Records()
        self._known: dict[Key, Session] = {}
        for at, record in self._records.all():
            if at.kind == "session":
                self._known[at] = self._recalled(at, record)

    def _recalled(self, at: Key, record: dict[str, Any]) -> Session:
        """What an earlier server left running has stopped with it."""
        if record["Status"] in LIVE:
            record |= {"Status": "STOPPED", "CompletedOn": time.time()}
            self._records.put(at, record)
        return Session(record, lambda: self._records.put(at, record))

    def get(self, at: Key) -> Session | None:
        return self._known.get(at)

    def within(self, account: str, region: str) -> list[Session]:
        return [each for at, each in self._known.items() if at[1:3] == (account, region)]

    @property
    def full(self) -> bool:
        return sum(each.record["Status"] in LIVE for each in self._known.values()) >= MOST_LIVE

    def create(self, at: Key, record: dict[str, Any], keys: Mapping[str, str]) -> Session:
        session = Session(record, lambda: self._save(at, record))
        self._known[at] = session
        self._records.put(at, record)
        session.begin(at.region, keys)
        return session

    def forget(self, at: Key) -> None:
        session = self._known.pop(at)
        session.stop()
        self._records.drop(at)

    async def stop_all(self) -> None:
        tasks = [each.stop() for each in self._known.values()]
        await asyncio.gather(*(task for task in tasks if task is not None), return_exceptions=True)

    def _save(self, at: Key, record: Mapping[str, Any]) -> None:
        if at in self._known and self._known[at].record is record:
            self._records.put(at, record)


def described(record: Mapping[str, Any]) -> dict[str, Any]:
    """A session's record as the API tells it, with what it has cost until now."""
    found = {name: value for name, value in record.items() if not name.startswith("_")}
    if "_Ready" in record:
        seconds = record.get("CompletedOn", time.time()) - record["_Ready"]
        found["ExecutionTime"] = round(seconds, 3)
        found["DPUSeconds"] = round(seconds * record["MaxCapacity"], 3)
    return found
