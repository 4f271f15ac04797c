"""AWS Backup of DynamoDB: jobs that really keep a table in a vault, and really bring it back."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from functools import partial
from typing import Any

from checkday.sandbox.overlay import backup_jobs, backup_points, dynamodb_restore
from checkday.sandbox.overlay.age import is_young
from checkday.sandbox.overlay.backup_jobs import Jobs
from checkday.sandbox.overlay.dynamodb_snapshots import Backup, Snapshots, take
from checkday.sandbox.overlay.roles import can_assume
from checkday.sandbox.overlay.wire import Answer, Emulator, Handler, Request, call, good, refusal

_SERVICE = "backup.amazonaws.com"
_TABLE = re.compile(r"arn:aws:dynamodb:[a-z0-9-]+:\d{12}:table/[a-zA-Z0-9_.-]{3,255}")
_DAY = 24 * 3600.0
_FEWEST_COLD_DAYS = 90


def _bad(message: str) -> Answer:
    return refusal("InvalidParameterValueException", message)


async def _role_fault(request: Request, role: str, emulator: Emulator) -> Answer | None:
    """Why AWS Backup may not act as the role that the request names."""
    denial = emulator.denial(request, "iam:PassRole", role, **{"iam:PassedToService": _SERVICE})
    if denial is not None:
        return refusal("AccessDeniedException", denial, 403)
    source = f"arn:aws:backup:{emulator.region}:{emulator.account}:backup-vault:*"
    if not await can_assume(role, _SERVICE, source, emulator):
        return _bad(f"IAM Role {role} cannot be assumed by AWS Backup")
    return None


async def _start_backup(request: Request, emulator: Emulator) -> Answer:
    sent = request.parameters
    vault, arn = str(sent.get("BackupVaultName", "")), str(sent.get("ResourceArn", ""))
    if not await backup_points.has_vault(vault, emulator):
        return backup_points.no_vault(vault)
    if not _TABLE.fullmatch(arn):
        return _bad(f"Unsupported resource type: {arn}. The sandbox backs up DynamoDB tables.")
    lifecycle = sent.get("Lifecycle") or {}
    if not _is_possible(lifecycle):
        return _bad("DeleteAfterDays must be at least 90 days greater than MoveToColdStorageAfterDays.")
    fault = await _role_fault(request, str(sent.get("IamRoleArn", "")), emulator)
    if fault is not None:
        return fault
    if emulator.tables.get(arn) is None:
        return refusal("ResourceNotFoundException", f"Resource {arn} cannot be found.")
    return await _begin_backup(sent, lifecycle, emulator)


def _is_possible(lifecycle: Mapping[str, Any]) -> bool:
    cold, gone = (lifecycle.get(f"{what}AfterDays") for what in ("MoveToColdStorage", "Delete"))
    return cold is None or gone is None or -1 in {cold, gone} or gone >= cold + _FEWEST_COLD_DAYS


async def _begin_backup(sent: Mapping[str, Any], lifecycle: Mapping[str, Any], emulator: Emulator) -> Answer:
    vault, arn, role = (str(sent[name]) for name in ("BackupVaultName", "ResourceArn", "IamRoleArn"))
    job: dict[str, Any] = {
        "BackupVaultName": vault,
        "BackupVaultArn": backup_points.vault_arn(vault, emulator),
        "ResourceArn": arn,
        "ResourceName": arn.rpartition("/")[2],
        "ResourceType": "DynamoDB",
        "IamRoleArn": role,
        "IsParent": False,
        "IsEncrypted": True,
    }
    denial = emulator.role_denial(role, "dynamodb:StartAwsBackupJob", arn)
    if denial is not None:
        identity = Jobs("BackupJob", emulator).add(job | {"_Failed": denial})
        return good({"BackupJobId": identity, "IsParent": False})
    taken = await take(arn, emulator)
    point = f"arn:aws:backup:{emulator.region}:{emulator.account}:recovery-point:{uuid.uuid4()}"
    definition = {**taken.definition, "_Role": role, "_Lifecycle": lifecycle}
    days = lifecycle.get("DeleteAfterDays", -1)
    kept = Snapshots(emulator).keep(
        point,
        backup_points.KIND,
        vault,
        taken._replace(definition=definition),
        lifetime=days * _DAY if days > 0 else None,
    )
    identity = Jobs("BackupJob", emulator).add(
        {**job, "RecoveryPointArn": point, "BackupSizeInBytes": kept.size, "BytesTransferred": kept.size}
    )
    return good(
        {"BackupJobId": identity, "RecoveryPointArn": point, "CreationDate": kept.created, "IsParent": False}
    )


async def _stop_backup(request: Request, emulator: Emulator) -> Answer:
    identity = request.parameters["BackupJobId"]
    jobs = Jobs("BackupJob", emulator)
    found = jobs.get(identity)
    if found is None:
        return refusal("ResourceNotFoundException", f"Job {identity} cannot be found.")
    if found["State"] not in {"CREATED", "RUNNING"}:
        return refusal(
            "InvalidRequestException", f"Job {identity} is {found['State']} and cannot be stopped."
        )
    jobs.abort(identity)
    Snapshots(emulator).drop(found.get("RecoveryPointArn", ""))
    return good({})


async def _start_restore(request: Request, emulator: Emulator) -> Answer:
    sent = request.parameters
    arn = str(sent.get("RecoveryPointArn", ""))
    target = str((sent.get("Metadata") or {}).get("targetTableName", ""))
    found = backup_points.point(arn, emulator)
    if found is None:
        return refusal("ResourceNotFoundException", f"Recovery point {arn} cannot be found.")
    if is_young(found.created):
        return refusal("InvalidRequestException", f"Recovery point {arn} is not COMPLETED.")
    if not target:
        return _bad("Invalid restore metadata: targetTableName is missing.")
    role = str(sent.get("IamRoleArn", ""))
    return await _role_fault(request, role, emulator) or await _begin_restore(found, target, role, emulator)


async def _begin_restore(found: Backup, target: str, role: str, emulator: Emulator) -> Answer:
    created = f"arn:aws:dynamodb:{emulator.region}:{emulator.account}:table/{target}"
    job: dict[str, Any] = {
        "RecoveryPointArn": found.arn,
        "RecoveryPointCreationDate": found.created,
        "SourceResourceArn": found.definition["TableArn"],
        "BackupVaultArn": backup_points.vault_arn(found.name, emulator),
        "BackupSizeInBytes": found.size,
        "ResourceType": "DynamoDB",
        "IamRoleArn": role,
        "IsParent": False,
    }
    failure = emulator.role_denial(role, "dynamodb:RestoreTableFromAwsBackup", created)
    if failure is None:
        failure = await _restored(found, target, emulator)
    job |= {"CreatedResourceArn": created} if failure is None else {"_Failed": failure}
    return good({"RestoreJobId": Jobs("RestoreJob", emulator).add(job)})


async def _restored(found: Backup, target: str, emulator: Emulator) -> str | None:
    """Make the table; why that is not possible."""
    summary = {
        "SourceBackupArn": found.arn,
        "SourceTableArn": found.definition["TableArn"],
        "RestoreDateTime": found.created,
    }
    asked = call("dynamodb", "RestoreTableFromBackup", TargetTableName=target)
    rows = partial(Snapshots(emulator).rows, found.arn)
    answer = await dynamodb_restore.restore(asked, found.definition, rows, summary, emulator)
    return None if answer.good else str(answer.values.get("message", ""))


async def _create_selection(request: Request, emulator: Emulator) -> Answer:
    role = (request.parameters.get("BackupSelection") or {}).get("IamRoleArn", "")
    return await _role_fault(request, role, emulator) or await emulator.ask(request)


async def _describe_vault(request: Request, emulator: Emulator) -> Answer:
    answer = await emulator.ask(request)
    if not answer.good:
        return backup_points.no_vault(request.parameters["BackupVaultName"])
    return good(_vault(answer.values, emulator))


async def _list_vaults(request: Request, emulator: Emulator) -> Answer:
    answer = await emulator.ask(request)
    found = [_vault(one, emulator) for one in answer.values["BackupVaultList"]]
    return good({**answer.values, "BackupVaultList": found})


def _vault(kept: Mapping[str, Any], emulator: Emulator) -> dict[str, Any]:
    """A vault without what the emulator keeps of it and does not say on AWS."""
    said = {name: value for name, value in kept.items() if value != "" and name != "BackupVaultTags"}
    count = sum(one.name == said["BackupVaultName"] for one in backup_points.points(emulator))
    return {**said, "NumberOfRecoveryPoints": count, "VaultType": "BACKUP_VAULT", "VaultState": "AVAILABLE"}


async def _delete_vault(request: Request, emulator: Emulator) -> Answer:
    name = request.parameters["BackupVaultName"]
    if not await backup_points.has_vault(name, emulator):
        return backup_points.no_vault(name)
    if any(one.name == name for one in backup_points.points(emulator)):
        message = "Backup vault cannot be deleted because it contains recovery points."
        return refusal("InvalidRequestException", message)
    return await emulator.ask(request)


async def _region_settings(_request: Request, _emulator: Emulator) -> Answer:
    kinds = {"DynamoDB": True}
    return good({"ResourceTypeOptInPreference": kinds, "ResourceTypeManagementPreference": kinds})


HANDLERS: Mapping[str, Handler] = {
    **backup_jobs.HANDLERS,
    **backup_points.HANDLERS,
    "StartBackupJob": _start_backup,
    "StopBackupJob": _stop_backup,
    "StartRestoreJob": _start_restore,
    "CreateBackupSelection": _create_selection,
    "DescribeBackupVault": _describe_vault,
    "ListBackupVaults": _list_vaults,
    "DeleteBackupVault": _delete_vault,
    "DescribeRegionSettings": _region_settings,
}
