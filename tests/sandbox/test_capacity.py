"""Throughput of DynamoDB: bursts end, indexes push back, and what a request costs is told."""

from __future__ import annotations

import time

import pytest
from botocore.exceptions import ClientError

from checkday.sandbox.overlay import dynamodb_capacity
from checkday.sandbox.overlay.dynamodb_capacity import Buckets, Place, Throttled
from dynamodb_tables import INDEX, INDEXED, KEYS, ON_DEMAND, Dynamo, provisioned, refused

EXCEEDED = "ProvisionedThroughputExceededException"
BURST = 300


@pytest.fixture
def dynamo(aws, until, request):
    return Dynamo(aws("dynamodb"), until, request.node.nodeid)


def writes(count, **attributes):
    named = {name: {"S": value} for name, value in attributes.items()}
    return [{"PutRequest": {"Item": {"id": {"S": f"{n}"}, **named}}} for n in range(count)]


def exhaust(dynamo, seconds, **attributes):
    """Write as much as a table of one write a second takes in this time."""
    for each in range(seconds // 25):
        batch = [{"PutRequest": {"Item": {"id": {"S": f"{each}-{n}"}, **attributes}}} for n in range(25)]
        dynamo.client.batch_write_item(RequestItems={dynamo.name(): batch})


def test_a_table_takes_its_burst_and_no_more(dynamo):
    name = dynamo.create(ProvisionedThroughput=provisioned(1, 1))
    exhaust(dynamo, BURST)
    answer = dynamo.client.batch_write_item(RequestItems={name: writes(25)})
    left = answer["UnprocessedItems"][name]
    assert 15 <= len(left) < 25
    assert left == writes(25)[25 - len(left) :]
    message = refused(EXCEEDED, dynamo.client.batch_write_item, RequestItems={name: left})
    assert message.startswith("The level of configured provisioned throughput for the table was exceeded.")
    with pytest.raises(ClientError) as caught:
        dynamo.client.put_item(TableName=name, Item={"id": {"S": "x"}})
    (reason,) = caught.value.response["ThrottlingReasons"]
    assert reason["reason"] == "TableWriteProvisionedThroughputExceeded"
    assert reason["resource"] == dynamo.describe()["TableArn"]


def test_what_was_refused_was_not_written(dynamo):
    name = dynamo.create(ProvisionedThroughput=provisioned(1, 1))
    exhaust(dynamo, BURST)
    answer = dynamo.client.batch_write_item(RequestItems={name: writes(25)})
    left = {one["PutRequest"]["Item"]["id"]["S"] for one in answer["UnprocessedItems"][name]}
    assert left.isdisjoint(dynamo.ids(ConsistentRead=True))
    assert len(dynamo.ids()) == BURST + 25 - len(left)


def test_an_index_with_less_holds_its_table_back(dynamo):
    indexes = [{**INDEX, "ProvisionedThroughput": provisioned(1, 1)}]
    name = dynamo.create(
        **{**INDEXED, "GlobalSecondaryIndexes": indexes}, ProvisionedThroughput=provisioned(100, 100)
    )
    exhaust(dynamo, BURST + 25, city={"S": "Hue"})
    with pytest.raises(ClientError) as caught:
        dynamo.client.put_item(TableName=name, Item={"id": {"S": "x"}, "city": {"S": "Hue"}})
    error = caught.value.response
    assert "one or more global secondary indexes of the table" in error["Error"]["Message"]
    assert error["ThrottlingReasons"][0]["resource"].endswith(f"{name}/index/by-city")
    dynamo.put("not-in-the-index")


def test_capacity_comes_back_with_time_and_with_money(dynamo):
    name = dynamo.create(ProvisionedThroughput=provisioned(1, 1))
    exhaust(dynamo, BURST)
    dynamo.client.batch_write_item(RequestItems={name: writes(25)})
    refused(EXCEEDED, dynamo.client.put_item, TableName=name, Item={"id": {"S": "x"}})
    time.sleep(1.2)
    dynamo.put("x")
    dynamo.client.update_table(TableName=name, ProvisionedThroughput=provisioned(1, 500))
    time.sleep(0.1)
    assert dynamo.client.batch_write_item(RequestItems={name: writes(25)})["UnprocessedItems"] == {}


def test_reads_have_a_burst_of_their_own(dynamo):
    name = dynamo.create(ProvisionedThroughput=provisioned(1, 100))
    dynamo.put("a", "b")
    keys = [{"id": {"S": each}} for each in "ab"]
    wanted = {name: {"Keys": keys, "ConsistentRead": True}}
    for _ in range(BURST // 2):
        dynamo.client.batch_get_item(RequestItems=wanted)
    answers = [dynamo.client.batch_get_item(RequestItems=wanted) for _ in range(1)]
    while not answers[-1]["UnprocessedKeys"] and len(answers) < 20:
        answers.append(dynamo.client.batch_get_item(RequestItems=wanted))
    assert answers[-1]["UnprocessedKeys"][name]["Keys"] == keys[1:]
    assert answers[-1]["Responses"][name] == keys[:1]
    for call in (dynamo.client.scan, dynamo.client.get_item):
        parameters = {"Key": keys[0]} if call == dynamo.client.get_item else {}
        refused(EXCEEDED, call, TableName=name, **parameters)
    dynamo.put("c")


def test_a_table_on_demand_has_only_the_limit_it_was_given(dynamo):
    limited = {"MaxReadRequestUnits": 1000, "MaxWriteRequestUnits": 1}
    name = dynamo.create(OnDemandThroughput=limited)
    exhaust(dynamo, BURST)
    dynamo.client.batch_write_item(RequestItems={name: writes(25)})
    message = refused("ThrottlingException", dynamo.client.put_item, TableName=name, Item={"id": {"S": "x"}})
    assert message == "Throughput exceeds the maximum OnDemandThroughput configured on table or index"
    free = dynamo.create("free")
    for _ in range(20):
        answer = dynamo.client.batch_write_item(RequestItems={free: writes(25)})
        assert answer["UnprocessedItems"] == {}


def test_a_batch_of_two_tables_goes_on_with_the_other(dynamo):
    name, other = dynamo.create(ProvisionedThroughput=provisioned(1, 1)), dynamo.create("other")
    exhaust(dynamo, BURST)
    dynamo.client.batch_write_item(RequestItems={name: writes(25)})
    both = {name: writes(5), other: writes(5)}
    answer = dynamo.client.batch_write_item(RequestItems=both)
    assert list(answer["UnprocessedItems"]) == [name]
    assert len(dynamo.ids("other")) == 5


def test_a_transaction_is_cancelled_as_a_whole(dynamo):
    name, other = dynamo.create(ProvisionedThroughput=provisioned(1, 1)), dynamo.create("other")
    exhaust(dynamo, BURST)
    dynamo.client.batch_write_item(RequestItems={name: writes(25)})
    both = [{"Put": {"TableName": table, "Item": {"id": {"S": "t"}}}} for table in (other, name)]
    with pytest.raises(dynamo.client.exceptions.TransactionCanceledException) as caught:
        dynamo.client.transact_write_items(TransactItems=both)
    codes = [one["Code"] for one in caught.value.response["CancellationReasons"]]
    assert codes == ["None", "ProvisionedThroughputExceeded"]
    assert dynamo.ids("other") == []


def test_what_a_request_costs_is_told(dynamo):
    name = dynamo.create(**INDEXED)
    large = {"id": {"S": "a"}, "city": {"S": "Hue"}, "text": {"S": "x" * 5000}}
    ask = {"TableName": name, "ReturnConsumedCapacity": "INDEXES"}
    put = dynamo.client.put_item(Item=large, **ask)["ConsumedCapacity"]
    assert (put["CapacityUnits"], put["Table"]["CapacityUnits"]) == (6, 5)
    assert put["GlobalSecondaryIndexes"] == {"by-city": {"CapacityUnits": 1}}
    key = {"id": {"S": "a"}}
    get = dynamo.client.get_item(Key=key, **ask)["ConsumedCapacity"]
    assert get["CapacityUnits"] == 1
    assert (
        dynamo.client.get_item(Key=key, ConsistentRead=True, **ask)["ConsumedCapacity"]["CapacityUnits"] == 2
    )
    missing = dynamo.client.get_item(Key={"id": {"S": "none"}}, **ask)["ConsumedCapacity"]
    assert missing["CapacityUnits"] == 0.5
    scan = dynamo.client.scan(Select="COUNT", **ask)["ConsumedCapacity"]
    assert scan["CapacityUnits"] == 1
    by_city = dynamo.client.scan(IndexName="by-city", **ask)["ConsumedCapacity"]
    assert by_city["GlobalSecondaryIndexes"] == {"by-city": {"CapacityUnits": 0.5}}
    assert by_city["Table"] == {"CapacityUnits": 0}
    wanted = {"RequestItems": {name: {"Keys": [key]}}, "ReturnConsumedCapacity": "TOTAL"}
    batch = dynamo.client.batch_get_item(**wanted)["ConsumedCapacity"]
    assert batch == [{"TableName": name, "CapacityUnits": 1}]
    wanted = {"RequestItems": {name: writes(3, city="Hue")}, "ReturnConsumedCapacity": "INDEXES"}
    (batch,) = dynamo.client.batch_write_item(**wanted)["ConsumedCapacity"]
    assert batch["Table"]["CapacityUnits"] == 3
    assert batch["GlobalSecondaryIndexes"] == {"by-city": {"CapacityUnits": 3}}


def test_what_is_told_of_capacity_fits_the_service_model(dynamo, wire_faults):
    name = dynamo.create(**INDEXED)
    ask = {"ReturnConsumedCapacity": "INDEXES"}
    item = {"id": {"S": "a"}, "city": {"S": "Hue"}}
    asked = [
        ("PutItem", {"TableName": name, "Item": item, **ask}),
        ("GetItem", {"TableName": name, "Key": {"id": {"S": "a"}}, **ask}),
        ("Scan", {"TableName": name, "IndexName": "by-city", **ask}),
        ("BatchWriteItem", {"RequestItems": {name: writes(2)}, **ask}),
        ("BatchGetItem", {"RequestItems": {name: {"Keys": [{"id": {"S": "a"}}]}}, **ask}),
        ("TransactGetItems", {"TransactItems": [{"Get": {"TableName": name, "Key": {"id": {"S": "a"}}}}]}),
    ]
    assert [wire_faults(dynamo.client, call, **sent) for call, sent in asked] == [[]] * len(asked)


def test_a_table_of_the_same_name_begins_anew(dynamo):
    name = dynamo.create(ProvisionedThroughput=provisioned(1, 1))
    exhaust(dynamo, BURST)
    dynamo.client.delete_table(TableName=name)
    dynamo.create(ProvisionedThroughput=provisioned(1, 1))
    assert dynamo.client.batch_write_item(RequestItems={name: writes(25)})["UnprocessedItems"] == {}


def test_unused_capacity_is_kept_for_five_minutes(monkeypatch):
    clock = [1000.0]
    monkeypatch.setattr(dynamodb_capacity.time, "monotonic", lambda: clock[0])
    table = {"TableArn": "arn", "ProvisionedThroughput": provisioned(5, 5)}
    place, buckets = Place("arn", "", "Write"), Buckets()
    buckets.spend(table, place, 5 * BURST + 10)
    with pytest.raises(Throttled):
        buckets.demand(table, "", "Write")
    clock[0] += 3
    assert buckets.left(table, place) == pytest.approx(5)
    clock[0] += 3600
    assert buckets.left(table, place) == 5 * BURST
    assert Buckets().left(KEYS | {"TableArn": "arn", "BillingModeSummary": ON_DEMAND}, place) == float("inf")
