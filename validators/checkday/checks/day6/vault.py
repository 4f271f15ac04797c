"""Day 6, AWS Backup: a vault of one's own, a job that filled it, and a policy that would guard it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from checkday.checks.kept import points_in_vault, vault_is_there
from checkday.lab import Evidence, Lab, NotYet, Pending

_GUARDED = ("dynamodb:DeleteBackup", "backup:DeleteRecoveryPoint")
_RUNNING = {"CREATED", "PENDING", "RUNNING"}
_KEPT = {"COMPLETED", "AVAILABLE"}
_MOST = 1000


def vault(lab: Lab) -> Evidence:
    """The learner's vault exists."""
    name = lab.name("vault")
    if not vault_is_there(lab):
        raise NotYet("missing", vault=name)
    return {"vault": name}


def backup_job(lab: Lab) -> Evidence:
    """A job has put the catalog into the vault, where it lies as a complete recovery point."""
    name, arn = lab.name("vault"), _catalog_arn(lab)
    if not vault_is_there(lab):
        raise NotYet("no_vault", vault=name)
    points = points_in_vault(lab)
    if done := [one for one in points if one.get("ResourceArn") == arn and one.get("Status") in _KEPT]:
        return {"point": done[0].get("RecoveryPointArn", "-"), "vault": name}
    jobs = lab.aws.backup.list_backup_jobs(ByBackupVaultName=name)["BackupJobs"]
    ours = [one for one in jobs if one.get("ResourceArn") == arn]
    if any(one.get("State") in _RUNNING for one in ours):
        raise Pending("running", 30, vault=name)
    if ours and ours[0].get("State") != "COMPLETED":
        raise NotYet("failed", state=ours[0].get("State", "-"), reason=ours[0].get("StatusMessage", "-"))
    if other := next(iter(points), None):
        raise NotYet("wrong_table", vault=name, actual=other.get("ResourceArn", "-"), wanted=arn)
    raise NotYet("missing", vault=name, wanted=lab.name("catalog"))


def guard_policy(lab: Lab) -> Evidence:
    """A policy denies both actions by which a backup could be deleted, and is attached to nobody."""
    name = lab.name("guard")
    policies = lab.aws.iam.list_policies(Scope="Local", MaxItems=_MOST)["Policies"]
    found = next((one for one in policies if one["PolicyName"] == name), None)
    if found is None:
        raise NotYet("missing", policy=name)
    statements = list(_statements(lab, found["Arn"], found["DefaultVersionId"]))
    lacking = [one for one in _GUARDED if not any(_denies(entry, one) for entry in statements)]
    if lacking and any(_names(entry, one) for entry in statements for one in lacking):
        raise NotYet("does_not_deny", policy=name, actions=", ".join(lacking))
    if lacking:
        said = sorted({action for entry in statements for action in _listed(entry.get("Action"))})
        raise NotYet("wrong_action", policy=name, actual=", ".join(said) or "-", wanted=", ".join(lacking))
    if count := found.get("AttachmentCount", 0):
        raise NotYet("attached", policy=name, count=count)
    return {"policy": found["Arn"]}


def _catalog_arn(lab: Lab) -> str:
    return f"arn:aws:dynamodb:{lab.region}:{lab.account}:table/{lab.name('catalog')}"


def _statements(lab: Lab, arn: str, version: str) -> Iterator[Mapping[str, Any]]:
    found = lab.find(lab.aws.iam.get_policy_version, PolicyArn=arn, VersionId=version)
    document: Any = found["PolicyVersion"].get("Document") if found else None
    entries = document.get("Statement", []) if isinstance(document, dict) else []
    yield from (one for one in ([entries] if isinstance(entries, dict) else entries) if isinstance(one, dict))


def _denies(statement: Mapping[str, Any], action: str) -> bool:
    """For everybody's every backup: neither a condition nor a list of resources makes an exception."""
    everywhere = "*" in _listed(statement.get("Resource"))
    return (
        statement.get("Effect") == "Deny"
        and _names(statement, action)
        and everywhere
        and not statement.get("Condition")
    )


def _names(statement: Mapping[str, Any], action: str) -> bool:
    """Whether the statement is about this action; only whole names, `*` and `service:*` are understood."""
    listed = {one.lower() for one in _listed(statement.get("Action"))}
    return bool(listed & {"*", action.lower(), f"{action.partition(':')[0]}:*"})


def _listed(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [str(value)] if value else []
