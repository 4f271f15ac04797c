"""DynamoDB's point-in-time recovery: a table really comes back as it was at a given second."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Mapping
from typing import Any

from checkday.sandbox.overlay import dynamodb_restore
from checkday.sandbox.overlay.dynamodb_history import Window, history
from checkday.sandbox.overlay.tables import Table
from checkday.sandbox.overlay.wire import Answer, Emulator, Handler, Request, call, good, refusal

_LAG = float(os.environ.get("CHECKDAY_SANDBOX_PITR_LAG", "3"))
"""Seconds that the latest restorable time lies back; on AWS it is rather five minutes."""

_LONGEST = 35
"""Days."""


NOT_ENABLED = "Point in time recovery is not enabled for table '{}'"
BAD_TIME = (
    "An invalid restore time was specified. RestoreDateTime must be between EarliestRestorableDateTime and"
    " LatestRestorableDateTime."
)


def latest(window: Window) -> float:
    """The end of the window; it never lies before the beginning."""
    return max(math.floor(time.time() - _LAG), window.earliest)


def _find(request: Request, emulator: Emulator, key: str = "TableName") -> Table | Answer:
    name = str(request.parameters.get(key, ""))
    found = emulator.tables.get(name)
    return refusal("TableNotFoundException", f"Table not found: {name}") if found is None else found


async def _describe(request: Request, emulator: Emulator) -> Answer:
    table = _find(request, emulator)
    return table if isinstance(table, Answer) else _described(table)


def _described(table: Table) -> Answer:
    window = history().window(table)
    recovery: dict[str, Any] = {"PointInTimeRecoveryStatus": "DISABLED" if window is None else "ENABLED"}
    if window is not None:
        recovery |= {
            "RecoveryPeriodInDays": window.days,
            "EarliestRestorableDateTime": window.earliest,
            "LatestRestorableDateTime": latest(window),
        }
    backups = {"ContinuousBackupsStatus": "ENABLED", "PointInTimeRecoveryDescription": recovery}
    return good({"ContinuousBackupsDescription": backups})


async def _update(request: Request, emulator: Emulator) -> Answer:
    table = _find(request, emulator)
    if isinstance(table, Answer):
        return table
    wanted = request.parameters.get("PointInTimeRecoverySpecification") or {}
    known = history().window(table)
    days = wanted.get("RecoveryPeriodInDays", known.days if known else _LONGEST)
    if not 1 <= days <= _LONGEST:
        return refusal("ValidationException", _BAD_PERIOD.format(days, _LONGEST))
    if dynamodb_restore.is_restoring(table):
        message = f"Backups are being enabled for the table: {table['TableName']}. Please retry later"
        return refusal("ContinuousBackupsUnavailableException", message)
    answer = await emulator.ask(request)
    if not answer.good:
        return answer
    if wanted.get("PointInTimeRecoveryEnabled"):
        history().begin(table, emulator.tables.rows(table), days)
    else:
        history().end(table)
    return _described(table)


_BAD_PERIOD = (
    "1 validation error detected: Value '{0}' at"
    " 'pointInTimeRecoverySpecification.recoveryPeriodInDays' failed to satisfy constraint: Member must have"
    " value between 1 and {1}"
)


async def _restore(request: Request, emulator: Emulator) -> Answer:
    key = "SourceTableArn" if "SourceTableArn" in request.parameters else "SourceTableName"
    table = _find(request, emulator, key)
    if isinstance(table, Answer):
        return table
    window = history().window(table)
    if window is None:
        message = NOT_ENABLED.format(table["TableName"])
        return refusal("PointInTimeRecoveryUnavailableException", message)
    moment = _moment(request.parameters, window)
    if isinstance(moment, Answer):
        return moment
    described = await emulator.ask_as_service(call("dynamodb", "DescribeTable", TableName=table["TableName"]))
    summary = {"SourceTableArn": table["TableArn"], "RestoreDateTime": moment}
    definition = described.values["Table"]
    return await dynamodb_restore.restore(
        request, definition, lambda: history().rows(table, moment), summary, emulator
    )


def _moment(sent: Mapping[str, Any], window: Window) -> float | Answer:
    """The moment to return to."""
    wanted, newest = sent.get("RestoreDateTime"), bool(sent.get("UseLatestRestorableTime"))
    if newest == (wanted is not None):
        message = "Exactly one of RestoreDateTime and UseLatestRestorableTime must be specified"
        return refusal("ValidationException", message)
    if wanted is None:
        return latest(window)
    # Seconds are what AWS knows: the second in which recovery was turned on is part of the window.
    if not math.floor(window.earliest) <= float(wanted) <= latest(window):
        return refusal("InvalidRestoreTimeException", BAD_TIME)
    return float(wanted)


HANDLERS: Mapping[str, Handler] = {
    "DescribeContinuousBackups": _describe,
    "UpdateContinuousBackups": _update,
    "RestoreTableToPointInTime": _restore,
}
