"""DynamoDB in the sandbox where the emulator differs: states of passage, counts, costs of reads, backups."""

import time

import pytest
from botocore.exceptions import ClientError

CAPACITY = {"ReturnConsumedCapacity": "TOTAL"}
KEYS = [("Id", "S"), ("Sort", "N")]


@pytest.fixture
def dynamodb(server, connect):
    """An account that is empty before and after each test."""
    client = connect(server, "dynamodb", key="555566667777")
    yield client
    wait(lambda: all(status(client, name) == "ACTIVE" for name in client.list_tables()["TableNames"]))
    for name in client.list_tables()["TableNames"]:
        client.update_table(TableName=name, DeletionProtectionEnabled=False)
        client.delete_table(TableName=name)
    for one in client.list_backups(BackupType="USER")["BackupSummaries"]:
        client.delete_backup(BackupArn=one["BackupArn"])


def create(dynamodb, name="things", *, keys=KEYS, settle=True, **options):
    roles = zip(keys, ("HASH", "RANGE"), strict=False)
    made = dynamodb.create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": kind} for key, kind in keys],
        KeySchema=[{"AttributeName": key, "KeyType": role} for (key, _), role in roles],
        **(options or {"BillingMode": "PAY_PER_REQUEST"}),
    )
    if settle:
        wait(lambda: status(dynamodb, name) == "ACTIVE")
    return made["TableDescription"]


def status(dynamodb, name="things"):
    return dynamodb.describe_table(TableName=name)["Table"]["TableStatus"]


def wait(done):
    until = time.monotonic() + 20
    while not done():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.02)


def put(dynamodb, sort, size, **attributes):
    item = {"Id": {"S": "a"}, "Sort": {"N": str(sort)}, "Fill": {"S": "x" * size}} | attributes
    dynamodb.put_item(TableName="things", Item=item)


def refused(call, **parameters):
    with pytest.raises(ClientError) as error:
        call(**parameters)
    return error.value.response["Error"]["Code"]


def units(answer):
    return answer["ConsumedCapacity"]["CapacityUnits"]


# Tables


def test_a_table_is_creating_for_a_moment_and_takes_nothing_yet(dynamodb):
    assert create(dynamodb, settle=False)["TableStatus"] == "CREATING"
    assert status(dynamodb) == "CREATING"
    key = {"Id": {"S": "a"}, "Sort": {"N": "1"}}
    assert refused(dynamodb.put_item, TableName="things", Item=key) == "ResourceNotFoundException"
    assert refused(dynamodb.delete_table, TableName="things") == "ResourceInUseException"
    wait(lambda: status(dynamodb) == "ACTIVE")
    dynamodb.put_item(TableName="things", Item=key)


def test_counts_are_of_hours_ago(dynamodb):
    create(dynamodb)
    put(dynamodb, 1, 10)
    table = dynamodb.describe_table(TableName="things")["Table"]
    assert (table["ItemCount"], table["TableSizeBytes"]) == (0, 0)
    assert dynamodb.scan(TableName="things", Select="COUNT")["Count"] == 1


