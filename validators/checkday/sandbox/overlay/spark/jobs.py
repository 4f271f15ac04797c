"""Glue's Spark jobs: a script from S3, run once in a process of its own.

Jobs themselves are the emulator's, but for settings that it does not know; jobs of another kind are its own.
"""

from __future__ import annotations

import asyncio
import contextvars
import time
import uuid
from collections.abc import Mapping
from typing import Any

from checkday.sandbox.overlay.spark.driver import Died, Driver
from checkday.sandbox.overlay.spark.handlers import role_fault
from checkday.sandbox.overlay.spark.records import Key, Records, key
from checkday.sandbox.overlay.spark.session import MINUTE, START_SECONDS, STATEMENT_SECONDS, clean
from checkday.sandbox.overlay.spark.sessions import DPU
from checkday.sandbox.overlay.wire import Answer, Emulator, Handler, Request, call, good, refusal

_SPARK = "glueetl"
_LIVE = ("STARTING", "RUNNING", "STOPPING")
_UNKNOWN_TO_EMULATOR = ("JobMode", "ExecutionClass", "JobRunQueuingEnabled", "MaintenanceWindow")
_LOG_GROUP = "/aws-glue/jobs/output"
_LONGEST_EVENT = 200_000


class _Runs:
    """All runs of this server, and what is known of jobs besides."""

    def __init__(self, emulator: Emulator) -> None:
        self.records, self._emulator = Records(), emulator
        self.known: dict[Key, dict[str, Any]] = {}
        self.settings: dict[Key, dict[str, Any]] = {}
        self.tasks: dict[Key, asyncio.Task[None]] = {}
        for at, record in self.records.all():
            if at.kind == "job":
                self.settings[at] = record
            elif at.kind == "run":
                self.known[at] = record
                if record["JobRunState"] in _LIVE:
                    self._end(at, "FAILED", "The sandbox was stopped.")

    def of(self, job: str, emulator: Emulator) -> list[dict[str, Any]]:
        """A job's runs, the newest first."""
        here = (emulator.account, emulator.region)
        runs = [run for at, run in self.known.items() if at[1:3] == here and run["JobName"] == job]
        return runs[::-1]

    def start(self, at: Key, run: dict[str, Any], script: str, keys: Mapping[str, str]) -> None:
        self.known[at] = run
        self.records.put(at, run)
        work = self._run(at, script, keys)
        self.tasks[at] = asyncio.get_running_loop().create_task(work, context=contextvars.Context())

    async def stop_all(self) -> None:
        for task in self.tasks.values():
            task.cancel()
        await asyncio.gather(*self.tasks.values(), return_exceptions=True)

    async def _run(self, at: Key, script: str, keys: Mapping[str, str]) -> None:
        run = self.known[at]
        run["JobRunState"] = "RUNNING"
        patience = min(run["Timeout"] * MINUTE, STATEMENT_SECONDS)
        given = {**run["Arguments"], "--JOB_NAME": run["JobName"], "--JOB_RUN_ID": run["Id"]}
        arguments = [part for pair in given.items() for part in pair]
        try:
            answer = await self._answer({"script": script, "arguments": arguments}, at, keys, patience)
        except asyncio.CancelledError:
            self._end(at, "STOPPED", "")
            return
        except TimeoutError:
            self._end(at, "TIMEOUT", "Timeout")
            return
        except (Died, OSError) as failure:
            self._end(at, "FAILED", str(failure))
            return
        await self._log(at, clean(answer.get("text", "")))
        failed = "name" in answer
        message = f"{clean(answer['name'])}: {clean(answer.get('value', ''))}" if failed else ""
        self._end(at, "FAILED" if failed else "SUCCEEDED", message)

    async def _answer(
        self, order: Mapping[str, Any], at: Key, keys: Mapping[str, str], patience: float
    ) -> dict[str, Any]:
        driver = await Driver.start(at.region, keys)
        try:
            await asyncio.wait_for(driver.receive(), START_SECONDS)
            await driver.send(order)
            return await asyncio.wait_for(driver.receive(), patience)
        finally:
            await driver.stop()

    async def _log(self, at: Key, text: str) -> None:
        names = {"logGroupName": _LOG_GROUP, "logStreamName": at.name}
        event = {"timestamp": int(time.time() * 1000), "message": text[:_LONGEST_EVENT] or " "}
        with self._emulator.acting(at.account, at.region):
            for each in (
                call("logs", "CreateLogGroup", logGroupName=_LOG_GROUP),
                call("logs", "CreateLogStream", **names),
                call("logs", "PutLogEvents", logEvents=[event], **names),
            ):
                await self._emulator.ask_as_service(each)

    def _end(self, at: Key, state: str, message: str) -> None:
        run, now = self.known[at], time.time()
        run |= {"JobRunState": state, "CompletedOn": now, "LastModifiedOn": now}
        run["ExecutionTime"] = int(now - run["StartedOn"])
        if message:
            run["ErrorMessage"] = message[:4000]
        self.records.put(at, run)


_runs: list[_Runs] = []


def resume(emulator: Emulator) -> None:
    _runs[:] = [_Runs(emulator)]


async def stop_all(_emulator: Emulator) -> None:
    await _runs[0].stop_all()


async def _create(request: Request, emulator: Emulator) -> Answer:
    sent = request.parameters
    fault = await role_fault(request, sent, "job", emulator) if "/" in str(sent.get("Role")) else None
    answer = fault or await emulator.ask(request)
    if answer.good:
        _remember(sent.get("Name", ""), {"JobMode": "SCRIPT", **sent}, emulator)
    return answer


