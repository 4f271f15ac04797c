"""Day 6, the clean-up: what Days 5 and 6 made is gone.

Each check only looks. Whether the thing ever existed is another question, which the engine asks.
"""

from __future__ import annotations

from collections.abc import Iterable

from checkday.checks.items import table
from checkday.checks.kept import own_backups, points_in_vault, points_of_catalog, vault_is_there
from checkday.lab import Evidence, Lab, NotYet, Pending
from checkday.names import PATTERN_TABLES, RESTORED, TABLES

_MOST = 1000


def clean_backup(lab: Lab) -> Evidence:
    """The restored tables, every backup on demand, the vault, its role and the guard are gone.

    The backups that DynamoDB itself keeps of a deleted table cannot be deleted, cost nothing, and go alone.
    """
    _check_tables_gone(lab, RESTORED)
    left = [one.get("BackupName", "-") for one in own_backups(lab)]
    left += [one.get("RecoveryPointArn", "-") for one in points_of_catalog(lab)]
    if vault_is_there(lab):
        left += [one.get("RecoveryPointArn", "-") for one in points_in_vault(lab)] or [lab.name("vault")]
    if left:
        raise NotYet("still_there", name=", ".join(left), region=lab.region)
    left = _roles(lab, "backup_role") + _policies(lab, "guard")
    if left:
        raise NotYet("still_there", name=", ".join(left), region="IAM")
    return {"gone": lab.name("backup")}


def clean_tables(lab: Lab) -> Evidence:
    """All tables of Days 5 and 6 are gone."""
    _check_tables_gone(lab, (*TABLES, *PATTERN_TABLES))
    return {"gone": lab.prefix}


def clean_functions(lab: Lab) -> Evidence:
    """The function that copied, its mapping, its log group and its role are gone."""
    name = lab.name("copy")
    mappings = lab.aws.lambda_.list_event_source_mappings()["EventSourceMappings"]
    ours = [one for one in mappings if one.get("FunctionArn", "").split(":")[6:7] == [name]]
    if ours and all(one.get("State") == "Deleting" for one in ours):
        raise Pending("deleting", 20, name=ours[0].get("UUID", "-"))
    if ours:
        raise NotYet("still_there", name=ours[0].get("UUID", "-"), region=lab.region)
    if lab.find(lab.aws.lambda_.get_function_configuration, FunctionName=name) is not None:
        raise NotYet("still_there", name=name, region=lab.region)
    group = f"/aws/lambda/{name}"
    groups = lab.aws.logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    if any(one["logGroupName"] == group for one in groups):
        raise NotYet("still_there", name=group, region=lab.region)
    if left := _roles(lab, "copy_role"):
        raise NotYet("still_there", name=", ".join(left), region="IAM")
    return {"gone": name}


def _check_tables_gone(lab: Lab, wanted: Iterable[str]) -> None:
    listed = set(lab.aws.dynamodb.list_tables()["TableNames"])
    there = [what for what in wanted if lab.name(what) in listed]
    # The list holds those that are being deleted as well.
    found = lab.together(lambda what: table(lab, what), [{"what": what} for what in there])
    left = [lab.name(what) for what, one in zip(there, found, strict=True) if one is not None]
    if left:
        raise NotYet("still_there", name=", ".join(left), region=lab.region)
    if there:
        raise Pending("deleting", 20, name=lab.name(there[0]))


def _roles(lab: Lab, *whats: str) -> list[str]:
    names = [lab.name(what) for what in whats]
    return [name for name in names if lab.find(lab.aws.iam.get_role, RoleName=name) is not None]


def _policies(lab: Lab, what: str) -> list[str]:
    found = lab.aws.iam.list_policies(Scope="Local", MaxItems=_MOST)["Policies"]
    return [one["PolicyName"] for one in found if one["PolicyName"] == lab.name(what)]
