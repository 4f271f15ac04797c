"""What the traces of several days ask of the event history."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC
from typing import TYPE_CHECKING, Any

from checkday.checks.indexes import key_names
from checkday.lab import Event, Evidence, Lab

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import SourceTableDetailsTypeDef

CRAWLER = "/AWS-Crawler"
"""How the session of a role ends when a crawler has taken it on."""

_GLOBAL = "us-east-1"
"""Where IAM's calls are recorded, and those to S3's global endpoint, whatever Region the bucket lies in."""


def shown(lab: Lab, events: Sequence[Event], fits: Callable[[Event], bool]) -> Event | None:
    """The first event that shows the fact; None if there is no event at all.

    Raises:
        Blocked: `proof_gone`, where the thing was made, but no event shows that it was right.

    """
    found = next((event for event in events if fits(event)), None)
    if found is None and events:
        raise lab.proof_gone()
    return found


def bucket_events(lab: Lab) -> list[Event]:
    """The making of the learner's bucket, or its end: of what is older than the history only that is told."""
    where = {"bucketName": lab.name("bucket")}
    regions = dict.fromkeys((lab.region, _GLOBAL))
    told = (
        lab.history.events("s3", call, where, region=region)
        for call in ("CreateBucket", "DeleteBucket")
        for region in regions
    )
    return next((events for events in told if events), [])


def role_events(lab: Lab, what: str) -> list[Event]:
    """The making or the end of a role of the pages' name: nothing in them says what it might do."""
    where = {"roleName": lab.name(what)}
    made = lab.history.events("iam", "CreateRole", where, region=_GLOBAL)
    return made or lab.history.events("iam", "DeleteRole", where, region=_GLOBAL)


def was_stripped(lab: Lab, role: str) -> bool:
    """Whether a policy was taken off a role: the first half of deleting it."""
    return any(
        lab.history.first("iam", call, {"roleName": role}, region=_GLOBAL)
        for call in ("DetachRolePolicy", "DeleteRolePolicy")
    )


def table_made(lab: Lab, what: str, keys: Sequence[tuple[str, str]]) -> Evidence | None:
    """A table of this name was made with these keys, each a name and a type.

    A backup that DynamoDB itself kept of a deleted table says so as well, but for the types.
    """
    name, wanted = lab.name(what), [key for key, _ in keys]
    kept = table_kept(lab, what)
    if kept is not None and key_names(kept) == wanted:
        made = kept["TableCreationDateTime"].astimezone(UTC)
        return {"table": name, "id": kept["TableId"], "keys": wanted, "event": "-", "at": made.isoformat()}
    event = shown(lab, tables_made(lab, what), lambda one: _keys_made(one) == list(keys))
    if event is None:
        return None
    number = str(event.answered("tableDescription.tableId") or "-")
    return {"table": name, "id": number, "keys": wanted, "event": event.id, "at": event.time}


def table_kept(lab: Lab, what: str) -> SourceTableDetailsTypeDef | None:
    """What DynamoDB's own backup of a deleted table says of it: 35 days long, if it could be restored."""
    for one in lab.aws.dynamodb.list_backups(BackupType="ALL")["BackupSummaries"]:
        if one.get("BackupType") == "SYSTEM" and one.get("TableName") == lab.name(what):
            found = lab.find(lab.aws.dynamodb.describe_backup, BackupArn=one["BackupArn"])
            return found["BackupDescription"].get("SourceTableDetails") if found else None
    return None


def tables_made(lab: Lab, what: str) -> list[Event]:
    """Every making of a table of this name."""
    return lab.history.events("dynamodb", "CreateTable", {"tableName": lab.name(what)})


def index_in(event: Event, name: str) -> dict[str, Any] | None:
    """The index of this name that the event made, together with its table or later."""
    updates = event.parameter("globalSecondaryIndexUpdates") or ()
    created = [one.get("create") or {} for one in updates]
    for one in [*(event.parameter("globalSecondaryIndexes") or ()), *created]:
        if one.get("indexName") == name:
            return dict(one)
    return None


def event_keys(described: Mapping[str, Any]) -> list[str]:
    """The partition key, then the sort key, as events write them."""
    schema = sorted(described.get("keySchema") or (), key=lambda one: str(one.get("keyType")))
    return [str(one.get("attributeName")) for one in schema]


def _keys_made(event: Event) -> list[tuple[str, str]]:
    types = {
        one.get("attributeName"): str(one.get("attributeType"))
        for one in event.parameter("attributeDefinitions") or ()
    }
    return [(name, types.get(name, "-")) for name in event_keys(event.parameters)]
