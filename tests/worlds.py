"""Account states: built call by call in an emulator, then judged by the real engine."""

import itertools
import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import boto3
import pytest

from checkday import chart, curriculum, names, resources
from checkday.account import Account
from checkday.account.live import Live
from checkday.engine import Run, check_of, examine
from checkday.engine.golden import Golden
from checkday.lab import Lab
from checkday.model import Course, Evidence, Finding, Outcome
from checkday.settings import Settings
from checkday.traces import Trail

REGION, REPLICA = "ap-southeast-1", "us-east-1"
LEARNER = "an01"

_ACCOUNTS = itertools.count(100000000001)

TRUST_FIREHOSE = {
    "Effect": "Allow",
    "Principal": {"Service": "firehose.amazonaws.com"},
    "Action": "sts:AssumeRole",
}
WRITE = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}


class World:
    """One empty account of an emulator, and the means to fill it and to judge it."""

    def __init__(self, endpoint: str, account: str | None = None) -> None:
        self.endpoint = endpoint
        self.account = account or str(next(_ACCOUNTS))
        self.bucket_name = names.bucket(LEARNER, self.account, REGION)
        self.stream_name = f"fcj-{LEARNER}-stream"
        self.role_name = f"fcj-{LEARNER}-firehose-role"
        self.group = f"/aws/kinesisfirehose/{self.stream_name}"
        self.source = Live(endpoint=endpoint, credentials=(self.account, "testing"))

    def client(self, service: str, region: str = REGION, *, keys: tuple[str, str] | None = None) -> Any:
        key, secret = keys or (self.account, "testing")
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=region,
            aws_access_key_id=key,
            aws_secret_access_key=secret,
        )

    # What a learner does

    def bucket(self, name: str | None = None, region: str = REGION) -> None:
        where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        name = name or self.bucket_name
        self.client("s3", region).create_bucket(Bucket=name, **where)
        switches = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
        self.client("s3", region).put_public_access_block(
            Bucket=name, PublicAccessBlockConfiguration=dict.fromkeys(switches, True)
        )

    def put(self, key: str, body: bytes = b"") -> None:
        self.client("s3").put_object(Bucket=self.bucket_name, Key=key, Body=body)

    def reference(self, body: bytes | None = None) -> None:
        text = (resources.sample_data() / "lake" / "tracks_reference.json").read_bytes()
        self.put("data/reference_data/tracks_reference.json", text if body is None else body)

    def role(self, *trust: dict[str, Any], rights: dict[str, Any] | None = WRITE) -> None:
        document = {"Version": "2012-10-17", "Statement": list(trust) or [TRUST_FIREHOSE]}
        self.client("iam").create_role(RoleName=self.role_name, AssumeRolePolicyDocument=json.dumps(document))
        if rights:
            policy = json.dumps({"Version": "2012-10-17", "Statement": [rights]})
            self.client("iam").put_role_policy(
                RoleName=self.role_name, PolicyName="deliver", PolicyDocument=policy
            )

    def logs(self, stream: str | None = "S3Delivery") -> None:
        self.client("logs").create_log_group(logGroupName=self.group)
        if stream:
            self.client("logs").create_log_stream(logGroupName=self.group, logStreamName=stream)

    def stream(self, region: str = REGION, name: str | None = None, **changes: Any) -> None:
        firehose = self.client("firehose", region)
        firehose.create_delivery_stream(
            DeliveryStreamName=name or self.stream_name,
            DeliveryStreamType="DirectPut",
            ExtendedS3DestinationConfiguration=self.destination(**changes),
        )

    def destination(self, **changes: Any) -> dict[str, Any]:
        return {
            "RoleARN": f"arn:aws:iam::{self.account}:role/{self.role_name}",
            "BucketARN": f"arn:aws:s3:::{self.bucket_name}",
            "Prefix": "data/raw/",
            "BufferingHints": {"SizeInMBs": 1, "IntervalInSeconds": 60},
            "CompressionFormat": "UNCOMPRESSED",
            "ProcessingConfiguration": {"Enabled": True, "Processors": [{"Type": "AppendDelimiterToRecord"}]},
            "CloudWatchLoggingOptions": {
                "Enabled": True,
                "LogGroupName": self.group,
                "LogStreamName": "S3Delivery",
            },
        } | changes

    def solved(self) -> "World":
        """Everything of Day 1."""
        self.bucket()
        self.reference()
        self.role()
        self.logs()
        self.stream()
        return self

    def settled(self) -> "World":
        """The same world once its stream is ACTIVE: the sandbox, like AWS, takes a moment."""
        firehose, until = self.client("firehose"), time.monotonic() + 20
        while time.monotonic() < until:
            found = firehose.describe_delivery_stream(DeliveryStreamName=self.stream_name)
            if found["DeliveryStreamDescription"]["DeliveryStreamStatus"] == "ACTIVE":
                return self
        raise AssertionError("the stream never became ACTIVE")

    # What the judge says

    def run(self, *only: str, day: int = 1, **options: Any) -> Run:
        course = curriculum.load(curriculum.days())
        selected = only or tuple(name for name in course.milestones if name.startswith(f"day{day}."))
        settings = Settings(learner=LEARNER, region=REGION, replica_region=REPLICA)
        options = {"remember": False, "origin": lambda: "simulated"} | options
        return examine(course, selected, self.source, settings, **options)

    def finding(self, milestone: str, **options: Any) -> Finding:
        return self.run(milestone, **options).report.findings[0]

    def verdict(self, milestone: str) -> tuple[str, str | None]:
        finding = self.finding(milestone)
        return finding.verdict.value, finding.code

    def lab(self, answers: Any = None, *, chart: Any = None, known: Any = None) -> Lab:
        """What one check may see of this world."""
        settings = Settings(learner=LEARNER, region=REGION, replica_region=REPLICA)
        account, now, golden = Account(self.source), datetime.now(UTC), Golden(LEARNER)
        lab = Lab(account, settings, known=known or {}, now=now, golden=golden, answers=answers, chart=chart)
        lab.history = Trail(account, lab.looks, region=REGION, until=now)
        return lab

    def check(self, milestone: str, **options: Any) -> Evidence:
        """What the check alone returns or raises, whatever its needs."""
        check = check_of(curriculum.load(curriculum.days()).milestones[milestone])
        return check(self.lab(**options))

    def said(self, milestone: str, answers: Any = None, **options: Any) -> str | None:
        """The code of the check alone, whatever its needs."""
        try:
            self.check(milestone, answers=answers, **options)
        except Outcome as outcome:
            return outcome.code
        return None

    def findings(
        self, home: Path, *, remember: bool = True, course: Course | None = None
    ) -> dict[str, Finding]:
        """What is found of the whole course, or this one, by a learner who keeps Record and charts there."""
        course = course or curriculum.load(curriculum.days())
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("XDG_STATE_HOME", str(home))
            kept = {"answers": {}, "chart": chart.stored(LEARNER)}
            run = self.run(*course.milestones, remember=remember, **kept)
        return {one.milestone.id: one for one in run.report.findings}

    def verdicts(self, day: int = 1) -> dict[str, str]:
        return {one.milestone.id: one.verdict.value for one in self.run(day=day).report.findings}


