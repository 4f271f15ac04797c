"""Global tables: replicas join and leave, and what is written in one Region arrives in the other."""

from __future__ import annotations

import json
import os
import signal
import time
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError

from checkday.sandbox.lifecycle import down, find, up
from dynamodb_tables import Dynamo, refused

R1, R2 = "ap-southeast-1", "us-east-1"
INVALID = "ValidationException"


class Pair:
    """The same table in two Regions."""

    def __init__(self, connect, until, test):
        self.one = Dynamo(connect("dynamodb", R1), until, test)
        self.two = Dynamo(connect("dynamodb", R2), until, test)
        self.name, self.until = self.one.name(), until

    def update(self, **settings):
        return self.one.client.update_table(TableName=self.name, **settings)["TableDescription"]

    def add(self, region=R2):
        return self.update(ReplicaUpdates=[{"Create": {"RegionName": region}}])

    def remove(self, region=R2):
        return self.update(ReplicaUpdates=[{"Delete": {"RegionName": region}}])

    def create(self):
        self.one.create()
        self.add()
        self.until(lambda: self.statuses() == [(R2, "ACTIVE")])
        return self

    def statuses(self, side=None):
        replicas = (side or self.one).describe().get("Replicas", [])
        return [(one["RegionName"], one["ReplicaStatus"]) for one in replicas]

    def cities(self, side):
        items = side.client.scan(TableName=self.name)["Items"]
        return {item["id"]["S"]: item["city"]["S"] for item in items}


@pytest.fixture
def pair(aws, until, request):
    return Pair(aws, until, request.node.nodeid)


