"""What a learner's account answers when Day 1 is done, in the words of each service's protocol."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

ACCOUNT, REGION, LEARNER = "123456789012", "ap-southeast-1", "an01"
PREFIX = f"fcj-{LEARNER}"
BUCKET = f"{PREFIX}-lake-{ACCOUNT}-{REGION}"
STREAM, ROLE = f"{PREFIX}-stream", f"{PREFIX}-firehose-role"
LOG_GROUP = f"/aws/kinesisfirehose/{STREAM}"
KEY = "data/reference_data/tracks_reference.json"
REFERENCE = (Path(__file__).parent.parent / "sample_data" / "lake" / "tracks_reference.json").read_bytes()


_MADE, _MADE_ISO = 1763340000.0, "2025-11-17T00:40:00Z"
_S3 = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'


class Reply(NamedTuple):
    """One answer; `extra` are further header lines."""

    body: bytes
    status: str = "200 OK"
    kind: str = "application/xml"
    extra: str = ""

    def sent(self, request_id: int, *, head_only: bool) -> bytes:
        number = f"{request_id:08d}-0000-4000-8000-000000000000"
        body = self.body.replace(b"<RequestId>", b"<RequestId>" + number.encode())
        head = (
            f"HTTP/1.1 {self.status}\r\nContent-Type: {self.kind}\r\nContent-Length: {len(body)}\r\n"
            f"x-amzn-RequestId: {number}\r\nx-amz-request-id: {number}\r\n{self.extra}\r\n"
        )
        return head.encode() + (b"" if head_only else body)


class Absent(NamedTuple):
    """How a service says that there is no such thing, for every name but `name`."""

    name: str
    code: str
    body: str
    kind: str = "application/xml"

    def reply(self, operation: str) -> Reply:
        # S3 has no body to say it in when the question is HEAD.
        body = "" if operation == "HeadBucket" else self.body.format(code=self.code)
        status = "404 Not Found" if "xml" in self.kind else "400 Bad Request"
        return Reply(body.encode(), status, self.kind)


def _json(content: dict[str, object]) -> Reply:
    return Reply(json.dumps(content).encode(), kind="application/x-amz-json-1.1")


def _query(service: str, operation: str, result: str) -> Reply:
    space = {
        "sts": "https://sts.amazonaws.com/doc/2011-06-15/",
        "iam": "https://iam.amazonaws.com/doc/2010-05-08/",
    }
    return Reply(
        f'<{operation}Response xmlns="{space[service]}"><{operation}Result>{result}</{operation}Result>'
        f"<ResponseMetadata><RequestId></RequestId></ResponseMetadata></{operation}Response>".encode()
    )


def _trust() -> str:
    who = {"Effect": "Allow", "Principal": {"Service": "firehose.amazonaws.com"}, "Action": "sts:AssumeRole"}
    return quote(json.dumps({"Version": "2012-10-17", "Statement": [who]}))


def _stream() -> dict[str, object]:
    hints = {"SizeInMBs": 1, "IntervalInSeconds": 60}
    logging = {"Enabled": True, "LogGroupName": LOG_GROUP, "LogStreamName": "S3Delivery"}
    target: dict[str, object] = {
        "RoleARN": f"arn:aws:iam::{ACCOUNT}:role/{ROLE}",
        "BucketARN": f"arn:aws:s3:::{BUCKET}",
        "BufferingHints": hints,
        "CompressionFormat": "UNCOMPRESSED",
        "EncryptionConfiguration": {"NoEncryptionConfig": "NoEncryption"},
        "CloudWatchLoggingOptions": logging,
    }
    processing = {"Enabled": True, "Processors": [{"Type": "AppendDelimiterToRecord", "Parameters": []}]}
    extended = {
        **target,
        "Prefix": "data/raw/",
        "ErrorOutputPrefix": "errors/!{firehose:error-output-type}/",
        "ProcessingConfiguration": processing,
        "S3BackupMode": "Disabled",
    }
    return {
        "DeliveryStreamName": STREAM,
        "DeliveryStreamARN": f"arn:aws:firehose:{REGION}:{ACCOUNT}:deliverystream/{STREAM}",
        "DeliveryStreamStatus": "ACTIVE",
        "DeliveryStreamType": "DirectPut",
        "VersionId": "1",
        "CreateTimestamp": _MADE,
        "HasMoreDestinations": False,
        "Destinations": [
            {
                "DestinationId": "destinationId-000000000001",
                "S3DestinationDescription": target,
                "ExtendedS3DestinationDescription": extended,
            }
        ],
    }


_SWITCHES = "".join(
    f"<{name}>true</{name}>"
    for name in ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
)
ANSWERS = {
    "sts:GetCallerIdentity": _query(
        "sts",
        "GetCallerIdentity",
        f"<Arn>arn:aws:iam::{ACCOUNT}:user/{LEARNER}</Arn><UserId>AIDAEXAMPLE</UserId><Account>{ACCOUNT}</Account>",
    ),
    "s3:HeadBucket": Reply(b"", extra=f"x-amz-bucket-region: {REGION}\r\n"),
    "s3:ListBuckets": Reply(
        f"<ListAllMyBucketsResult {_S3}><Owner><ID>example</ID></Owner><Buckets><Bucket><Name>{BUCKET}</Name>"
        f"<CreationDate>{_MADE_ISO}</CreationDate><BucketRegion>{REGION}</BucketRegion></Bucket></Buckets>"
        "</ListAllMyBucketsResult>".encode()
    ),
    "s3:GetPublicAccessBlock": Reply(
        f"<PublicAccessBlockConfiguration {_S3}>{_SWITCHES}</PublicAccessBlockConfiguration>".encode()
    ),
    "s3:GetBucketPolicy": Reply(
        b"<Error><Code>NoSuchBucketPolicy</Code><Message>There is none</Message></Error>", "404 Not Found"
    ),
    "s3:ListObjectsV2": Reply(
        f"<ListBucketResult {_S3}><Name>{BUCKET}</Name><Prefix>data/reference_data/</Prefix>"
        f"<KeyCount>1</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated><Contents><Key>{KEY}</Key>"
        f"<LastModified>{_MADE_ISO}</LastModified><ETag>&quot;0123&quot;</ETag><Size>{len(REFERENCE)}</Size>"
        "<StorageClass>STANDARD</StorageClass></Contents></ListBucketResult>".encode()
    ),
    "s3:GetObject": Reply(REFERENCE, kind="application/json"),
    "firehose:DescribeDeliveryStream": _json({"DeliveryStreamDescription": _stream()}),
    "firehose:ListDeliveryStreams": _json({"DeliveryStreamNames": [STREAM], "HasMoreDeliveryStreams": False}),
    "iam:GetRole": _query(
        "iam",
        "GetRole",
        f"<Role><Path>/</Path><RoleName>{ROLE}</RoleName><RoleId>AROAEXAMPLEEXAMPLE</RoleId>"
        f"<Arn>arn:aws:iam::{ACCOUNT}:role/{ROLE}</Arn><CreateDate>{_MADE_ISO}</CreateDate>"
        f"<AssumeRolePolicyDocument>{_trust()}</AssumeRolePolicyDocument></Role>",
    ),
    "iam:ListRolePolicies": _query(
        "iam",
        "ListRolePolicies",
        "<PolicyNames><member>deliver</member></PolicyNames><IsTruncated>false</IsTruncated>",
    ),
    "iam:ListAttachedRolePolicies": _query(
        "iam", "ListAttachedRolePolicies", "<AttachedPolicies/><IsTruncated>false</IsTruncated>"
    ),
    "logs:DescribeLogStreams": _json(
        {
            "logStreams": [
                {
                    "logStreamName": "S3Delivery",
                    "creationTime": int(_MADE * 1000),
                    "arn": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{LOG_GROUP}:log-stream:S3Delivery",
                    "storedBytes": 0,
                }
            ]
        }
    ),
}
NAMELESS = {"s3:ListBuckets", "firehose:ListDeliveryStreams", "sts:GetCallerIdentity"}
ABSENT = {
    "s3": Absent(
        BUCKET, "NoSuchBucket", "<Error><Code>{code}</Code><Message>It does not exist</Message></Error>"
    ),
    "iam": Absent(
        ROLE,
        "NoSuchEntity",
        "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>It does not exist</Message>"
        "</Error><RequestId></RequestId></ErrorResponse>",
    ),
    "firehose": Absent(
        STREAM,
        "ResourceNotFoundException",
        '{{"__type": "{code}", "message": "It does not exist"}}',
        "application/x-amz-json-1.1",
    ),
    "logs": Absent(
        STREAM,
        "ResourceNotFoundException",
        '{{"__type": "{code}", "message": "It does not exist"}}',
        "application/x-amz-json-1.1",
    ),
}
