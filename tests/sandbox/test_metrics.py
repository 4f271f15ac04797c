"""What CloudWatch says of DynamoDB: units, throttles and latency, a point a minute, longer than the table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from checkday.sandbox.lifecycle import down, up
from dynamodb_tables import INDEX, INDEXED, Dynamo, provisioned, refused


class Watch:
    """What was measured of one table."""

    def __init__(self, client, table):
        self.client, self.table = client, table

    def points(self, metric, **dimensions):
        now, named = datetime.now(UTC), {"TableName": self.table, **dimensions}
        answer = self.client.get_metric_statistics(
            Namespace="AWS/DynamoDB",
            MetricName=metric,
            Dimensions=[{"Name": name, "Value": value} for name, value in named.items()],
            StartTime=now - timedelta(hours=1),
            EndTime=now + timedelta(minutes=1),
            Period=60,
            Statistics=["Sum", "SampleCount"],
        )
        return answer["Datapoints"]

    def sum(self, metric, **dimensions):
        return sum(point["Sum"] for point in self.points(metric, **dimensions))

    def samples(self, metric, **dimensions):
        return sum(point["SampleCount"] for point in self.points(metric, **dimensions))


@pytest.fixture
def dynamo(aws, until, request):
    return Dynamo(aws("dynamodb"), until, request.node.nodeid)


@pytest.fixture
def watch(aws, dynamo):
    return Watch(aws("cloudwatch"), dynamo.name())


def test_units_are_summed_by_table_and_index(dynamo, watch, until):
    dynamo.create(**INDEXED)
    dynamo.put("a", "b", city="Hue")
    dynamo.put("c")
    dynamo.ids(ConsistentRead=True)
    dynamo.ids(IndexName="by-city")
    until(lambda: watch.sum("ConsumedReadCapacityUnits", GlobalSecondaryIndexName="by-city") == 0.5)
    assert watch.sum("ConsumedWriteCapacityUnits") == 3
    assert watch.sum("ConsumedWriteCapacityUnits", GlobalSecondaryIndexName="by-city") == 2
    assert watch.sum("ConsumedReadCapacityUnits") == 1
    assert watch.samples("SuccessfulRequestLatency", Operation="PutItem") == 3
    assert watch.samples("SuccessfulRequestLatency", Operation="Scan") == 2
    assert watch.sum("ReturnedItemCount", Operation="Scan") == 5
    assert watch.points("WriteThrottleEvents") == []


def test_a_point_a_minute_holds_all_samples(dynamo, watch, until):
    dynamo.create()
    dynamo.put(*(f"{n}" for n in range(30)))
    until(lambda: watch.sum("ConsumedWriteCapacityUnits") == 30)
    assert len(watch.points("ConsumedWriteCapacityUnits")) <= 2


def test_throttles_are_counted(dynamo, watch, until):
    indexes = [{**INDEX, "ProvisionedThroughput": provisioned(1, 1)}]
    dynamo.create(
        **{**INDEXED, "GlobalSecondaryIndexes": indexes}, ProvisionedThroughput=provisioned(100, 100)
    )
    dynamo.client.update_table(TableName=dynamo.name(), ProvisionedThroughput=provisioned(1, 100))
    for each in range(13):
        batch = [
            {"PutRequest": {"Item": {"id": {"S": f"{each}-{n}"}, "city": {"S": "Hue"}}}} for n in range(25)
        ]
        dynamo.client.batch_write_item(RequestItems={dynamo.name(): batch})
    item = {"id": {"S": "x"}, "city": {"S": "Hue"}}
    call = dynamo.client.put_item
    refused("ProvisionedThroughputExceededException", call, TableName=dynamo.name(), Item=item)
    until(lambda: watch.sum("ThrottledRequests", Operation="PutItem") == 1)
    index = {"GlobalSecondaryIndexName": "by-city"}
    unprocessed = 325 - watch.sum("ConsumedWriteCapacityUnits", **index)
    assert watch.sum("WriteThrottleEvents", **index) == unprocessed + 1
    assert watch.points("ThrottledRequests", Operation="BatchWriteItem") == []


def test_metrics_outlive_the_table(dynamo, watch, until):
    dynamo.create()
    dynamo.put("a")
    dynamo.client.delete_table(TableName=dynamo.name())
    until(lambda: watch.sum("ConsumedWriteCapacityUnits") == 1)


def test_metrics_outlive_the_server(state, connect, until):
    def client(service):
        return connect(up(port=None, region="ap-southeast-1"), service)

    dynamo = Dynamo(client("dynamodb"), until, "outlive")
    dynamo.create()
    dynamo.put("a", "b")
    down()
    assert Watch(client("cloudwatch"), dynamo.name()).sum("ConsumedWriteCapacityUnits") == 2
