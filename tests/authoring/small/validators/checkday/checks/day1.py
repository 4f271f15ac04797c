"""Day 1 of the small course."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkday.lab import Evidence, Lab, NotYet

if TYPE_CHECKING:
    import boto3  # noqa: F401 - what only a type checker reads is allowed


def box(lab: Lab) -> Evidence:
    return _box(lab, "missing")


def box_trace(lab: Lab) -> Evidence:
    return {"box": lab.region_with(lambda aws: aws.firehose.list_delivery_streams)}


def lid(lab: Lab) -> Evidence:
    name = _box(lab, code="missing")["box"]
    if lab.find(lab.at("us-east-1").s3.get_bucket_policy, Bucket=name):
        raise NotYet("open", name=name)
    return {"lid": "closed", "box": name}


def _box(lab: Lab, code: str) -> Evidence:
    if lab.find(lab.aws.s3.head_bucket, Bucket="fcj-an01") is None:
        raise NotYet(code, name="fcj-an01")
    return {"box": "fcj-an01"}
