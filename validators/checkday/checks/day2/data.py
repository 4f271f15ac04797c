"""Day 2, the data: all records have arrived, and they are what was agreed."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from checkday.checks.lake import bucket_is_there, objects_under, raw_objects
from checkday.checks.traces import bucket_events
from checkday.lab import Evidence, Lab, NotYet, Pending
from checkday.names import ERROR_PREFIX, RAW_PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mypy_boto3_cloudwatch.type_defs import DatapointTypeDef

_YEAR = re.compile(r"(^|/)(raw|data/raw)?20\d{2}/\d{2}/\d{2}/\d{2}/")
_HEAD = 64 * 1024
_FIELDS = {"uuid": str, "device_ts": str, "device_id": int, "track_id": int, "activity_type": str}
_OPTIONAL = {"device_temp": int}

_RECENT = timedelta(minutes=10)
_METRIC_AGE = timedelta(days=14)
_HISTORY = timedelta(days=89)
_WAIT = 90
"""Seconds: the stream's interval of 60, and what S3 and the metrics take."""


def records(lab: Lab) -> Evidence:
    """All of the learner's records have arrived as objects under data/raw/YYYY/MM/DD/HH/."""
    found = raw_objects(lab)
    size, wanted = sum(one["Size"] for one in found), lab.golden["raw_bytes"]
    if size < wanted and _was_delivered(lab):
        # They were all there; somebody has removed them since.
        raise NotYet("missing", bucket=lab.name("bucket"), prefix=RAW_PREFIX)
    if not found:
        raise _missing_records(lab)
    if size < wanted and _incoming(lab, _RECENT):
        raise Pending("buffering", _WAIT, seconds=_WAIT)
    if size < wanted:
        raise NotYet("too_few", actual=size, wanted=wanted)
    return {"bytes": size}


def records_trace(lab: Lab) -> Evidence | None:
    """Firehose counted at least as many records delivered to S3 as the learner had to send.

    Without a count the records may still have been there, as long as the bucket is gone as well:
    `data send --direct` leaves none.
    """
    delivered = _points(lab, "DeliveryToS3.Records")
    if not _was_delivered(lab):
        if delivered or _crawled(lab) or (bucket_events(lab) and not bucket_is_there(lab)):
            raise lab.proof_gone()
        return None
    size = _sum(_points(lab, "DeliveryToS3.Bytes"))
    at = min(point["Timestamp"] for point in delivered)
    return {"bytes": int(size), "at": at.isoformat()}


