"""Day 1, the stream: Firehose may write, and delivers to the bucket as agreed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkday.checks.roles import assumable_role
from checkday.checks.traces import role_events, shown
from checkday.lab import Event, Evidence, Lab, NotYet, Pending
from checkday.names import RAW_PREFIX

if TYPE_CHECKING:
    from mypy_boto3_firehose.type_defs import (
        DeliveryStreamDescriptionTypeDef,
        ExtendedS3DestinationDescriptionTypeDef,
    )

_BUFFER = {"SizeInMBs": 1, "IntervalInSeconds": 60}
_DESTINATION = "extendedS3DestinationConfiguration"


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
        deleted = lab.history.first("logs", "DeleteLogGroup", {"logGroupName": group})
        raise NotYet("missing", name=lab.name("stream")) if deleted else NotYet("no_log_group", group=group)
    if log_stream not in [one.get("logStreamName") for one in found["logStreams"]]:
        raise NotYet("no_log_stream", group=group, stream=log_stream)
    return {"log_group": group}


def stream_role_trace(lab: Lab) -> Evidence | None:
    """Firehose made a stream with the role: it refuses a role that it cannot take on."""
    events = _life(lab) or role_events(lab, "firehose_role")
    made = shown(lab, events, lambda event: bool(event.parameter(f"{_DESTINATION}.roleARN")))
    if made is None:
        return None
    return {"role": made.parameter(f"{_DESTINATION}.roleARN"), "event": made.id, "at": made.time}


def stream_trace(lab: Lab) -> Evidence | None:
    """Firehose made a stream of this name that takes records directly."""
    made = shown(lab, _life(lab), lambda event: event.parameter("deliveryStreamType") == "DirectPut")
    if made is None:
        return None
    arn = f"arn:aws:firehose:{lab.region}:{lab.account}:deliverystream/{lab.name('stream')}"
    return {"stream": arn, "event": made.id, "at": made.time}


def stream_target_trace(lab: Lab) -> Evidence | None:
    """The stream was made with the agreed bucket, prefix, buffer and delimiter."""
    bucket = f"arn:aws:s3:::{lab.name('bucket')}"
    made = shown(lab, _life(lab), lambda event: _was_as_agreed(event, bucket))
    if made is None:
        return None
    return {"bucket": bucket, "prefix": RAW_PREFIX, "event": made.id, "at": made.time}


def stream_logging_trace(lab: Lab) -> Evidence | None:
    """The stream was made with a log group for its errors."""
    options = f"{_DESTINATION}.cloudWatchLoggingOptions"
    made = shown(
        lab,
        _life(lab),
        lambda event: bool(
            event.parameter(f"{options}.enabled")
            and event.parameter(f"{options}.logGroupName")
            and event.parameter(f"{options}.logStreamName")
        ),
    )
    if made is None:
        return None
    return {"log_group": made.parameter(f"{options}.logGroupName"), "event": made.id, "at": made.time}


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
    if any(other.startswith("fcj-") for other in own) and _life(lab):
        # What else is there says nothing of a stream that was deleted.
        return NotYet("missing", name=wanted)
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


def _life(lab: Lab) -> list[Event]:
    """The stream's making, and its end: of what is older than the history only that is told."""
    where = {"deliveryStreamName": lab.name("stream")}
    made = lab.history.events("firehose", "CreateDeliveryStream", where)
    return made or lab.history.events("firehose", "DeleteDeliveryStream", where)


def _was_as_agreed(event: Event, bucket: str) -> bool:
    target = event.parameter(_DESTINATION) or {}
    processing = target.get("processingConfiguration") or {}
    types = [one.get("type") for one in processing.get("processors") or ()]
    return (
        (target.get("bucketARN"), target.get("prefix")) == (bucket, RAW_PREFIX)
        and target.get("bufferingHints") == {"sizeInMBs": 1, "intervalInSeconds": 60}
        and target.get("compressionFormat", "UNCOMPRESSED") == "UNCOMPRESSED"
        and bool(processing.get("enabled"))
        and "AppendDelimiterToRecord" in types
    )
