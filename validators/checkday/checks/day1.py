"""Day 1: a bucket to land data in, and a Firehose stream that will fill it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkday.checks.roles import assumable_role
from checkday.lab import Evidence, Lab, NotYet, Pending
from checkday.names import RAW_PREFIX, REFERENCE_PREFIX

if TYPE_CHECKING:
    from mypy_boto3_firehose.type_defs import (
        DeliveryStreamDescriptionTypeDef,
        ExtendedS3DestinationDescriptionTypeDef,
    )
    from mypy_boto3_s3.type_defs import ObjectTypeDef

_REFERENCE_FILE = "tracks_reference.json"
_REFERENCE_LINES = 100
_REFERENCE_FIELDS = {"track_id", "track_name", "artist_name", "genre", "duration_s"}
_REFERENCE_LIMIT = 256 * 1024
_BUFFER = {"SizeInMBs": 1, "IntervalInSeconds": 60}


def account(lab: Lab) -> Evidence:
    """The credentials belong to an AWS account, and AWS says which."""
    identity = lab.aws.sts.get_caller_identity()
    return {"account": identity["Account"], "principal": identity["Arn"]}


def bucket(lab: Lab) -> Evidence:
    """The learner's bucket exists, is the learner's own, and lies in the first Region."""
    name = lab.name("bucket")
    head = lab.find(lab.aws.s3.head_bucket, Bucket=name, ExpectedBucketOwner=lab.account)
    if head is None:
        raise _missing_bucket(lab, name)
    if (actual := head["BucketRegion"]) != lab.region:
        raise NotYet("wrong_region", name=name, actual=actual, wanted=lab.region)
    return {"bucket": name, "region": lab.region}


def bucket_private(lab: Lab) -> Evidence:
    """All four switches of the bucket's public access block are on."""
    name = lab.name("bucket")
    found = lab.find(lab.aws.s3.get_public_access_block, Bucket=name, ExpectedBucketOwner=lab.account)
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


def stream_role(lab: Lab) -> Evidence:
    """Firehose may take on the stream's role, and the role is not provably without any right."""
    return assumable_role(lab, _role_name(lab), "firehose.amazonaws.com")


def stream(lab: Lab) -> Evidence:
    """The learner's delivery stream takes records directly and is ACTIVE."""
    found = _stream(lab)
    if found is None:
        raise _missing_stream(lab, lab.name("stream"))
    name, status = found["DeliveryStreamName"], found["DeliveryStreamStatus"]
    if status in {"DELETING", "DELETING_FAILED"}:
        raise NotYet("deleting", name=name)
    if found["DeliveryStreamType"] != "DirectPut":
        raise NotYet("wrong_source", name=name, actual=found["DeliveryStreamType"])
    if status == "CREATING":
        raise Pending("creating", 30, name=name)
    if status == "CREATING_FAILED":
        raise NotYet(
            "creating_failed", name=name, reason=found.get("FailureDescription", {}).get("Type", "-")
        )
    return {"stream": found["DeliveryStreamARN"]}


def stream_target(lab: Lab) -> Evidence:
    """The stream writes one record a line into the bucket, under data/raw/, every 60 s or 1 MiB."""
    target = _s3_destination(_existing_stream(lab))
    wanted, actual = f"arn:aws:s3:::{lab.name('bucket')}", target["BucketARN"]
    if actual != wanted:
        raise NotYet("elsewhere", wanted=wanted, actual=actual)
    if (prefix := target.get("Prefix", "")) != RAW_PREFIX:
        raise NotYet("wrong_prefix", wanted=RAW_PREFIX, actual=prefix)
    if (hints := target["BufferingHints"]) != _BUFFER:
        size, interval = hints.get("SizeInMBs", "-"), hints.get("IntervalInSeconds", "-")
        raise NotYet("wrong_buffer", megabytes=size, seconds=interval)
    _check_records_stay_as_sent(lab, target)
    return {"bucket": actual, "prefix": prefix}


