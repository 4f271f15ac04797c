"""Day 1, the bucket: it is the learner's own, private, and holds the reference file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkday.checks.traces import bucket_events, shown
from checkday.lab import Event, Evidence, Lab, NotYet
from checkday.names import REFERENCE_PREFIX

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import ObjectTypeDef

_REFERENCE_FILE = "tracks_reference.json"
_REFERENCE_TABLE = "reference_data"
_REFERENCE_LINES = 100
_REFERENCE_FIELDS = {"track_id", "track_name", "artist_name", "genre", "duration_s"}
_REFERENCE_LIMIT = 256 * 1024


def account(lab: Lab) -> Evidence:
    """The credentials belong to an AWS account, and AWS says which."""
    identity = lab.aws.sts.get_caller_identity()
    return {"account": identity["Account"], "principal": identity["Arn"]}


def bucket(lab: Lab) -> Evidence:
    """The learner's bucket exists, is the learner's own, and lies in the first Region."""
    name = lab.name("bucket")
    head = lab.find_owned(lab.aws.s3.head_bucket, Bucket=name)
    if head is None:
        raise _missing_bucket(lab, name)
    if (actual := head["BucketRegion"]) != lab.region:
        raise NotYet("wrong_region", name=name, actual=actual, wanted=lab.region)
    return {"bucket": name, "region": lab.region}


def bucket_private(lab: Lab) -> Evidence:
    """All four switches of the bucket's public access block are on."""
    name = lab.name("bucket")
    found = lab.find_owned(lab.aws.s3.get_public_access_block, Bucket=name)
    if found is None:
        _check_bucket_exists(lab, name)
    switches = found["PublicAccessBlockConfiguration"] if found else {}
    wanted = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    off = [switch for switch in wanted if not switches.get(switch)]
    if off:
        raise NotYet("open", name=name, flags=", ".join(off))
    return {"bucket": name}


def reference(lab: Lab) -> Evidence:
    """The reference file lies under data/reference_data/: one JSON object a line, numbers as numbers."""
    found = _reference_object(lab, lab.name("bucket"))
    key, size = found["Key"], found["Size"]
    if size == 0:
        raise NotYet("empty", key=key)
    if size > _REFERENCE_LIMIT:
        raise NotYet("too_big", key=key, bytes=size)
    lines = lab.aws.s3.get_object(Bucket=lab.name("bucket"), Key=key)["Body"].read().splitlines()
    for number, line in enumerate(lines, start=1):
        _check_track(lab, line, key=key, number=number)
    if len(lines) != _REFERENCE_LINES:
        raise NotYet("wrong_lines", key=key, actual=len(lines), wanted=_REFERENCE_LINES)
    return {"key": key, "lines": len(lines)}


def bucket_trace(lab: Lab) -> Evidence | None:
    """Somebody in this account made a bucket of this name in the first Region."""
    made = shown(lab, bucket_events(lab), lambda event: _was_made_in(event, lab.region))
    if made is None:
        return None
    return {"bucket": lab.name("bucket"), "region": lab.region, "event": made.id, "at": made.time}


def reference_trace(lab: Lab) -> Evidence | None:
    """The crawler told the catalog of a table for the file: the file was there, whatever it held."""
    where = {"databaseName": lab.name("database"), "tableInput.name": _REFERENCE_TABLE}
    if lab.history.first("glue", "CreateTable", where):
        raise lab.proof_gone()
    return None


def _was_made_in(event: Event, region: str) -> bool:
    wanted = event.parameter("CreateBucketConfiguration.LocationConstraint") or event.region
    return event.name == "CreateBucket" and wanted == region


def _missing_bucket(lab: Lab, name: str) -> NotYet:
    own = [one["Name"] for one in lab.aws.s3.list_buckets(Prefix="fcj-")["Buckets"]]
    if own and bucket_events(lab):
        # What else is there says nothing of a bucket that was deleted.
        return NotYet("missing", name=name)
    same_course = f"{lab.prefix}-lake-{lab.account}-"
    for other in own:
        if other.startswith(same_course):
            actual = other.removeprefix(same_course)
            return NotYet("wrong_region", name=other, actual=actual, wanted=lab.region)
    for other in own:
        if other.startswith(f"{lab.prefix}-"):
            return NotYet("wrong_name", actual=other, wanted=name)
    lab.refuse_other_learner(own)
    return NotYet("missing", name=name)


def _check_bucket_exists(lab: Lab, name: str) -> None:
    # Asked afterwards: before, it would make everyone wait for one more round trip.
    if lab.find_owned(lab.aws.s3.head_bucket, Bucket=name) is None:
        raise NotYet("missing", name=name)


def _reference_object(lab: Lab, bucket_name: str) -> ObjectTypeDef:
    answer = lab.find_owned(lab.aws.s3.list_objects_v2, Bucket=bucket_name, Prefix=REFERENCE_PREFIX)
    if answer is None:
        raise NotYet("no_bucket", name=bucket_name)
    listed = answer.get("Contents", [])
    files = [one for one in listed if not one["Key"].endswith("/")]
    wanted = REFERENCE_PREFIX + _REFERENCE_FILE
    for one in files:
        if one["Key"] == wanted:
            return one
    if files:
        raise NotYet("misplaced", actual=files[0]["Key"], wanted=wanted)
    for one in lab.aws.s3.list_objects_v2(Bucket=bucket_name).get("Contents", []):
        if one["Key"].endswith(_REFERENCE_FILE):
            raise NotYet("misplaced", actual=one["Key"], wanted=wanted)
    if listed:
        raise NotYet("folder_only", prefix=REFERENCE_PREFIX)
    raise NotYet("missing", bucket=bucket_name, prefix=REFERENCE_PREFIX)


def _check_track(lab: Lab, line: bytes, *, key: str, number: int) -> None:
    track = lab.json_line(line)
    if track is None:
        raise NotYet("not_ndjson", key=key, line=number)
    if not track.keys() >= _REFERENCE_FIELDS:
        raise NotYet("wrong_fields", key=key, line=number, wanted=", ".join(sorted(_REFERENCE_FIELDS)))
    if type(track["track_id"]) is not int:
        raise NotYet("string_ids", key=key, line=number)
