"""Day 6, after the clean-up: what AWS remembers of backups and restores."""

from __future__ import annotations

from checkday.checks.traces import shown
from checkday.lab import Event, Evidence, Lab

_DAYS = 7
_GLOBAL = "us-east-1"
"""Where IAM's events are recorded."""


def pitr_trace(lab: Lab) -> Evidence | None:
    """The window was set to seven days."""
    name, path = lab.name("catalog"), "pointInTimeRecoverySpecification"
    events = lab.history.events("dynamodb", "UpdateContinuousBackups", {"tableName": name})
    on = [one for one in events if one.parameter(f"{path}.pointInTimeRecoveryEnabled")]
    made = shown(lab, on, lambda one: one.parameter(f"{path}.recoveryPeriodInDays") == _DAYS)
    if made is None:
        return None
    return {"table": name, "days": _DAYS, "event": made.id, "at": made.time}


def backup_trace(lab: Lab) -> Evidence | None:
    """DynamoDB made the backup."""
    where = {"tableName": lab.name("catalog"), "backupName": lab.name("backup")}
    made = lab.history.first("dynamodb", "CreateBackup", where)
    if made is None:
        return None
    arn = str(made.answered("backupDetails.backupArn") or "-")
    return {"backup": arn, "table": lab.name("catalog"), "event": made.id, "at": made.time}


def restore_backup_trace(lab: Lab) -> Evidence | None:
    """A restore of this name was begun from a backup of the catalog."""
    name, source = lab.name("catalog_od"), f"{_arn_of(lab)}/backup/"
    events = lab.history.events("dynamodb", "RestoreTableFromBackup", {"targetTableName": name})
    made = shown(lab, events, lambda one: str(one.parameter("backupArn")).startswith(source))
    if made is None:
        return None
    return {"table": name, "source": made.parameter("backupArn"), "event": made.id, "at": made.time}


def restore_pitr_trace(lab: Lab) -> Evidence | None:
    """A restore of this name was begun from the catalog's past."""
    name = lab.name("catalog_pitr")
    events = lab.history.events("dynamodb", "RestoreTableToPointInTime", {"targetTableName": name})
    made = shown(lab, events, lambda one: _is_of_catalog(lab, one))
    if made is None:
        return None
    return {"table": name, "source": _arn_of(lab), "event": made.id, "at": made.time}


def vault_trace(lab: Lab) -> Evidence | None:
    """The vault was made."""
    name = lab.name("vault")
    made = lab.history.first("backup", "CreateBackupVault", {"backupVaultName": name})
    if made is None:
        return None
    return {"vault": name, "event": made.id, "at": made.time}


def backup_job_trace(lab: Lab) -> Evidence | None:
    """AWS Backup remembers that the job was completed, longer than the vault lives."""
    name = lab.name("vault")
    jobs = lab.aws.backup.list_backup_jobs(ByBackupVaultName=name)["BackupJobs"]
    done = [one for one in jobs if one.get("State") == "COMPLETED" and one.get("ResourceArn") == _arn_of(lab)]
    if done:
        at = done[0]["CreationDate"].isoformat()
        return {"point": done[0].get("RecoveryPointArn", "-"), "vault": name, "event": "-", "at": at}
    where = {"backupVaultName": name, "resourceArn": _arn_of(lab)}
    if lab.history.first("backup", "StartBackupJob", where) is not None:
        raise lab.proof_gone()
    return None


def guard_policy_trace(lab: Lab) -> Evidence | None:
    """A policy of this name was made; what it says, the event does not keep."""
    made = lab.history.first("iam", "CreatePolicy", {"policyName": lab.name("guard")}, region=_GLOBAL)
    if made is None:
        return None
    arn = f"arn:aws:iam::{lab.account}:policy/{lab.name('guard')}"
    return {"policy": arn, "event": made.id, "at": made.time}


def _arn_of(lab: Lab) -> str:
    return f"arn:aws:dynamodb:{lab.region}:{lab.account}:table/{lab.name('catalog')}"


def _is_of_catalog(lab: Lab, event: Event) -> bool:
    by_name = event.parameter("sourceTableName") == lab.name("catalog")
    return bool(by_name or event.parameter("sourceTableArn") == _arn_of(lab))
