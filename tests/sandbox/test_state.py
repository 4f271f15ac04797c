"""What was made is there again after the sandbox was stopped, and after it was killed."""

from __future__ import annotations

import json
import os
import signal
import time

import pytest

from checkday.sandbox import process
from checkday.sandbox.lifecycle import down, up

R1 = "ap-southeast-1"
TRUST = {
    "Statement": {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"Service": "firehose.amazonaws.com"},
    }
}


@pytest.fixture
def ask(connect):
    """A client of whatever sandbox runs now."""
    return lambda service: connect(up(port=None, region=R1), service)


def build(ask):
    s3, firehose = ask("s3"), ask("firehose")
    s3.create_bucket(Bucket="kept", CreateBucketConfiguration={"LocationConstraint": R1})
    s3.put_object(Bucket="kept", Key="data/reference_data/a.json", Body=b"{}\n")
    role = ask("iam").create_role(RoleName="kept", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    ask("logs").create_log_group(logGroupName="/aws/kinesisfirehose/kept")
    destination = {"RoleARN": role, "BucketARN": "arn:aws:s3:::kept", "Prefix": "data/raw/"}
    firehose.create_delivery_stream(DeliveryStreamName="kept", ExtendedS3DestinationConfiguration=destination)


def seen(ask):
    s3, firehose = ask("s3"), ask("firehose")
    stream = firehose.describe_delivery_stream(DeliveryStreamName="kept")["DeliveryStreamDescription"]
    return {
        "object": s3.get_object(Bucket="kept", Key="data/reference_data/a.json")["Body"].read(),
        "region": s3.head_bucket(Bucket="kept")["BucketRegion"],
        "blocked": s3.get_public_access_block(Bucket="kept")["PublicAccessBlockConfiguration"],
        "role": ask("iam").get_role(RoleName="kept")["Role"]["Arn"],
        "groups": [group["logGroupName"] for group in ask("logs").describe_log_groups()["logGroups"]],
        "stream": stream["Destinations"],
        "events": len(ask("cloudtrail").lookup_events()["Events"]) > 0,
    }


def test_everything_is_there_after_a_stop(state, ask):
    build(ask)
    before = seen(ask)
    down()
    assert seen(ask) == before


def test_everything_is_there_after_a_kill(state, ask):
    build(ask)
    before, saved = seen(ask), [state / "state" / f"{name}.json" for name in ("firehose", "cloudwatch_logs")]
    deadline = time.monotonic() + 10
    while not all(file.exists() and "kept" in file.read_text() for file in saved):
        assert time.monotonic() < deadline
    pid = up(port=None, region=R1).pid
    born = process.birth(pid)
    os.kill(pid, signal.SIGKILL)
    assert process._gone(pid, born, 5)
    assert seen(ask) == before
