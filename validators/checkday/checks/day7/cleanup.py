"""Day 7, the clean-up: what the last day made is gone in both Regions, and then everything else.

Each check only looks. Whether the thing ever existed is another question, which the engine asks.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from checkday import names
from checkday.checks.functions import named_in
from checkday.checks.items import table
from checkday.checks.kept import own_backups
from checkday.lab import Evidence, Lab, NotYet, Pending
from checkday.names import EVENT_TABLES

_WAIT = 20
_TOMORROW = 3600
_MOST = 1000
_KEPT_FOR = timedelta(hours=24)
"""How long AWS may keep a table from which a replica was made."""

_LOGS = "/aws/lambda/"


def clean_global(lab: Lab) -> Evidence:
    """The global table, its replica, the functions, their APIs, log groups and the role are gone."""
    for region in (lab.replica_region, lab.region):
        _check_function_gone(lab, region, "api")
        apis = lab.at(region).apigatewayv2.get_apis()["Items"]
        if any(one.get("Name") == lab.name("api") for one in apis):
            raise NotYet("still_there", name=lab.name("api"), region=region)
        _check_table_gone(lab, region)
    _check_roles_gone(lab, "api_role")
    return {"gone": lab.name("global")}


def clean_events(lab: Lab) -> Evidence:
    """The mappings, functions, tables, log groups, roles and the queue of the pipeline are gone."""
    for what in ("map", "reduce"):
        _check_mapping_gone(lab, what)
        _check_function_gone(lab, lab.region, what)
    if lab.find(lab.aws.sqs.get_queue_url, QueueName=lab.name("dlq")) is not None:
        raise NotYet("still_there", name=lab.name("dlq"), region=lab.region)
    listed = set(lab.aws.dynamodb.list_tables()["TableNames"])
    there = [what for what in EVENT_TABLES if lab.name(what) in listed]
    left = [lab.name(what) for what in there if table(lab, what) is not None]
    if left:
        raise NotYet("still_there", name=", ".join(left), region=lab.region)
    if there:
        raise Pending("deleting", _WAIT, name=lab.name(there[0]))
    _check_roles_gone(lab, "map_role", "reduce_role")
    return {"gone": lab.name("state")}


def clean_everything(lab: Lab) -> Evidence:
    """Nothing of the whole course is left in both Regions but the workgroup, which is free and a proof."""
    for region in (lab.region, lab.replica_region):
        left = [*_tables(lab, region), *_log_groups(lab, region), *_functions(lab, region)]
        if left:
            raise NotYet("still_there", name=", ".join(sorted(left)), region=region)
    buckets = [one["Name"] for one in lab.aws.s3.list_buckets(Prefix=f"{lab.prefix}-")["Buckets"]]
    backups = [one.get("BackupName", "-") for one in own_backups(lab)]
    if left := [one for one in buckets if names.learner_of(one) in {None, lab.learner}] + backups:
        raise NotYet("still_there", name=", ".join(sorted(left)), region=lab.region)
    if left := _ours(lab, _identities(lab)):
        raise NotYet("still_there", name=", ".join(sorted(left)), region="IAM")
    return {"gone": lab.prefix}


def _check_mapping_gone(lab: Lab, what: str) -> None:
    found = lab.aws.lambda_.list_event_source_mappings()["EventSourceMappings"]
    ours = [one for one in found if named_in(one.get("FunctionArn", "")) == lab.name(what)]
    if ours and all(one.get("State") == "Deleting" for one in ours):
        raise Pending("deleting", _WAIT, name=ours[0].get("UUID", "-"))
    if ours:
        raise NotYet("still_there", name=ours[0].get("UUID", "-"), region=lab.region)


def _check_function_gone(lab: Lab, region: str, what: str) -> None:
    name = lab.name(what)
    if lab.find(lab.at(region).lambda_.get_function_configuration, FunctionName=name) is not None:
        raise NotYet("still_there", name=name, region=region)
    if (group := f"{_LOGS}{name}") in _log_groups(lab, region):
        raise NotYet("still_there", name=group, region=region)


def _check_table_gone(lab: Lab, region: str) -> None:
    name = lab.name("global")
    found = lab.find(lab.at(region).dynamodb.describe_table, TableName=name)
    if found is None:
        return
    if found["Table"]["TableStatus"] == "DELETING":
        raise Pending("deleting", _WAIT, name=name)
    young = lab.now - found["Table"]["CreationDateTime"] < _KEPT_FOR
    # Only a table from which the replica has gone may be one that AWS does not let go yet.
    if region == lab.region and young and not found["Table"].get("Replicas"):
        raise Pending("kept_by_aws", _TOMORROW, name=name, region=region)
    raise NotYet("still_there", name=name, region=region)


def _check_roles_gone(lab: Lab, *whats: str) -> None:
    wanted = [lab.name(what) for what in whats]
    left = [name for name in wanted if lab.find(lab.aws.iam.get_role, RoleName=name) is not None]
    if left:
        raise NotYet("still_there", name=", ".join(left), region="IAM")


def _tables(lab: Lab, region: str) -> list[str]:
    return _ours(lab, lab.at(region).dynamodb.list_tables()["TableNames"])


def _functions(lab: Lab, region: str) -> list[str]:
    return _ours(
        lab, [one.get("FunctionName", "-") for one in lab.at(region).lambda_.list_functions()["Functions"]]
    )


def _log_groups(lab: Lab, region: str) -> list[str]:
    found = lab.at(region).logs.describe_log_groups(logGroupNamePrefix=f"{_LOGS}{lab.prefix}-")["logGroups"]
    groups = [one.get("logGroupName", "-") for one in found]
    return [one for one in groups if _ours(lab, [one.removeprefix(_LOGS)])]


def _identities(lab: Lab) -> list[str]:
    roles = [one["RoleName"] for one in lab.aws.iam.list_roles(MaxItems=_MOST)["Roles"]]
    policies = lab.aws.iam.list_policies(Scope="Local", MaxItems=_MOST)["Policies"]
    return roles + [one.get("PolicyName", "-") for one in policies]


def _ours(lab: Lab, found: Iterable[str]) -> list[str]:
    """Those under our prefix that are not somebody's with a longer id."""
    return [
        one
        for one in found
        if one.startswith(f"{lab.prefix}-") and names.learner_of(one) in {None, lab.learner}
    ]
