"""One interactive session: provisioned, ready, at work on one statement at a time, and over."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import os
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from checkday.sandbox.overlay.spark.driver import Died, Driver

MINUTE = float(os.environ.get("CHECKDAY_SANDBOX_MINUTE", "60"))
"""Seconds that a minute of a time-out lasts."""

STATEMENT_SECONDS = float(os.environ.get("CHECKDAY_SANDBOX_STATEMENT_SECONDS", "300"))
"""How long one statement may run; on AWS nothing but the session's end limits it."""

_PROVISIONING = float(os.environ.get("CHECKDAY_SANDBOX_PROVISIONING", "1"))
"""Seconds that a session is provisioned at least; on AWS it is rather half a minute."""

START_SECONDS = 60.0
_GRACE = 6.0
_MOST_STATEMENTS = 500
_WAIT = ("WAITING", "RUNNING", "CANCELLING")


class Session:
    """A session that lives; `record` is what clients are told of it."""

    def __init__(self, record: dict[str, Any], changed: Callable[[], None]) -> None:
        self.record = record
        self.statements: dict[int, dict[str, Any]] = {}
        self._changed = changed
        self._waiting: deque[dict[str, Any]] = deque()
        self._come, self._cancel = asyncio.Event(), asyncio.Event()
        self._count = 0
        self._task: asyncio.Task[None] | None = None

    def begin(self, region: str, keys: Mapping[str, str]) -> None:
        # A context of its own: it acts as the session's role, not as who created it.
        work = self._live(region, keys)
        self._task = asyncio.get_running_loop().create_task(work, context=contextvars.Context())

    @property
    def busy(self) -> bool:
        return len(self._waiting) >= _MOST_STATEMENTS

    def run(self, code: str) -> int:
        """Take a statement on, and return its number."""
        number, self._count = self._count, self._count + 1
        statement = {"Id": number, "Code": code, "State": "WAITING", "Progress": 0.0, "StartedOn": _now()}
        self.statements[number] = statement
        self._waiting.append(statement)
        self._come.set()
        self._forget()
        return number

    def cancel(self, number: int) -> None:
        statement = self.statements[number]
        if statement["State"] == "WAITING":
            self._waiting.remove(statement)
            _end(statement, "CANCELLED")
        elif statement["State"] == "RUNNING":
            statement["State"] = "CANCELLING"
            self._cancel.set()

    def stop(self) -> asyncio.Task[None] | None:
        """Begin to stop; what is returned is done when it has stopped."""
        if self._task is not None and not self._task.done():
            self._become("STOPPING")
            self._task.cancel()
        return self._task

    async def _live(self, region: str, keys: Mapping[str, str]) -> None:
        status, error = "STOPPED", ""
        try:
            driver = await Driver.start(region, keys)
            try:
                await self._provision(driver)
                await self._serve(driver)
                status = "TIMEOUT"
            finally:
                await driver.stop()
        except asyncio.CancelledError:
            status = "STOPPED"
        except (Died, OSError) as failure:
            status, error = "FAILED", str(failure)
        self._over(status, error)

    async def _provision(self, driver: Driver) -> None:
        ready = time.monotonic() + _PROVISIONING
        try:
            await asyncio.wait_for(driver.receive(), START_SECONDS)
        except TimeoutError:
            raise Died("The driver did not start in time.") from None
        await asyncio.sleep(ready - time.monotonic())
        self._become("READY")

    async def _serve(self, driver: Driver) -> None:
        """Run what comes until nothing has come for too long.

        Raises:
            Died: the process has.

        """
        ended = asyncio.create_task(driver.ended())
        try:
            while await self._something(ended):
                statement = self._waiting.popleft()
                await self._execute(statement, driver)
        finally:
            ended.cancel()

    async def _something(self, ended: asyncio.Task[str]) -> bool:
        """Whether there is a statement before the session has idled or lived for too long."""
        idle: float = self.record["IdleTimeout"] * MINUTE
        life: float = self.record["_Ready"] + self.record["_Timeout"] * MINUTE - time.time()
        while not self._waiting:
            self._come.clear()
            coming = asyncio.create_task(self._come.wait())
            try:
                either: set[asyncio.Task[Any]] = {coming, ended}
                done, _ = await asyncio.wait(
                    either, timeout=max(0.0, min(idle, life)), return_when=asyncio.FIRST_COMPLETED
                )
            finally:
                coming.cancel()
            if ended in done:
                raise Died(ended.result())
            if not done:
                return False
        return life > 0

    async def _execute(self, statement: dict[str, Any], driver: Driver) -> None:
        statement |= {"State": "RUNNING", "StartedOn": _now()}
        self._cancel.clear()
        try:
            await driver.send({"code": statement["Code"], "number": statement["Id"]})
            answer = await self._answer(driver)
        except Died:
            _end(statement, "CANCELLED" if statement["State"] == "CANCELLING" else "ERROR")
            raise
        if statement["State"] == "CANCELLING":
            _end(statement, "CANCELLED")
        elif answer.get("interrupted"):
            _end(statement, "ERROR", _too_long(statement["Id"]))
        else:
            _end(statement, "AVAILABLE", output(answer, statement["Id"]))

    async def _answer(self, driver: Driver) -> dict[str, Any]:
        """What the statement comes to, or that it was told to give up."""
        receiving = asyncio.ensure_future(driver.receive())
        cancelling = asyncio.ensure_future(self._cancel.wait())
        try:
            await asyncio.wait(
                {receiving, cancelling}, timeout=STATEMENT_SECONDS, return_when=asyncio.FIRST_COMPLETED
            )
            if not receiving.done():
                driver.interrupt()
                await asyncio.wait({receiving}, timeout=_GRACE)
            if not receiving.done():
                raise Died("A statement would not be interrupted, and the driver was killed.")
            return receiving.result()
        finally:
            cancelling.cancel()
            receiving.cancel()
            with contextlib.suppress(asyncio.CancelledError, Died):
                await receiving

    def _become(self, status: str) -> None:
        self.record["Status"] = status
        if status == "READY":
            self.record |= {"Progress": 1.0, "_Ready": time.time()}
        self._changed()

    def _over(self, status: str, error: str) -> None:
        for statement in self.statements.values():
            if statement["State"] in _WAIT:
                _end(statement, "CANCELLED")
        self.record |= {"CompletedOn": time.time(), "ErrorMessage": error}
        self._become(status)

    def _forget(self) -> None:
        """Keep as many statements as anyone will ask for."""
        old = [number for number, each in self.statements.items() if each["State"] not in _WAIT]
        for number in old[: max(0, len(self.statements) - _MOST_STATEMENTS)]:
            del self.statements[number]


def output(answer: Mapping[str, Any], number: int) -> dict[str, Any]:
    """A statement's output in the form of the API, from the worker's answer."""
    found: dict[str, Any] = {"ExecutionCount": number, "Status": "error" if "name" in answer else "ok"}
    if answer.get("text") or "name" not in answer:
        found["Data"] = {"TextPlain": clean(answer.get("text", ""))}
    if "name" in answer:
        found |= {"ErrorName": clean(answer["name"]), "ErrorValue": clean(answer.get("value", ""))}
        found["Traceback"] = [clean(line) for line in answer.get("traceback", [])]
    return found


def clean(text: object) -> str:
    """The text without what no UTF-8 can hold."""
    return str(text).encode("utf-8", "replace").decode()


def _too_long(number: int) -> dict[str, Any]:
    value = f"The statement ran for more than {STATEMENT_SECONDS:g} seconds and was interrupted."
    return output({"name": "TimeoutException", "value": value}, number)


def _end(statement: dict[str, Any], state: str, result: Mapping[str, Any] | None = None) -> None:
    statement |= {"State": state, "Progress": 1.0, "CompletedOn": _now()}
    if result is not None:
        statement["Output"] = result


def _now() -> int:
    return int(time.time() * 1000)
