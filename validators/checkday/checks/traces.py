"""What the traces of several days ask of the event history."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from checkday.lab import Event, Lab

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
