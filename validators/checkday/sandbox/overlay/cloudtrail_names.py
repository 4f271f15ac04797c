"""What CloudTrail calls things: most events have the operation's name, some a name of their own."""

from __future__ import annotations

from collections.abc import Mapping

from botocore.model import OperationModel

_ANY = frozenset({"*"})

_DATA: Mapping[str, frozenset[str]] = {
    "dynamodb": frozenset(
        {
            "BatchExecuteStatement",
            "BatchGetItem",
            "BatchWriteItem",
            "DeleteItem",
            "ExecuteStatement",
            "ExecuteTransaction",
            "GetItem",
            "PutItem",
            "Query",
            "Scan",
            "TransactGetItems",
            "TransactWriteItems",
            "UpdateItem",
        }
    ),
    "dynamodbstreams": frozenset({"GetRecords", "GetShardIterator"}),
    "firehose": frozenset({"PutRecord", "PutRecordBatch"}),
    "kinesis": frozenset({"GetRecords", "GetShardIterator", "PutRecord", "PutRecords", "SubscribeToShard"}),
    "lambda": frozenset({"Invoke", "InvokeAsync", "InvokeWithResponseStream"}),
    "logs": frozenset({"FilterLogEvents", "GetLogEvents", "GetLogRecord", "PutLogEvents"}),
    "monitoring": frozenset(
        {"GetMetricData", "GetMetricStatistics", "GetMetricWidgetImage", "PutMetricData"}
    ),
    "s3": frozenset({"DeleteObjects", "HeadBucket", "ListMultipartUploads", "ListObjects", "ListObjectsV2"})
    | {"ListObjectVersions"},
    "sns": frozenset({"Publish", "PublishBatch"}),
    "sqs": frozenset(
        {
            "ChangeMessageVisibility",
            "ChangeMessageVisibilityBatch",
            "DeleteMessage",
            "DeleteMessageBatch",
            "ReceiveMessage",
            "SendMessage",
            "SendMessageBatch",
        }
    ),
    "events": frozenset({"PutEvents"}),
    "execute-api": _ANY,
}
"""By the emulator's service: what touches data, and so is no management event."""

_S3: Mapping[str, str] = {
    "DeletePublicAccessBlock": "DeleteBucketPublicAccessBlock",
    "GetBucketLifecycleConfiguration": "GetBucketLifecycle",
    "GetBucketNotificationConfiguration": "GetBucketNotification",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "PutBucketLifecycleConfiguration": "PutBucketLifecycle",
    "PutBucketNotificationConfiguration": "PutBucketNotification",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
}

_DATES = ("/2015-03-31/", "/2017-03-31/", "/2017-10-31/", "/2018-10-31/")
_UNDATED = {"AddLayerVersionPermission", "GetLayerVersionPolicy"}
_SECOND = {
    "AddPermission",
    "GetFunction",
    "GetFunctionConfiguration",
    "GetPolicy",
    "RemovePermission",
    "TagResource",
    "UntagResource",
    "UpdateFunctionCode",
    "UpdateFunctionConfiguration",
}

_SOURCES: Mapping[str, str] = {"dynamodbstreams": "dynamodb"}
_GLOBAL = {"iam", "route53", "cloudfront", "organizations"}
_READING = ("BatchGet", "Describe", "Get", "Head", "List", "Lookup", "Search", "Simulate", "AssumeRole")

_RESOURCES: Mapping[str, Mapping[str, str]] = {
    "dynamodb": {"tableName": "AWS::DynamoDB::Table"},
    "iam": {
        "roleName": "AWS::IAM::Role",
        "userName": "AWS::IAM::User",
        "policyArn": "AWS::IAM::Policy",
        "policyName": "AWS::IAM::Policy",
    },
    "lambda": {"functionName": "AWS::Lambda::Function"},
    "s3": {"bucketName": "AWS::S3::Bucket"},
}
"""Services that say what a call was about; the others leave that out."""


def is_data(service: str, operation: str) -> bool:
    """Whether a call is a data event, which the event history does not hold."""
    found = _DATA.get(service, frozenset())
    return operation in found or found is _ANY


def event_name(service: str, operation: OperationModel) -> str:
    """The event's name; Lambda's older operations carry the date of their API."""
    name: str = operation.name
    if service == "s3":
        return _S3.get(name, name)
    path: str = operation.http["requestUri"]
    if service == "lambda" and path.startswith(_DATES) and name not in _UNDATED:
        return name + path[1:11].replace("-", "") + ("v2" if name in _SECOND else "")
    return name


def event_source(service: str) -> str:
    """The service as events name it."""
    return f"{_SOURCES.get(service, service)}.amazonaws.com"


def region(service: str, called: str) -> str:
    """Where the event is kept: those of global services in one Region."""
    return "us-east-1" if service in _GLOBAL else called


def reads(name: str) -> bool:
    """Whether an event is one that changes nothing."""
    return name.startswith(_READING)


def resources(service: str, parameters: Mapping[str, object]) -> list[dict[str, str]]:
    """What the event was about, as far as the service says so."""
    known = _RESOURCES.get(service, {})
    return [
        {"ResourceType": kind, "ResourceName": value}
        for name, kind in known.items()
        if isinstance(value := parameters.get(name), str)
    ]