def test_a_table_that_was_always_provisioned_has_no_billing_mode(dynamodb):
    capacity = {"ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}}
    assert "BillingModeSummary" not in create(dynamodb, **capacity)
    on_demand = create(dynamodb, "others")
    assert on_demand["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"


# Reads and what they cost


@pytest.mark.parametrize(
    ("size", "weak", "strong"), [(100, 0.5, 1.0), (4000, 0.5, 1.0), (4200, 1.0, 2.0), (9000, 1.5, 3.0)]
)
def test_one_item_costs_by_steps_of_4_kb(dynamodb, size, weak, strong):
    create(dynamodb)
    put(dynamodb, 1, size)
    get = {"TableName": "things", "Key": {"Id": {"S": "a"}, "Sort": {"N": "1"}}, **CAPACITY}
    assert units(dynamodb.get_item(**get)) == weak
    assert units(dynamodb.get_item(**get, ConsistentRead=True, ProjectionExpression="Sort")) == strong


def test_an_item_that_is_not_there_costs_as_the_smallest(dynamodb):
    create(dynamodb)
    key = {"Id": {"S": "b"}, "Sort": {"N": "1"}}
    assert units(dynamodb.get_item(TableName="things", Key=key, **CAPACITY)) == 0.5


def test_a_filter_costs_what_was_read_and_not_what_is_kept(dynamodb):
    create(dynamodb)
    for sort in range(8):
        put(dynamodb, sort, 2000, Odd={"BOOL": bool(sort % 2)})
    query = {
        "TableName": "things",
        "KeyConditionExpression": "Id = :id",
        "FilterExpression": "#o = :odd AND Sort < :few",
        "ExpressionAttributeNames": {"#o": "Odd"},
        "ExpressionAttributeValues": {":id": {"S": "a"}, ":odd": {"BOOL": True}, ":few": {"N": "3"}},
        **CAPACITY,
    }
    answer = dynamodb.query(**query)
    # 8 items of about 2 KB are weighed together: 4 steps of 4 KB, half a unit each.
    assert (answer["ScannedCount"], answer["Count"], units(answer)) == (8, 1, 2.0)
    scan = {"TableName": "things", "Select": "COUNT", **CAPACITY}
    assert units(dynamodb.scan(**scan, ConsistentRead=True)) == 4.0
    assert units(dynamodb.scan(**scan, Limit=2)) == 0.5


@pytest.mark.parametrize(("size", "wanted"), [(100, 1.0), (1020, 2.0), (3000, 3.0)])
def test_a_write_costs_one_unit_a_kilobyte(dynamodb, size, wanted):
    create(dynamodb)
    item = {"Id": {"S": "a"}, "Sort": {"N": "1"}, "Fill": {"S": "x" * size}}
    assert units(dynamodb.put_item(TableName="things", Item=item, **CAPACITY)) == wanted


# Indexes


def index(dynamodb):
    keys = [{"AttributeName": "Who", "KeyType": "HASH"}, {"AttributeName": "Sort", "KeyType": "RANGE"}]
    create_ = {"IndexName": "by-who", "KeySchema": keys, "Projection": {"ProjectionType": "ALL"}}
    dynamodb.update_table(
        TableName="things",
        AttributeDefinitions=[
            {"AttributeName": "Who", "AttributeType": "S"},
            {"AttributeName": "Sort", "AttributeType": "N"},
        ],
        GlobalSecondaryIndexUpdates=[{"Create": create_}],
    )


def by_who(dynamodb, **options):
    return dynamodb.query(
        TableName="things",
        IndexName="by-who",
        KeyConditionExpression="Who = :w",
        ExpressionAttributeValues={":w": {"S": "me"}},
        **options,
    )


def test_an_index_is_made_then_filled_then_ready(dynamodb):
    create(dynamodb)
    put(dynamodb, 1, 5000, Who={"S": "me"})
    index(dynamodb)
    assert refused(by_who, dynamodb=dynamodb) == "ValidationException"
    seen = []

    def ready():
        found = dynamodb.describe_table(TableName="things")["Table"]
        one = found["GlobalSecondaryIndexes"][0]
        seen.append((found["TableStatus"], one["IndexStatus"], one.get("Backfilling")))
        return one["IndexStatus"] == "ACTIVE"

    wait(ready)
    steps = [("UPDATING", "CREATING", False), ("ACTIVE", "CREATING", True), ("ACTIVE", "ACTIVE", None)]
    # A busy machine may miss a step that passes quickly, but never see them in another order.
    assert [steps.index(one) for one in seen] == sorted(steps.index(one) for one in seen)
    assert len(set(seen)) > 1
    answer = by_who(dynamodb, **CAPACITY)
    assert (answer["Count"], units(answer)) == (1, 1.0)


# What is deleted


def recover(dynamodb):
    dynamodb.update_continuous_backups(
        TableName="things", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )


def left_of(dynamodb, table):
    """The backups of this very table; those of its namesakes stay for 35 days too."""
    found = dynamodb.list_backups(TableName=table["TableName"], BackupType="ALL")["BackupSummaries"]
    return [one for one in found if one["TableId"] == table["TableId"]]


def test_a_deleted_table_with_recovery_leaves_a_backup_for_35_days(dynamodb):
    made = create(dynamodb)
    recover(dynamodb)
    put(dynamodb, 1, 10)
    dynamodb.delete_table(TableName="things")
    left = left_of(dynamodb, made)
    assert [(one["BackupType"], one["TableId"]) for one in left] == [("SYSTEM", made["TableId"])]
    details = dynamodb.describe_backup(BackupArn=left[0]["BackupArn"])["BackupDescription"]["BackupDetails"]
    kept = details["BackupExpiryDateTime"] - details["BackupCreationDateTime"]
    assert kept.total_seconds() == pytest.approx(35 * 24 * 3600, abs=60)
    assert details["BackupName"] == "things$DeletedTableBackup"


def test_a_deleted_table_without_recovery_leaves_nothing(dynamodb):
    made = create(dynamodb)
    dynamodb.delete_table(TableName="things")
    assert left_of(dynamodb, made) == []


def test_a_table_that_is_protected_leaves_no_backup_either(dynamodb):
    made = create(dynamodb, BillingMode="PAY_PER_REQUEST", DeletionProtectionEnabled=True)
    recover(dynamodb)
    assert refused(dynamodb.delete_table, TableName="things") == "ValidationException"
    assert left_of(dynamodb, made) == []


def test_recovery_is_described_as_aws_does(dynamodb):
    create(dynamodb)
    recover(dynamodb)
    described = dynamodb.describe_continuous_backups(TableName="things")["ContinuousBackupsDescription"]
    recovery = described["PointInTimeRecoveryDescription"]
    assert (recovery["PointInTimeRecoveryStatus"], recovery["RecoveryPeriodInDays"]) == ("ENABLED", 35)
    assert recovery["EarliestRestorableDateTime"] <= recovery["LatestRestorableDateTime"]
    assert refused(dynamodb.describe_continuous_backups, TableName="nothing") == "TableNotFoundException"


# What the emulator does right, and the course rests on


def transaction(token, amount="1"):
    return {
        "ClientRequestToken": token,
        "TransactItems": [
            {
                "Put": {
                    "TableName": "things",
                    "Item": {"Id": {"S": "new"}, "Sort": {"N": "1"}},
                    "ConditionExpression": "attribute_not_exists(Id)",
                }
            },
            {
                "Update": {
                    "TableName": "things",
                    "Key": {"Id": {"S": "count"}, "Sort": {"N": "0"}},
                    "UpdateExpression": "ADD Seen :n",
                    "ExpressionAttributeValues": {":n": {"N": amount}},
                }
            },
        ],
    }


def test_a_transaction_with_its_token_works_once(dynamodb):
    create(dynamodb)
    dynamodb.transact_write_items(**transaction("t1"))
    dynamodb.transact_write_items(**transaction("t1"))
    assert refused(dynamodb.transact_write_items, **transaction("t2")) == "TransactionCanceledException"
    mismatch = refused(dynamodb.transact_write_items, **transaction("t1", amount="2"))
    assert mismatch == "IdempotentParameterMismatchException"
    found = dynamodb.get_item(TableName="things", Key={"Id": {"S": "count"}, "Sort": {"N": "0"}})
    assert found["Item"]["Seen"] == {"N": "1"}


def test_a_reserved_word_is_refused(dynamodb):
    create(dynamodb)
    put(dynamodb, 1, 10)
    with pytest.raises(ClientError, match="reserved keyword: Views"):
        dynamodb.scan(TableName="things", ProjectionExpression="Views")


def test_26_items_and_400_kilobytes_are_too_much(dynamodb):
    create(dynamodb)
    puts = [{"PutRequest": {"Item": {"Id": {"S": str(at)}, "Sort": {"N": "1"}}}} for at in range(26)]
    assert refused(dynamodb.batch_write_item, RequestItems={"things": puts}) == "ValidationException"
    item = {"Id": {"S": "a"}, "Sort": {"N": "1"}, "Fill": {"S": "x" * 410_000}}
    assert refused(dynamodb.put_item, TableName="things", Item=item) == "ValidationException"