def test_a_replica_is_made_with_what_is_there_and_with_what_comes(pair):
    pair.one.create()
    pair.one.put("old", city="Hue")
    made = pair.add()
    assert (made["GlobalTableVersion"], made["Replicas"], made["TableStatus"]) == (
        "2019.11.21",
        [],
        "UPDATING",
    )
    pair.one.put("new", city="Hue")
    seen = pair.until(pair.statuses)
    assert seen == [(R2, "CREATING")]
    assert (pair.two.status(), pair.statuses(pair.two)) == ("CREATING", [(R1, "ACTIVE")])
    early = {"TableName": pair.name, "Item": {"id": {"S": "early"}}}
    refused("ResourceNotFoundException", pair.two.client.put_item, **early)
    pair.until(lambda: pair.two.status() == "ACTIVE")
    pair.until(lambda: pair.two.ids() == ["new", "old"])
    stream = pair.two.describe()["StreamSpecification"]
    assert stream == {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert pair.one.describe()["LatestStreamArn"] != pair.two.describe()["LatestStreamArn"]


def test_writes_go_both_ways_a_moment_later(pair):
    pair.create()
    pair.one.put("a", city="Hue")
    assert pair.two.ids() == []
    pair.two.put("b", city="Vinh")
    pair.until(lambda: pair.one.ids() == pair.two.ids() == ["a", "b"])
    pair.two.delete("a")
    pair.until(lambda: pair.one.ids() == pair.two.ids() == ["b"])


def test_the_last_writer_wins_in_both_regions(pair):
    pair.create()
    pair.one.put("x", city="first")
    pair.two.put("x", city="last")
    assert (pair.cities(pair.one), pair.cities(pair.two)) == ({"x": "first"}, {"x": "last"})
    pair.until(lambda: pair.cities(pair.one) == {"x": "last"})
    time.sleep(0.5)
    assert pair.cities(pair.two) == {"x": "last"}


def test_a_delete_that_came_later_wins_as_well(pair):
    pair.create()
    pair.one.put("x", city="first")
    pair.two.put("x", city="second")
    pair.two.delete("x")
    pair.until(lambda: pair.one.ids() == [])
    time.sleep(0.5)
    assert pair.two.ids() == []


def test_a_condition_knows_only_its_own_region(pair):
    pair.create()
    new = {"ConditionExpression": "attribute_not_exists(id)", "TableName": pair.name}
    pair.one.client.put_item(Item={"id": {"S": "x"}}, **new)
    pair.two.client.put_item(Item={"id": {"S": "x"}}, **new)
    with pytest.raises(ClientError, match="conditional"):
        pair.two.client.put_item(Item={"id": {"S": "x"}}, **new)


def test_streams_tell_of_writes_from_elsewhere_once(pair, aws):
    pair.create()
    pair.one.put("a", city="Hue")
    pair.until(lambda: pair.two.ids() == ["a"])
    time.sleep(0.5)
    for region, side in ((R1, pair.one), (R2, pair.two)):
        streams = aws("dynamodbstreams", region)
        arn = side.describe()["LatestStreamArn"]
        shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
        start = streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")
        records = streams.get_records(ShardIterator=start["ShardIterator"])["Records"]
        assert [(one["eventName"], one["awsRegion"]) for one in records] == [("INSERT", region)]


def test_a_source_is_refused_its_end_while_its_replica_is_there(pair):
    pair.create()
    delete = pair.one.client.delete_table
    assert "last 24 hours" in refused(INVALID, delete, TableName=pair.name)
    pair.remove()
    assert pair.statuses() == [(R2, "DELETING")]
    assert "last 24 hours" in refused(INVALID, delete, TableName=pair.name)
    refused("ResourceInUseException", pair.two.client.delete_table, TableName=pair.name)
    pair.until(lambda: pair.statuses() == [])
    refused("ResourceNotFoundException", pair.two.describe)
    delete(TableName=pair.name)


def test_a_replica_may_be_deleted_in_its_own_region(pair):
    pair.create()
    pair.two.client.delete_table(TableName=pair.name)
    assert (pair.two.status(), pair.statuses()) == ("DELETING", [(R2, "DELETING")])
    pair.until(lambda: pair.statuses() == [])
    pair.one.put("still", city="there")


def test_what_replicas_are_refused(pair):
    pair.one.create()
    assert "local region" in refused(INVALID, pair.add, region=R1)
    assert "not supported" in refused(INVALID, pair.add, region="us-fake-1")
    assert "not part of the global table" in refused(INVALID, pair.remove)
    pair.two.create()
    assert "already existed as tables" in refused(INVALID, pair.add)
    pair.two.leave("source")
    pair.add()
    refused("ResourceInUseException", pair.add, region="eu-west-1")
    pair.until(lambda: pair.statuses() == [(R2, "ACTIVE")])
    off = {"StreamSpecification": {"StreamEnabled": False}}
    assert "Disabling Stream" in refused(INVALID, pair.update, **off)


def test_the_view_of_a_stream_cannot_be_changed(pair):
    pair.one.create(StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"})
    other = {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}}
    assert "already has an enabled stream" in refused(INVALID, pair.update, **other)


def test_only_what_users_write_counts_as_writes(pair, aws, until):
    pair.create()
    pair.one.put("a", city="Hue")
    pair.until(lambda: pair.two.ids() == ["a"])

    def total(region, metric, statistic="Sum", **more):
        now = datetime.now(UTC)
        named = {"TableName": pair.name, **more}
        answer = aws("cloudwatch", region).get_metric_statistics(
            Namespace="AWS/DynamoDB",
            MetricName=metric,
            Dimensions=[{"Name": key, "Value": value} for key, value in named.items()],
            StartTime=now - timedelta(minutes=5),
            EndTime=now + timedelta(minutes=5),
            Period=60,
            Statistics=[statistic],
        )
        return sum(one[statistic] for one in answer["Datapoints"])

    latency = until(lambda: total(R1, "ReplicationLatency", "Maximum", ReceivingRegion=R2))
    assert latency > 100
    until(lambda: total(R1, "ConsumedWriteCapacityUnits") == 1)
    assert total(R2, "ConsumedWriteCapacityUnits") == 0


def test_both_regions_have_an_event_of_a_new_replica(pair, aws):
    pair.create()

    def events(region, name):
        found = aws("cloudtrail", region).lookup_events(
            LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": name}]
        )
        texts = [json.loads(one["CloudTrailEvent"]) for one in found["Events"]]
        return [one for one in texts if one["requestParameters"].get("tableName") == pair.name]

    (asked,) = events(R1, "UpdateTable")
    assert asked["requestParameters"]["replicaUpdates"][0]["create"]["regionName"] == R2
    (made,) = events(R2, "CreateTableReplica")
    issuer = made["userIdentity"]["sessionContext"]["sessionIssuer"]
    assert issuer["userName"] == "AWSServiceRoleForDynamoDBReplication"
    assert made["userIdentity"]["invokedBy"] == "replication.dynamodb.amazonaws.com"


def test_replicas_are_described_as_dynamodb_describes_them(pair, wire_faults):
    pair.create()
    assert wire_faults(pair.one.client, "DescribeTable", TableName=pair.name) == []
    old = pair.one.client.describe_global_table
    refused("GlobalTableNotFoundException", old, GlobalTableName=pair.name)


def test_the_caller_needs_rights_in_the_other_region(strict_server, connect, until):
    iam, owner = (connect(strict_server, "iam"), Dynamo(connect(strict_server, "dynamodb"), until, "rights"))
    owner.create()
    allowed = {"Effect": "Allow", "Action": "dynamodb:*", "Resource": f"arn:aws:dynamodb:{R1}:*:table/*"}
    iam.create_user(UserName="one-region")
    document = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    iam.put_user_policy(UserName="one-region", PolicyName="only", PolicyDocument=document)
    key = iam.create_access_key(UserName="one-region")["AccessKey"]
    user = connect(strict_server, "dynamodb", key=key["AccessKeyId"], secret=key["SecretAccessKey"])
    wanted = {"TableName": owner.name(), "ReplicaUpdates": [{"Create": {"RegionName": R2}}]}
    assert "CreateTableReplica" in refused("AccessDeniedException", user.update_table, **wanted)


@pytest.mark.parametrize("killed", [False, True], ids=["stopped", "killed"])
def test_what_is_under_way_arrives_after_the_server_ends(state, connect, until, killed, monkeypatch):
    monkeypatch.setenv("CHECKDAY_SANDBOX_REPLICATION", "6")
    server = up(port=None, region=R1)
    pair = Pair(lambda service, region: connect(server, service, region), until, "one").create()
    pair.one.put("a", city="Hue")
    pair.two.put("a", city="last")
    moment, file = time.time(), state / "state" / "dynamodb.json"
    until(lambda: file.stat().st_mtime > moment)
    if killed:
        os.kill(server.pid, signal.SIGKILL)
        until(lambda: find() is None)
    else:
        down()
    server = up(port=None, region=R1)
    pair = Pair(lambda service, region: connect(server, service, region), until, "one")
    assert (pair.cities(pair.one), pair.cities(pair.two)) == ({"a": "Hue"}, {"a": "last"})
    until(lambda: pair.cities(pair.one) == {"a": "last"})
    assert pair.cities(pair.two) == {"a": "last"}
