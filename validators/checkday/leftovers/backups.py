"""What was kept of tables: a backup on demand never ends by itself, and outlives its table."""

from __future__ import annotations

from collections.abc import Iterator

from checkday.leftovers import shell
from checkday.leftovers.items import Found, Place
from checkday.leftovers.lookup import lookup
from checkday.leftovers.owner import mine
from checkday.prices import cost

_GB = 1024**3


def backups(place: Place) -> Iterator[Found]:
    """On-demand backups of the learner's tables; DynamoDB's own of a deleted table are free, and stay."""
    for one in place.aws.dynamodb.list_backups(BackupType="USER")["BackupSummaries"]:
        if mine(place.learner, one.get("TableName", "")):
            yield _kept(place, one.get("BackupName", "-"), one["BackupArn"], one.get("BackupSizeBytes", 0))


def vaults(place: Place) -> Iterator[Found]:
    """The learner's vaults of AWS Backup, with what lies in them: only an empty one can be deleted."""
    for one in place.aws.backup.list_backup_vaults()["BackupVaultList"]:
        name = one.get("BackupVaultName", "-")
        if mine(place.learner, name):
            listed = lookup(place.aws.backup.list_recovery_points_by_backup_vault, BackupVaultName=name)
            points = listed["RecoveryPoints"] if listed else []
            size = sum(point.get("BackupSizeInBytes", 0) for point in points)
            yield _kept(place, name, one["BackupVaultArn"], size)


def _kept(place: Place, name: str, arn: str, size: int) -> Found:
    money = cost(place.region, dynamodb_backup_gb_month=size / _GB)
    return Found(name, arn, "backup", {"size": shell.size(size)}, money)
