"""AWS Backup's recovery points: a table's items, kept in a vault until they are deleted or expire."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from checkday.sandbox.overlay.age import CREATING, is_young
from checkday.sandbox.overlay.backup_jobs import is_wanted, page
from checkday.sandbox.overlay.dynamodb_snapshots import Backup, Snapshots
from checkday.sandbox.overlay.wire import Answer, Emulator, Handler, Request, good, refusal

KIND = "RECOVERY_POINT"
_DAY = 24 * 3600


def points(emulator: Emulator) -> list[Backup]:
    """All recovery points of the request's account and Region; the vault is the name."""
    return Snapshots(emulator).every(KIND)


def point(arn: str, emulator: Emulator) -> Backup | None:
    """One of them by its ARN."""
    return next((one for one in points(emulator) if one.arn == arn), None)


def vault_arn(name: str, emulator: Emulator) -> str:
    return f"arn:aws:backup:{emulator.region}:{emulator.account}:backup-vault:{name}"


def described(backup: Backup, emulator: Emulator) -> dict[str, Any]:
    """What is said of a recovery point."""
    young = is_young(backup.created)
    said = {
        "RecoveryPointArn": backup.arn,
        "BackupVaultName": backup.name,
        "BackupVaultArn": vault_arn(backup.name, emulator),
        "ResourceArn": backup.definition["TableArn"],
        "ResourceName": backup.definition["TableName"],
        "ResourceType": "DynamoDB",
        "IamRoleArn": backup.definition["_Role"],
        "Status": "CREATING" if young else "COMPLETED",
        "CreationDate": backup.created,
        "InitiationDate": backup.created,
        "BackupSizeInBytes": backup.size,
        "IsEncrypted": True,
        "IsParent": False,
        "VaultType": "BACKUP_VAULT",
    }
    if not young:
        said["CompletionDate"] = backup.created + CREATING
    lifecycle = backup.definition["_Lifecycle"]
    if lifecycle:
        said |= {"Lifecycle": lifecycle, "CalculatedLifecycle": _calculated(lifecycle, backup.created)}
    return said


def _calculated(lifecycle: Mapping[str, Any], created: float) -> dict[str, float]:
    days = {"DeleteAt": "DeleteAfterDays", "MoveToColdStorageAt": "MoveToColdStorageAfterDays"}
    return {
        when: created + lifecycle[after] * _DAY
        for when, after in days.items()
        if lifecycle.get(after, -1) >= 0
    }


async def has_vault(name: str, emulator: Emulator) -> bool:
    return (await emulator.ask_as_service(Request("backup", "GET", f"/backup-vaults/{name}"))).good


def no_vault(name: str) -> Answer:
    return refusal("ResourceNotFoundException", f"Backup vault {name} cannot be found.")


async def _list_of_vault(request: Request, emulator: Emulator) -> Answer:
    sent = request.parameters
    vault = sent["BackupVaultName"]
    if not await has_vault(vault, emulator):
        return no_vault(vault)
    found = [described(one, emulator) for one in points(emulator) if one.name == vault]
    return page("RecoveryPoints", [one for one in found if is_wanted(one, sent)], sent)


_OF_RESOURCE = ("RecoveryPointArn", "CreationDate", "Status", "BackupVaultName", "ResourceName", "VaultType")


async def _list_of_resource(request: Request, emulator: Emulator) -> Answer:
    sent = request.parameters
    found = [one for one in points(emulator) if one.definition["TableArn"] == sent["ResourceArn"]]
    shown = [
        {name: value for name, value in described(one, emulator).items() if name in _OF_RESOURCE}
        | {"BackupSizeBytes": one.size, "IsParent": False}
        for one in found
    ]
    return page("RecoveryPoints", shown, sent)


async def _find(request: Request, emulator: Emulator) -> Backup | Answer:
    vault, arn = request.parameters["BackupVaultName"], request.parameters["RecoveryPointArn"]
    if not await has_vault(vault, emulator):
        return no_vault(vault)
    found = point(arn, emulator)
    if found is None or found.name != vault:
        return refusal("ResourceNotFoundException", f"Recovery point {arn} cannot be found in vault {vault}.")
    return found


async def _describe(request: Request, emulator: Emulator) -> Answer:
    found = await _find(request, emulator)
    if isinstance(found, Answer):
        return found
    return good({**described(found, emulator), "StorageClass": "WARM"})


async def _metadata(request: Request, emulator: Emulator) -> Answer:
    found = await _find(request, emulator)
    if isinstance(found, Answer):
        return found
    said = described(found, emulator)
    known = {name: said[name] for name in ("BackupVaultArn", "RecoveryPointArn", "ResourceType")}
    return good({**known, "RestoreMetadata": {"encryptionType": "Default"}})


async def _delete(request: Request, emulator: Emulator) -> Answer:
    found = await _find(request, emulator)
    if isinstance(found, Answer):
        return found
    denial = emulator.denial(request, "backup:DeleteRecoveryPoint", found.arn)
    if denial is not None:
        return refusal("AccessDeniedException", denial, 403)
    if is_young(found.created):
        message = f"Recovery point {found.arn} is being created and cannot be deleted."
        return refusal("InvalidResourceStateException", message)
    Snapshots(emulator).drop(found.arn)
    return good({})


def _protected(found: Iterable[Backup], emulator: Emulator) -> list[dict[str, Any]]:
    """The resources that recovery points are of, each with its newest."""
    newest = {one.definition["TableArn"]: one for one in found}
    return [
        {
            "ResourceArn": arn,
            "ResourceType": "DynamoDB",
            "ResourceName": one.definition["TableName"],
            "LastBackupTime": one.created,
            "LastBackupVaultArn": vault_arn(one.name, emulator),
            "LastRecoveryPointArn": one.arn,
        }
        for arn, one in newest.items()
    ]


async def _list_resources(request: Request, emulator: Emulator) -> Answer:
    sent = request.parameters
    vault = sent.get("BackupVaultName")
    if vault is not None and not await has_vault(vault, emulator):
        return no_vault(vault)
    found = [one for one in points(emulator) if vault in {None, one.name}]
    return page("Results", _protected(found, emulator), sent)


async def _describe_resource(request: Request, emulator: Emulator) -> Answer:
    arn = request.parameters["ResourceArn"]
    found = [one for one in _protected(points(emulator), emulator) if one["ResourceArn"] == arn]
    if not found:
        return refusal("ResourceNotFoundException", f"Resource {arn} is not protected.")
    return good(found[0])


HANDLERS: Mapping[str, Handler] = {
    "ListRecoveryPointsByBackupVault": _list_of_vault,
    "ListRecoveryPointsByResource": _list_of_resource,
    "DescribeRecoveryPoint": _describe,
    "GetRecoveryPointRestoreMetadata": _metadata,
    "DeleteRecoveryPoint": _delete,
    "ListProtectedResources": _list_resources,
    "ListProtectedResourcesByBackupVault": _list_resources,
    "DescribeProtectedResource": _describe_resource,
}
