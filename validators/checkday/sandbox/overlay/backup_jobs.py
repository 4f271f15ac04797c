"""AWS Backup's jobs: what was asked for, when, and how far it must have come by now."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from checkday.sandbox.overlay.age import CREATING, is_young
from checkday.sandbox.overlay.store import connection
from checkday.sandbox.overlay.wire import Answer, Emulator, Handler, Request, good, refusal

Job = dict[str, Any]
"""What a description says of a job, without its state; times are seconds since 1970."""

_TABLE = """
CREATE TABLE IF NOT EXISTS backup_jobs (
    id TEXT PRIMARY KEY, account TEXT, region TEXT, kind TEXT, created REAL, job TEXT
);
"""
_LISTED_FOR = 30 * 24 * 3600.0
_LONGEST_LIST = 1000
_UNDER_WAY = {"CREATED", "PENDING", "RUNNING"}
_FIRST = {"BackupJob": "CREATED", "RestoreJob": "PENDING"}
_STATE = {"BackupJob": "State", "RestoreJob": "Status"}


class Jobs:
    """The jobs of one kind, `BackupJob` or `RestoreJob`, of the request's account and Region."""

    def __init__(self, kind: str, emulator: Emulator) -> None:
        self.kind = kind
        self._place = (emulator.account, emulator.region)
        self._database = connection()
        self._database.executescript(_TABLE)

    def add(self, job: Job) -> str:
        """Begin a job and return its id; one with `_Failed` has failed for that reason."""
        identity, now = str(uuid.uuid4()).upper(), time.time()
        job |= {f"{self.kind}Id": identity, "AccountId": self._place[0], "CreationDate": now}
        row = (identity, *self._place, self.kind, now, json.dumps(job))
        self._database.execute("INSERT INTO backup_jobs VALUES (?, ?, ?, ?, ?, ?)", row)
        return identity

    def get(self, identity: str) -> Job | None:
        """A job with its state."""
        return next((self._described(job) for job in self._select("id = ?", identity)), None)

    def listed(self) -> list[Job]:
        """Those of the last 30 days, the newest first."""
        since = time.time() - _LISTED_FOR
        return [self._described(job) for job in self._select("created > ? ORDER BY created DESC", since)]

    def abort(self, identity: str) -> None:
        job = next(self._select("id = ?", identity))
        changed = json.dumps(job | {"_Aborted": time.time()})
        self._database.execute("UPDATE backup_jobs SET job = ? WHERE id = ?", (changed, identity))

    def _select(self, condition: str, value: object) -> Iterator[Job]:
        found = self._database.execute(
            f"SELECT job FROM backup_jobs WHERE account = ? AND region = ? AND kind = ? AND {condition}",  # noqa: S608
            (*self._place, self.kind, value),
        )
        for (job,) in found.fetchall():
            yield json.loads(job)

    def _described(self, job: Job) -> Job:
        said = {name: value for name, value in job.items() if not name.startswith("_")}
        state = self._state(job)
        said[_STATE[self.kind]] = state
        said["PercentDone"] = "100.0" if state == "COMPLETED" else "0.0"
        if state not in _UNDER_WAY:
            said["CompletionDate"] = job.get("_Aborted") or job["CreationDate"] + CREATING
        if state == "FAILED":
            said["StatusMessage"] = job["_Failed"]
        return said

    def _state(self, job: Job) -> str:
        if "_Aborted" in job:
            return "ABORTED"
        if is_young(job["CreationDate"], share=0.3):
            return _FIRST[self.kind]
        if is_young(job["CreationDate"]):
            return "RUNNING"
        return "FAILED" if "_Failed" in job else "COMPLETED"


def page(name: str, found: list[Job], sent: Mapping[str, Any]) -> Answer:
    """A part of a list, as every list of AWS Backup is asked for."""
    start, most = sent.get("NextToken", "0"), int(sent.get("MaxResults", _LONGEST_LIST))
    if not str(start).isdecimal() or not 1 <= most <= _LONGEST_LIST:
        return refusal("InvalidParameterValueException", "Invalid NextToken or MaxResults.")
    end = int(start) + most
    answer: dict[str, Any] = {name: found[int(start) : end]}
    return good(answer | ({"NextToken": str(end)} if end < len(found) else {}))


_EQUAL = {
    "ByResourceArn": "ResourceArn",
    "ByState": "State",
    "ByStatus": "Status",
    "ByBackupVaultName": "BackupVaultName",
    "ByResourceType": "ResourceType",
    "ByAccountId": "AccountId",
}
_TIMES: Mapping[str, Callable[[Job, float], bool]] = {
    "ByCreatedAfter": lambda job, moment: job["CreationDate"] > moment,
    "ByCreatedBefore": lambda job, moment: job["CreationDate"] < moment,
    "ByCompleteAfter": lambda job, moment: job.get("CompletionDate", 0.0) > moment,
    "ByCompleteBefore": lambda job, moment: job.get("CompletionDate", moment) < moment,
}


def is_wanted(job: Job, sent: Mapping[str, Any]) -> bool:
    """Whether a job or a recovery point passes the filters of a list."""
    equal = all(job.get(_EQUAL[name]) == value for name, value in sent.items() if name in _EQUAL)
    return equal and all(_TIMES[name](job, _moment(value)) for name, value in sent.items() if name in _TIMES)


def _moment(text: str) -> float:
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError:
        return float(text) if text.replace(".", "", 1).isdecimal() else 0.0


def _lister(kind: str) -> Handler:
    async def handle(request: Request, emulator: Emulator) -> Answer:
        sent = request.parameters
        found = [job for job in Jobs(kind, emulator).listed() if is_wanted(job, sent)]
        return page(f"{kind}s", found, sent)

    return handle


def _describer(kind: str) -> Handler:
    async def handle(request: Request, emulator: Emulator) -> Answer:
        return _find(kind, request, emulator)

    return handle


def _find(kind: str, request: Request, emulator: Emulator) -> Answer:
    identity = request.parameters.get(f"{kind}Id", "")
    found = Jobs(kind, emulator).get(identity)
    return good(found) if found else refusal("ResourceNotFoundException", f"Job {identity} cannot be found.")


async def _list_of_resource(request: Request, emulator: Emulator) -> Answer:
    sent = request.parameters
    found = Jobs("RestoreJob", emulator).listed()
    mine = [job for job in found if job["SourceResourceArn"] == sent["ResourceArn"]]
    return page("RestoreJobs", [job for job in mine if is_wanted(job, sent)], sent)


HANDLERS: Mapping[str, Handler] = {
    "ListBackupJobs": _lister("BackupJob"),
    "DescribeBackupJob": _describer("BackupJob"),
    "ListRestoreJobs": _lister("RestoreJob"),
    "DescribeRestoreJob": _describer("RestoreJob"),
    "ListRestoreJobsByProtectedResource": _list_of_resource,
}
