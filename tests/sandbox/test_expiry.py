"""DynamoDB's time to live: expired items go by themselves, and the stream says who deleted them."""

from __future__ import annotations

import time

import pytest

from dynamodb_tables import Dynamo

STREAM = {"StreamEnabled": True, "StreamViewType": "OLD_IMAGE"}


@pytest.fixture
def dynamo(aws, until, request):
    return Dynamo(aws("dynamodb"), until, request.node.nodeid)


def expire(dynamo, **attributes):
    """Put items with a time to live, given as attribute values by key."""
    name = dynamo.name()
    ttl = {"Enabled": True, "AttributeName": "until"}
    dynamo.client.update_time_to_live(TableName=name, TimeToLiveSpecification=ttl)
    for key, value in attributes.items():
        dynamo.client.put_item(TableName=name, Item={"id": {"S": key}, "until": value})


def seconds(moment):
    return {"N": str(int(moment))}


def test_only_what_has_expired_goes(dynamo):
    now = time.time()
    dynamo.create()
    kept = {
        "later": seconds(now + 3600),
        "text": {"S": str(int(now - 60))},
        "ages_ago": seconds(now - 10 * 366 * 24 * 3600),
        "milliseconds": seconds(now * 1000),
    }
    expire(dynamo, gone=seconds(now - 60), **kept)
    dynamo.put("without")
    dynamo.until(lambda: "gone" not in dynamo.ids())
    assert dynamo.ids() == sorted([*kept, "without"])


def test_the_stream_says_that_the_service_deleted(dynamo, aws, wire_faults):
    dynamo.create(StreamSpecification=STREAM)
    expire(dynamo, gone=seconds(time.time() - 60))
    dynamo.put("mine")
    dynamo.delete("mine")
    dynamo.until(lambda: dynamo.ids() == [])
    streams, arn = aws("dynamodbstreams"), dynamo.describe()["LatestStreamArn"]
    (shard,) = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    where = {"StreamArn": arn, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
    iterator = streams.get_shard_iterator(**where)["ShardIterator"]
    records = streams.get_records(ShardIterator=iterator)["Records"]
    removed = {
        record["dynamodb"]["Keys"]["id"]["S"]: record.get("userIdentity")
        for record in records
        if record["eventName"] == "REMOVE"
    }
    assert removed == {"gone": {"Type": "Service", "PrincipalId": "dynamodb.amazonaws.com"}, "mine": None}


def test_what_expired_is_still_there_in_the_past(dynamo):
    dynamo.create()
    dynamo.recover()
    expire(dynamo, gone=seconds(time.time() + 1))
    moment = time.time()
    dynamo.until(lambda: dynamo.ids() == [])
    dynamo.until(lambda: dynamo.window()["LatestRestorableDateTime"].timestamp() > moment)
    ask = dynamo.client.restore_table_to_point_in_time
    ask(SourceTableName=dynamo.name(), TargetTableName=dynamo.name("past"), RestoreDateTime=moment)
    dynamo.arrived("past")
    assert dynamo.ids("past") == ["gone"]
