"""Day 6, backup and restore: the past is kept, comes back, and is the same as it was."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from checkday.checks.indexes import existing_table, key_names
from checkday.checks.items import Item, item, table
from checkday.checks.kept import own_backups, points_of_catalog
from checkday.lab import Evidence, Lab, NotYet, Pending
from checkday.names import RESTORED

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import RestoreSummaryTypeDef

_DAYS = 7
_YOUNG = timedelta(minutes=5)
"""How far the latest restorable time lies behind the present."""

_SENTINEL: Item = {"Id": {"N": "301"}}
_WAIT = 60


def pitr(lab: Lab) -> Evidence:
    """The catalog can be brought back to any second of the last seven days."""
    existing_table(lab, "catalog")
    name = lab.name("catalog")
    found = lab.find(lab.aws.dynamodb.describe_continuous_backups, TableName=name)
    recovery = (
        found["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {}) if found else {}
    )
    if recovery.get("PointInTimeRecoveryStatus") != "ENABLED":
        raise NotYet("off", table=name)
    if (days := recovery.get("RecoveryPeriodInDays", 0)) != _DAYS:
        raise NotYet("window", table=name, actual=days, wanted=_DAYS)
    return {"table": name, "days": days}


def backup(lab: Lab) -> Evidence:
    """An on-demand backup of the catalog is complete, in DynamoDB or in AWS Backup."""
    name, wanted = lab.name("catalog"), lab.name("backup")
    found = own_backups(lab)
    ours = [one for one in found if one.get("TableName") == name and one.get("BackupName") == wanted]
    if any(one.get("BackupStatus") == "AVAILABLE" for one in ours):
        return {"backup": ours[0].get("BackupArn", "-"), "table": name}
    if ours:
        raise Pending("creating", 20, backup=wanted)
    if _kept_by_aws_backup(lab):
        return lab.other_path(table=name)
    if other := next((one for one in found if one.get("BackupName") == wanted), None):
        raise NotYet("wrong_table", backup=wanted, actual=other.get("TableName", "-"), wanted=name)
    if other := next((one for one in found if one.get("TableName") == name), None):
        raise NotYet("wrong_name", actual=other.get("BackupName", "-"), wanted=wanted)
    raise NotYet("missing", table=name, wanted=wanted)


def restore_backup(lab: Lab) -> Evidence:
    """A table was restored from a backup of the catalog, and its items are in it."""
    name, summary = lab.name("catalog_od"), _restored(lab, "catalog_od")
    source = summary.get("SourceBackupArn", "")
    if not source:
        raise NotYet("from_time", table=name)
    is_ours = source.startswith(f"{_arn(lab)}/backup/")
    if not is_ours and source not in [one.get("RecoveryPointArn") for one in points_of_catalog(lab)]:
        raise NotYet("wrong_source", table=name, actual=source, wanted=lab.name("catalog"))
    _check_filled(lab, name)
    return {"table": name, "source": source}


def restore_pitr(lab: Lab) -> Evidence:
    """A table was restored from a second of the catalog's past, and its items are in it."""
    name = lab.name("catalog_pitr")
    if table(lab, "catalog_pitr") is None and (seconds := _still_too_young(lab)):
        raise Pending("too_young", _WAIT, table=lab.name("catalog"), seconds=seconds)
    summary = _restored(lab, "catalog_pitr")
    if summary.get("SourceBackupArn"):
        raise NotYet("from_backup", table=name)
    if (source := summary.get("SourceTableArn", "-")) != _arn(lab):
        raise NotYet("wrong_source", table=name, actual=source, wanted=lab.name("catalog"))
    _check_filled(lab, name)
    return {"table": name, "source": source}


def restore_equal(lab: Lab) -> Evidence:
    """What was deleted from the catalog is in both restored tables, with all that belongs there."""
    for what in ("catalog", *RESTORED):
        if table(lab, what) is None:
            raise NotYet("missing", table=lab.name(what))
    key = _SENTINEL["Id"]["N"]
    if item(lab, "catalog", _SENTINEL) is not None:
        raise NotYet("sentinel_here", table=lab.name("catalog"), key=key)
    wanted = key_names(existing_table(lab, "catalog"))
    least, counts = len(lab.golden["tables"]["catalog"]) + 1, []
    for what in RESTORED:
        name = lab.name(what)
        if (actual := key_names(existing_table(lab, what))) != wanted:
            raise NotYet("other_keys", table=name, actual=", ".join(actual), wanted=", ".join(wanted))
        kept = item(lab, what, _SENTINEL)
        if kept is None:
            raise NotYet("no_sentinel", table=name, key=key)
        if (owner := kept.get("Owner", {}).get("S", "-")) != lab.learner:
            raise NotYet("not_yours", table=name, key=key, actual=owner, wanted=lab.learner)
        counts.append(_size(lab, name))
        if counts[-1] < least:
            raise NotYet("fewer", table=name, actual=counts[-1], wanted=least)
    return {"sentinel": key, "items": counts}


def _kept_by_aws_backup(lab: Lab) -> bool:
    """Whether the console made it there; what lies in the vault of the later exercise is that exercise's."""
    points = [one for one in points_of_catalog(lab) if one.get("BackupVaultName") != lab.name("vault")]
    return any(one.get("Status") in {"COMPLETED", "AVAILABLE"} for one in points)


def _arn(lab: Lab) -> str:
    return f"arn:aws:dynamodb:{lab.region}:{lab.account}:table/{lab.name('catalog')}"


def _restored(lab: Lab, what: str) -> RestoreSummaryTypeDef:
    """Where a restored table comes from, once it is there."""
    name, found = lab.name(what), table(lab, what)
    if found is None:
        raise NotYet("missing", table=name)
    summary = found.get("RestoreSummary")
    if summary is None and found["TableStatus"] != "CREATING":
        raise NotYet("not_restored", table=name)
    if summary is None or summary.get("RestoreInProgress") or found["TableStatus"] == "CREATING":
        raise Pending("restoring", _WAIT, table=name)
    return summary


def _check_filled(lab: Lab, name: str) -> None:
    """A status says nothing of items: one look at them does."""
    if _size(lab, name) == 0:
        raise NotYet("empty", table=name)


def _size(lab: Lab, name: str) -> int:
    found = lab.find(lab.aws.dynamodb.scan, TableName=name, Select="COUNT", ConsistentRead=True)
    return found["Count"] if found else 0


def _still_too_young(lab: Lab) -> int:
    """Seconds until there is a past to return to; 0 if there is one, or none is kept."""
    found = lab.find(lab.aws.dynamodb.describe_continuous_backups, TableName=lab.name("catalog"))
    recovery = (
        found["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {}) if found else {}
    )
    earliest = recovery.get("EarliestRestorableDateTime")
    if earliest is None or recovery.get("LatestRestorableDateTime", earliest) > earliest:
        return 0
    return max(0, int((earliest + _YOUNG - lab.now).total_seconds()))
