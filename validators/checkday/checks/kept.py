"""What the checks of several tasks ask of backups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkday.lab import Lab
from checkday.names import PATTERN_TABLES, RESTORED, TABLES

if TYPE_CHECKING:
    from mypy_boto3_backup.type_defs import RecoveryPointByBackupVaultTypeDef, RecoveryPointByResourceTypeDef
    from mypy_boto3_dynamodb.type_defs import BackupSummaryTypeDef


def own_backups(lab: Lab) -> list[BackupSummaryTypeDef]:
    """The on-demand backups of the learner's tables that DynamoDB keeps, without its own."""
    found = lab.aws.dynamodb.list_backups(BackupType="ALL")["BackupSummaries"]
    ours = {lab.name(what) for what in (*TABLES, *PATTERN_TABLES, *RESTORED)}
    return [one for one in found if one.get("BackupType") == "USER" and one.get("TableName") in ours]


def points_of_catalog(lab: Lab) -> list[RecoveryPointByResourceTypeDef]:
    """What AWS Backup keeps of the catalog, in whichever vault."""
    arn = f"arn:aws:dynamodb:{lab.region}:{lab.account}:table/{lab.name('catalog')}"
    found = lab.find(lab.aws.backup.list_recovery_points_by_resource, ResourceArn=arn)
    return found["RecoveryPoints"] if found else []


def vault_is_there(lab: Lab) -> bool:
    """Whether the learner's vault exists; asked by the list, which says so without doubt."""
    vaults = lab.aws.backup.list_backup_vaults()["BackupVaultList"]
    return any(one.get("BackupVaultName") == lab.name("vault") for one in vaults)


def points_in_vault(lab: Lab) -> list[RecoveryPointByBackupVaultTypeDef]:
    """What lies in the learner's vault, which is there."""
    found = lab.find(lab.aws.backup.list_recovery_points_by_backup_vault, BackupVaultName=lab.name("vault"))
    return found["RecoveryPoints"] if found else []