async def _update(request: Request, emulator: Emulator) -> Answer:
    answer = await emulator.ask(request)
    if answer.good:
        sent, name = request.parameters.get("JobUpdate") or {}, request.parameters.get("JobName", "")
        _remember(name, {**_runs[0].settings.get(key("job", name, emulator), {}), **sent}, emulator)
    return answer


def _remember(name: str, sent: Mapping[str, Any], emulator: Emulator) -> None:
    at = key("job", name, emulator)
    _runs[0].settings[at] = {each: sent[each] for each in _UNKNOWN_TO_EMULATOR if each in sent}
    _runs[0].records.put(at, _runs[0].settings[at])


async def _get(request: Request, emulator: Emulator) -> Answer:
    answer = await emulator.ask(request)
    if not answer.good:
        return answer
    values = answer.values
    if "Job" in values:
        return answer.saying({"Job": _complete(values["Job"], emulator)})
    return answer.saying({**values, "Jobs": [_complete(each, emulator) for each in values["Jobs"]]})


async def _list(_: Request, emulator: Emulator) -> Answer:
    # The emulator lists jobs only with all they hold.
    answer = await emulator.ask(call("glue", "GetJobs"))
    return good({"JobNames": [each["Name"] for each in answer.values["Jobs"]]}) if answer.good else answer


def _complete(job: Mapping[str, Any], emulator: Emulator) -> dict[str, Any]:
    known = _runs[0].settings.get(key("job", job["Name"], emulator), {})
    # Tags are told by GetTags only, and what was never set is not told at all.
    return {name: value for name, value in job.items() if value not in (None, "") and name != "Tags"} | known


async def _delete(request: Request, emulator: Emulator) -> Answer:
    at = key("job", request.parameters.get("JobName", ""), emulator)
    _runs[0].settings.pop(at, None)
    _runs[0].records.drop(at)
    return await emulator.ask(request)


async def _start(request: Request, emulator: Emulator) -> Answer:
    sent = request.parameters
    name = sent.get("JobName", "")
    found = await emulator.ask_as_service(call("glue", "GetJob", JobName=name))
    job = found.values.get("Job", {}) if found.good else {}
    if job.get("Command", {}).get("Name") != _SPARK:
        return await emulator.ask(request)
    if any(run["JobRunState"] in _LIVE for run in _runs[0].of(name, emulator)):
        return refusal("ConcurrentRunsExceededException", f"Concurrent runs exceeded for {name}")
    role = job["Role"] if "/" in job["Role"] else f"arn:aws:iam::{emulator.account}:role/{job['Role']}"
    fault = await role_fault(request, {"Role": role}, "job", emulator)
    if fault is not None:
        return fault
    run = _record(job, sent)
    keys = emulator.role_keys(role, "GlueJobRunnerSession")
    _runs[0].start(key("run", run["Id"], emulator), run, job["Command"].get("ScriptLocation", ""), keys)
    return good({"JobRunId": run["Id"]})


def _record(job: Mapping[str, Any], sent: Mapping[str, Any]) -> dict[str, Any]:
    worker = sent.get("WorkerType") or job.get("WorkerType") or "G.1X"
    workers = sent.get("NumberOfWorkers") or job.get("NumberOfWorkers") or 2
    capacity = sent.get("MaxCapacity") or job.get("MaxCapacity") or workers * DPU.get(worker, 1.0)
    now = time.time()
    return {
        "Id": f"jr_{uuid.uuid4().hex}{uuid.uuid4().hex}",
        "Attempt": 0,
        "JobName": job["Name"],
        "JobRunState": "STARTING",
        "StartedOn": now,
        "LastModifiedOn": now,
        "Arguments": {**job.get("DefaultArguments", {}), **(sent.get("Arguments") or {})},
        "PredecessorRuns": [],
        "AllocatedCapacity": int(capacity),
        "MaxCapacity": float(capacity),
        "ExecutionTime": 0,
        "Timeout": sent.get("Timeout") or job.get("Timeout") or 480,
        "WorkerType": worker,
        "NumberOfWorkers": workers,
        "GlueVersion": job.get("GlueVersion", "5.0"),
        "LogGroupName": "/aws-glue/jobs",
    }


async def _get_run(request: Request, emulator: Emulator) -> Answer:
    run = _runs[0].known.get(key("run", request.parameters.get("RunId", ""), emulator))
    return good({"JobRun": run}) if run else await emulator.ask(request)


async def _get_runs(request: Request, emulator: Emulator) -> Answer:
    runs = _runs[0].of(request.parameters.get("JobName", ""), emulator)
    return good({"JobRuns": runs}) if runs else await emulator.ask(request)


async def _stop(request: Request, emulator: Emulator) -> Answer:
    ids = request.parameters.get("JobRunIds") or []
    ours = {each: _runs[0].tasks.get(key("run", each, emulator)) for each in ids}
    if not any(ours.values()):
        return await emulator.ask(request)
    for task in ours.values():
        if task is not None:
            task.cancel()
    name = request.parameters.get("JobName", "")
    stopped = [{"JobName": name, "JobRunId": each} for each, task in ours.items() if task is not None]
    return good({"SuccessfulSubmissions": stopped, "Errors": []})


HANDLERS: Mapping[str, Handler] = {
    "CreateJob": _create,
    "UpdateJob": _update,
    "GetJob": _get,
    "GetJobs": _get,
    "ListJobs": _list,
    "DeleteJob": _delete,
    "StartJobRun": _start,
    "GetJobRun": _get_run,
    "GetJobRuns": _get_runs,
    "BatchStopJobRun": _stop,
}