def variables(endpoint: str, state_home: str, account: str = "123456789012") -> dict[str, str]:
    """What a learner's shell holds when it works in the sandbox at this endpoint."""
    keys = {
        "XDG_STATE_HOME": state_home,
        "AWS_ACCESS_KEY_ID": account,
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_ENDPOINT_URL": endpoint,
    }
    return names.environment(Settings(learner="an01"), account) | keys


class Cleaned(NamedTuple):
    """A world after every clean-up of the pages, what they printed, and the home of who did it."""

    world: World
    printed: dict[tuple[str, str], str]
    home: Path


def description(world: World, **changes: Any) -> dict[str, Any]:
    """A DescribeDeliveryStream answer of AWS for this world's stream."""
    extended = {
        "EncryptionConfiguration": {"NoEncryptionConfig": "NoEncryption"},
        **world.destination(),
        **changes.pop("destination", {}),
    }
    arn = f"arn:aws:firehose:{REGION}:{world.account}:deliverystream/{world.stream_name}"
    return {
        "DeliveryStreamDescription": {
            "DeliveryStreamName": world.stream_name,
            "DeliveryStreamARN": arn,
            "DeliveryStreamStatus": "ACTIVE",
            "DeliveryStreamType": "DirectPut",
            "VersionId": "1",
            "Destinations": [{"DestinationId": "id", "ExtendedS3DestinationDescription": extended}],
            "HasMoreDestinations": False,
        }
        | changes
    }