def stream_logging(lab: Lab) -> Evidence:
    """Errors of the stream are logged, and the place they are logged to exists."""
    target = _s3_destination_if_any(_existing_stream(lab))
    options = target.get("CloudWatchLoggingOptions", {}) if target else {}
    group, log_stream = options.get("LogGroupName", ""), options.get("LogStreamName", "")
    if not (options.get("Enabled") and group and log_stream):
        raise NotYet("off", name=lab.name("stream"))
    found = lab.find(lab.aws.logs.describe_log_streams, logGroupName=group, logStreamNamePrefix=log_stream)
    if found is None:
        raise NotYet("no_log_group", group=group)
    if log_stream not in [one.get("logStreamName") for one in found["logStreams"]]:
        raise NotYet("no_log_stream", group=group, stream=log_stream)
    return {"log_group": group}


def _missing_bucket(lab: Lab, name: str) -> NotYet:
    own = [one["Name"] for one in lab.aws.s3.list_buckets(Prefix="fcj-")["Buckets"]]
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
    if lab.find(lab.aws.s3.head_bucket, Bucket=name, ExpectedBucketOwner=lab.account) is None:
        raise NotYet("missing", name=name)


def _reference_object(lab: Lab, bucket_name: str) -> ObjectTypeDef:
    answer = lab.find(
        lab.aws.s3.list_objects_v2,
        Bucket=bucket_name,
        Prefix=REFERENCE_PREFIX,
        ExpectedBucketOwner=lab.account,
    )
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


def _role_name(lab: Lab) -> str:
    # The console names the role itself, so the stream's own link is followed; before there is a stream,
    # the pages' name is all there is.
    found = _stream(lab)
    target = _s3_destination_if_any(found) if found else None
    return target["RoleARN"].rpartition("/")[2] if target else lab.name("firehose_role")


def _stream(lab: Lab) -> DeliveryStreamDescriptionTypeDef | None:
    found = lab.find(lab.aws.firehose.describe_delivery_stream, DeliveryStreamName=lab.name("stream"))
    return found["DeliveryStreamDescription"] if found else None


def _existing_stream(lab: Lab) -> DeliveryStreamDescriptionTypeDef:
    found = _stream(lab)
    if found is None:
        raise NotYet("missing", name=lab.name("stream"))
    return found


def _missing_stream(lab: Lab, wanted: str) -> NotYet:
    own = lab.aws.firehose.list_delivery_streams(Limit=1000)["DeliveryStreamNames"]
    for other in own:
        if other.startswith(f"{lab.prefix}-"):
            return NotYet("wrong_name", actual=other, wanted=wanted)
    region = lab.region_with(lambda aws: aws.firehose.describe_delivery_stream, DeliveryStreamName=wanted)
    if region is not None:
        return NotYet("wrong_region", name=wanted, actual=region, wanted=lab.region)
    lab.refuse_other_learner(own)
    return NotYet("missing", name=wanted)


def _s3_destination(found: DeliveryStreamDescriptionTypeDef) -> ExtendedS3DestinationDescriptionTypeDef:
    destination = _s3_destination_if_any(found)
    if destination is None:
        raise NotYet("no_s3", name=found["DeliveryStreamName"])
    return destination


def _s3_destination_if_any(
    found: DeliveryStreamDescriptionTypeDef,
) -> ExtendedS3DestinationDescriptionTypeDef | None:
    kinds = (one.get("ExtendedS3DestinationDescription") for one in found["Destinations"])
    return next((kind for kind in kinds if kind), None)


def _check_records_stay_as_sent(lab: Lab, target: ExtendedS3DestinationDescriptionTypeDef) -> None:
    name = lab.name("stream")
    if (compression := target["CompressionFormat"]) != "UNCOMPRESSED":
        raise NotYet("compressed", actual=compression)
    if target.get("DataFormatConversionConfiguration", {}).get("Enabled"):
        raise NotYet("converted", name=name)
    processing = target.get("ProcessingConfiguration", {})
    processors = (
        [one["Type"] for one in processing.get("Processors", [])] if processing.get("Enabled") else []
    )
    if "AppendDelimiterToRecord" not in processors:
        raise NotYet("no_delimiter", name=name)
