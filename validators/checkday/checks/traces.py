"""What the traces of several days ask of the event history."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from checkday.lab import Event, Lab

_GLOBAL_ENDPOINT = "us-east-1"
"""Where a call to S3's global endpoint is recorded, whatever Region the bucket lies in."""


def shown(lab: Lab, events: Sequence[Event], fits: Callable[[Event], bool]) -> Event | None:
    """The first event that shows the fact; None if there is no event at all.

    Raises:
        Blocked: `proof_gone`, where the thing was made, but no event shows that it was right.

    """
    found = next((event for event in events if fits(event)), None)
    if found is None and events:
        raise lab.proof_gone()
    return found


def bucket_made(lab: Lab) -> Event | None:
    """The making of the learner's bucket."""
    where = {"bucketName": lab.name("bucket")}
    own = lab.history.first("s3", "CreateBucket", where)
    return own or lab.history.first("s3", "CreateBucket", where, region=_GLOBAL_ENDPOINT)