def records_valid(lab: Lab) -> Evidence:
    """Sampled objects hold one JSON record a line, with the agreed fields and types."""
    found = raw_objects(lab)
    if not found:
        raise NotYet("missing", bucket=lab.name("bucket"), prefix=RAW_PREFIX)
    keys = list(dict.fromkeys(one["Key"] for one in (found[0], found[len(found) // 2], found[-1])))
    parts = [{"Bucket": lab.name("bucket"), "Key": key, "Range": f"bytes=0-{_HEAD - 1}"} for key in keys]
    for key, answer in zip(keys, lab.together(lab.aws.s3.get_object, parts), strict=True):
        _check_lines(lab, key, answer["Body"].read())
    return {"objects": len(keys)}


def _missing_records(lab: Lab) -> NotYet | Pending:
    name = lab.name("stream")
    if not bucket_is_there(lab):
        # Metrics outlive what they measured: without a bucket they say nothing of a delivery that failed.
        return NotYet("missing", bucket=lab.name("bucket"), prefix=RAW_PREFIX)
    for one in objects_under(lab, ""):
        if _YEAR.search(one["Key"]) and not one["Key"].startswith(ERROR_PREFIX):
            return NotYet("wrong_place", actual=one["Key"], wanted=RAW_PREFIX)
    there = lab.find(lab.aws.firehose.describe_delivery_stream, DeliveryStreamName=name)
    if there and _incoming(lab, _RECENT):
        return Pending("buffering", _WAIT, seconds=_WAIT)
    errors = len(objects_under(lab, ERROR_PREFIX))
    if errors or _incoming(lab, _METRIC_AGE):
        return _undelivered(lab, errors)
    for metric in lab.aws.cloudwatch.list_metrics(Namespace="AWS/Firehose", MetricName="IncomingRecords")[
        "Metrics"
    ]:
        for dimension in metric.get("Dimensions", []):
            if dimension["Name"] == "DeliveryStreamName" and dimension["Value"] != name:
                return NotYet("wrong_stream", actual=dimension["Value"], wanted=name)
    return NotYet("not_sent", stream=name)


def _undelivered(lab: Lab, errors: int) -> NotYet:
    if not errors and _points(lab, "DeliveryToS3.Records"):
        # What was delivered was removed since.
        return NotYet("missing", bucket=lab.name("bucket"), prefix=RAW_PREFIX)
    return NotYet("delivery_failed", stream=lab.name("stream"), errors=errors)


def _was_delivered(lab: Lab) -> bool:
    """Whether Firehose counted all records, and as many bytes; the line breaks may be counted or not."""
    rows, size = int(lab.golden["rows"]), int(lab.golden["raw_bytes"])
    counted = [_sum(_points(lab, f"DeliveryToS3.{what}")) for what in ("Records", "Bytes")]
    return counted[0] >= rows and counted[1] >= size - rows


def _crawled(lab: Lab) -> bool:
    """Whether a crawler found dated folders of records, whoever had sent them."""
    where = {"databaseName": lab.name("database"), "tableName": "raw"}
    return lab.history.first("glue", "BatchCreatePartition", where) is not None


def _sum(points: Iterable[DatapointTypeDef]) -> float:
    return sum(point.get("Sum", 0) for point in points)


def _points(lab: Lab, metric: str) -> list[DatapointTypeDef]:
    """One point a day that has any, over as long as AWS keeps its event history."""
    answer = lab.aws.cloudwatch.get_metric_statistics(
        Namespace="AWS/Firehose",
        MetricName=metric,
        Dimensions=[{"Name": "DeliveryStreamName", "Value": lab.name("stream")}],
        StartTime=lab.now - _HISTORY,
        EndTime=lab.now + timedelta(minutes=1),
        Period=24 * 3600,
        Statistics=["Sum"],
    )
    return answer.get("Datapoints", [])


def _incoming(lab: Lab, age: timedelta) -> float:
    """How many records the stream took in during this time, as far as the metrics know yet."""
    period = 60 if age <= _RECENT else 3600
    answer = lab.aws.cloudwatch.get_metric_statistics(
        Namespace="AWS/Firehose",
        MetricName="IncomingRecords",
        Dimensions=[{"Name": "DeliveryStreamName", "Value": lab.name("stream")}],
        StartTime=lab.now - age,
        EndTime=lab.now + timedelta(minutes=1),
        Period=period,
        Statistics=["Sum"],
    )
    return sum(point.get("Sum", 0) for point in answer.get("Datapoints", []))


def _check_lines(lab: Lab, key: str, body: bytes) -> None:
    lines = body.splitlines()
    if len(body) == _HEAD and len(lines) > 1:
        lines.pop()  # cut by the range, not by the learner
    for number, line in enumerate(lines, start=1):
        record = lab.json_line(line)
        if record is None:
            raise NotYet("no_newline", key=key) if b"}{" in line else NotYet("not_json", key=key, line=number)
        _check_record(record, key=key, number=number)


def _check_record(record: dict[str, Any], *, key: str, number: int) -> None:
    if not record.keys() >= _FIELDS.keys():
        raise NotYet("wrong_fields", key=key, line=number, wanted=", ".join(sorted(_FIELDS | _OPTIONAL)))
    for field, kind in (_FIELDS | _OPTIONAL).items():
        value = record.get(field)
        if value is not None and type(value) is not kind:
            facts = {"field": field, "actual": type(value).__name__, "wanted": kind.__name__}
            raise NotYet("wrong_types", key=key, line=number, **facts)
