"""Events of Days 1 to 4 as a history lists them, for one world; and the answer that lists them."""

import json
from datetime import UTC, datetime, timedelta

from wire import answer

NOW = datetime.now(UTC).replace(microsecond=0)
DAY = NOW - timedelta(days=1)
CRAWLER = "arn:aws:sts::{account}:assumed-role/fcj-an01-glue-role/AWS-Crawler"
DB = "fcj_an01_db"
ANYBODY = "arn:aws:iam::{account}:user/an01"


def happened(world, service, event, /, *, at=DAY, by=ANYBODY, **parameters):
    """One entry of LookupEvents."""
    told = {
        "eventName": event,
        "eventSource": f"{service}.amazonaws.com",
        "awsRegion": "ap-southeast-1",
        "recipientAccountId": world.account,
        "userIdentity": {"arn": by.format(account=world.account)},
        "requestParameters": parameters,
    }
    number = f"{service}-{event}-{len(json.dumps(parameters))}-{at.timestamp():.0f}"
    return {"EventId": number, "EventName": event, "EventTime": at, "CloudTrailEvent": json.dumps(told)}


def trail(world, *events):
    answer(world.source, "cloudtrail", "LookupEvents", {"Events": list(events)})


def destination(world, **changes):
    return {
        "bucketARN": f"arn:aws:s3:::{world.bucket_name}",
        "roleARN": f"arn:aws:iam::{world.account}:role/wizard",
        "prefix": "data/raw/",
        "bufferingHints": {"sizeInMBs": 1, "intervalInSeconds": 60},
        "processingConfiguration": {"enabled": True, "processors": [{"type": "AppendDelimiterToRecord"}]},
        "cloudWatchLoggingOptions": {"enabled": True, "logGroupName": "g", "logStreamName": "s"},
    } | changes


def stream(world, *, name="fcj-an01-stream", kind="DirectPut", **changes):
    given = {"deliveryStreamName": name, "deliveryStreamType": kind}
    target = {"extendedS3DestinationConfiguration": destination(world, **changes)}
    return happened(world, "firehose", "CreateDeliveryStream", **given, **target)


def crawler(world, **changes):
    path = f"s3://{world.bucket_name}/data/"
    given = {
        "name": "fcj-an01-crawler",
        "role": "r",
        "databaseName": DB,
        "targets": {"s3Targets": [{"path": path}]},
    }
    return happened(world, "glue", "CreateCrawler", **given | changes)


def table(world, name, *, by=CRAWLER, location=None):
    storage = {"location": location or f"s3://{world.bucket_name}/data/x/", "columns": [{"name": "uuid"}]}
    given = {"databaseName": DB, "tableInput": {"name": name, "storageDescriptor": storage}}
    return happened(world, "glue", "CreateTable", at=NOW - timedelta(hours=2), by=by, **given)


def glue(world, event, /, **parameters):
    return happened(world, "glue", event, **parameters)


def session(world, **changes):
    given = {
        "id": "fcj-an01-session",
        "role": "arn:aws:iam::1:role/r",
        "idleTimeout": 15,
        "numberOfWorkers": 2,
    }
    return glue(world, "CreateSession", **given | changes)


def bucket(world, **changes):
    return happened(world, "s3", "CreateBucket", bucketName=world.bucket_name, **changes)
