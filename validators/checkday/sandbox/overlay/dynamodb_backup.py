"""DynamoDB's backups on demand, and the one that a deleted table with point-in-time recovery leaves."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Mapping
from functools import partial
from typing import Any

from checkday.sandbox.overlay import dynamodb_history, dynamodb_restore, dynamodb_usage
from checkday.sandbox.overlay.age import is_young
from checkday.sandbox.overlay.dynamodb_snapshots import Backup, Snapshots, take
from checkday.sandbox.overlay.wire import Answer, Emulator, Handler, Request, good, refusal

_NAME = re.compile(r"[a-zA-Z0-9_.-]{3,255}")
_KEPT_AFTER_TABLE = 35 * 24 * 3600.0
_LONGEST_LIST = 100
_KINDS: Mapping[str, tuple[str, ...]] = {
    "USER": ("USER",),
    "SYSTEM": ("SYSTEM",),
    "AWS_BACKUP": (),  # what AWS Backup keeps is seen only there
    "ALL": ("USER", "SYSTEM"),
}


async def _create(request: Request, emulator: Emulator) -> Answer:
    name, table = (str(request.parameters.get(key, "")) for key in ("BackupName", "TableName"))
    if not _NAME.fullmatch(name):
        return _invalid("backupName", name, "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+")
    found = emulator.tables.get(table)
    if found is None:
        return refusal("TableNotFoundException", f"Table not found: {table}")
    if dynamodb_restore.is_restoring(found):
        return refusal("TableInUseException", f"Table is being created: {found['TableName']}")
    taken = await take(table, emulator)
    backup = Snapshots(emulator).keep(_arn(found["TableArn"]), "USER", name, taken)
    return good({"BackupDetails": _details(backup)})


def _arn(table: str) -> str:
    return f"{table}/backup/{int(time.time() * 1000):014}-{secrets.token_hex(4)}"


def _invalid(where: str, value: object, why: str) -> Answer:
    message = f"1 validation error detected: Value '{value}' at '{where}' failed to satisfy constraint: {why}"
    return refusal("ValidationException", message)


async def _describe(request: Request, emulator: Emulator) -> Answer:
    found = _find(request, emulator)
    return found if isinstance(found, Answer) else good({"BackupDescription": _description(found)})


def _find(request: Request, emulator: Emulator) -> Backup | Answer:
    arn = str(request.parameters.get("BackupArn", ""))
    found = Snapshots(emulator).get(arn)
    if found is None or found.kind not in _KINDS["ALL"]:
        return refusal("BackupNotFoundException", f"Backup not found: {arn}")
    return found


def _details(backup: Backup) -> dict[str, Any]:
    details = {
        "BackupArn": backup.arn,
        "BackupName": backup.name,
        "BackupSizeBytes": backup.size,
        "BackupStatus": "CREATING" if is_young(backup.created) else "AVAILABLE",
        "BackupType": backup.kind,
        "BackupCreationDateTime": backup.created,
    }
    return details if backup.expires is None else details | {"BackupExpiryDateTime": backup.expires}


def _description(backup: Backup) -> dict[str, Any]:
    table = backup.definition
    source = {
        "TableCreationDateTime": table["CreationDateTime"],
        "BillingMode": table.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED"),
    }
    source |= {name: table[name] for name in _OF_SOURCE if name in table}
    features = {
        name: [{key: one[key] for key in _OF_INDEX if key in one} for one in table[name]]
        for name in ("LocalSecondaryIndexes", "GlobalSecondaryIndexes")
        if table.get(name)
    }
    others = {
        "StreamDescription": table.get("StreamSpecification"),
        "TimeToLiveDescription": table["_TTL"] if "AttributeName" in table["_TTL"] else None,
        "SSEDescription": table.get("SSEDescription"),
    }
    return {
        "BackupDetails": _details(backup),
        "SourceTableDetails": source,
        "SourceTableFeatureDetails": {**features, **{key: one for key, one in others.items() if one}},
    }


_OF_SOURCE = (
    "TableName",
    "TableId",
    "TableArn",
    "TableSizeBytes",
    "KeySchema",
    "ProvisionedThroughput",
    "OnDemandThroughput",
    "ItemCount",
)
_OF_INDEX = ("IndexName", "KeySchema", "Projection", "ProvisionedThroughput", "OnDemandThroughput")


async def _list(request: Request, emulator: Emulator) -> Answer:
    sent = request.parameters
    kind, limit = sent.get("BackupType", "USER"), sent.get("Limit", _LONGEST_LIST)
    if kind not in _KINDS:
        wanted = "Member must satisfy enum value set: [SYSTEM, USER, AWS_BACKUP, ALL]"
        return _invalid("backupType", kind, wanted)
    if not 1 <= limit <= _LONGEST_LIST:
        return _invalid("limit", limit, f"Member must have value between 1 and {_LONGEST_LIST}")
    found = [one for one in Snapshots(emulator).every(*_KINDS[kind]) if _is_wanted(one, sent)]
    arns = [one.arn for one in found]
    start = sent.get("ExclusiveStartBackupArn")
    rest = found[arns.index(start) + 1 :] if start in arns else found
    answer: dict[str, Any] = {"BackupSummaries": [_summary(one) for one in rest[:limit]]}
    return good(answer | ({"LastEvaluatedBackupArn": rest[limit - 1].arn} if len(rest) > limit else {}))


def _is_wanted(backup: Backup, sent: Mapping[str, Any]) -> bool:
    table = sent.get("TableName")
    lower, upper = sent.get("TimeRangeLowerBound", 0), sent.get("TimeRangeUpperBound", float("inf"))
    names = {backup.definition["TableName"], backup.definition["TableArn"]}
    return lower <= backup.created < upper and (table is None or table in names)


def _summary(backup: Backup) -> dict[str, Any]:
    table = {name: backup.definition[name] for name in ("TableName", "TableId", "TableArn")}
    return table | _details(backup)


async def _delete(request: Request, emulator: Emulator) -> Answer:
    found = _find(request, emulator)
    if isinstance(found, Answer):
        return found
    if found.kind == "SYSTEM":
        message = f"Backup {found.arn} is a system backup: DynamoDB itself deletes it."
        return refusal("ValidationException", message)
    if is_young(found.created):
        return refusal("BackupInUseException", f"Backup is being created: {found.arn}")
    Snapshots(emulator).drop(found.arn)
    description = _description(found)
    description["BackupDetails"]["BackupStatus"] = "DELETED"
    return good({"BackupDescription": description})


async def _restore(request: Request, emulator: Emulator) -> Answer:
    found = _find(request, emulator)
    if isinstance(found, Answer):
        return found
    if is_young(found.created):
        return refusal("BackupInUseException", f"Backup is being created: {found.arn}")
    summary = {
        "SourceBackupArn": found.arn,
        "SourceTableArn": found.definition["TableArn"],
        "RestoreDateTime": found.created,
    }
    rows = partial(Snapshots(emulator).rows, found.arn)
    return await dynamodb_restore.restore(request, found.definition, rows, summary, emulator)


async def delete_table(request: Request, emulator: Emulator) -> Answer:
    """A table with point-in-time recovery leaves a backup of DynamoDB's own."""
    name = str(request.parameters.get("TableName", ""))
    fault = dynamodb_restore.restoring_fault(request, emulator)
    table = emulator.tables.get(name)
    if fault is not None or table is None:
        return fault or await emulator.ask(request)
    recoverable = dynamodb_history.history().window(table) is not None
    taken = await take(name, emulator) if recoverable else None
    answer = await emulator.ask(request)
    if answer.good:
        dynamodb_usage.buckets().forget(table["TableArn"])
    if answer.good and taken is not None:
        dynamodb_history.history().end(table)
        title = f"{table['TableName']}$DeletedTableBackup"
        arn = _arn(table["TableArn"])
        Snapshots(emulator).keep(arn, "SYSTEM", title, taken, lifetime=_KEPT_AFTER_TABLE)
    return answer


HANDLERS: Mapping[str, Handler] = {
    "CreateBackup": _create,
    "DescribeBackup": _describe,
    "ListBackups": _list,
    "DeleteBackup": _delete,
    "RestoreTableFromBackup": _restore,
}
