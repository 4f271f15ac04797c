"""Backups of DynamoDB on demand: made, listed, restored, deleted; and the one that outlives its table."""

from __future__ import annotations

import re
import time

import pytest

from dynamodb_tables import INDEXED, KEYS, ON_DEMAND, Dynamo, provisioned, refused

STREAM = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}


@pytest.fixture
def dynamo(aws, until, request):
    return Dynamo(aws("dynamodb"), until, request.node.nodeid)


def test_a_backup_takes_a_moment_and_says_what_it_is_of(dynamo):
    dynamo.create(**INDEXED, StreamSpecification=STREAM)
    dynamo.put("a", "b", city="Hue")
    made = dynamo.client.create_backup(TableName=dynamo.name(), BackupName="first")["BackupDetails"]
    assert (made["BackupStatus"], made["BackupType"], made["BackupName"]) == ("CREATING", "USER", "first")
    assert re.fullmatch(dynamo.describe()["TableArn"] + r"/backup/\d{14}-[0-9a-f]{8}", made["BackupArn"])
    dynamo.until(lambda: dynamo.backup_details(made["BackupArn"])["BackupStatus"] == "AVAILABLE")
    found = dynamo.client.describe_backup(BackupArn=made["BackupArn"])["BackupDescription"]
    source, table = found["SourceTableDetails"], dynamo.describe()
    assert (source["TableId"], source["ItemCount"]) == (table["TableId"], 2)
    assert source["TableSizeBytes"] == found["BackupDetails"]["BackupSizeBytes"] == 2 * (2 + 1 + 4 + 3)
    features = found["SourceTableFeatureDetails"]
    assert features["StreamDescription"] == STREAM
    assert [one["IndexName"] for one in features["GlobalSecondaryIndexes"]] == ["by-city"]


def test_a_backup_holds_what_was_there_then(dynamo):
    dynamo.create(**INDEXED)
    dynamo.put("a", "b", city="Hue")
    arn = dynamo.backup()
    dynamo.delete("a")
    dynamo.put("c")
    target = dynamo.name("back")
    made = dynamo.client.restore_table_from_backup(TargetTableName=target, BackupArn=arn)["TableDescription"]
    assert (made["TableStatus"], made["RestoreSummary"]["RestoreInProgress"]) == ("CREATING", True)
    refused("ResourceNotFoundException", dynamo.client.scan, TableName=target)
    refused("ResourceInUseException", dynamo.client.delete_table, TableName=target)
    summary = dynamo.arrived("back")["RestoreSummary"]
    assert summary["SourceBackupArn"] == arn
    assert summary["SourceTableArn"] == dynamo.describe()["TableArn"]
    assert summary["RestoreInProgress"] is False
    assert dynamo.ids("back") == ["a", "b"]
    assert dynamo.ids("back", IndexName="by-city") == ["a", "b"]
    assert dynamo.ids() == ["b", "c"]


def test_a_restored_table_has_keys_and_indexes_and_none_of_the_settings(dynamo):
    tags = [{"Key": "Workshop", "Value": "fcj7days"}]
    dynamo.create(**INDEXED, StreamSpecification=STREAM, DeletionProtectionEnabled=True, Tags=tags)
    dynamo.recover()
    ttl = {"Enabled": True, "AttributeName": "until"}
    dynamo.client.update_time_to_live(TableName=dynamo.name(), TimeToLiveSpecification=ttl)
    dynamo.client.restore_table_from_backup(TargetTableName=dynamo.name("back"), BackupArn=dynamo.backup())
    back, source = dynamo.arrived("back"), dynamo.describe()
    same = ("KeySchema", "AttributeDefinitions", "BillingModeSummary")
    assert {name: back[name] for name in same} == {name: source[name] for name in same}
    assert back["GlobalSecondaryIndexes"][0]["KeySchema"] == INDEXED["GlobalSecondaryIndexes"][0]["KeySchema"]
    assert "StreamSpecification" not in back
    assert back["DeletionProtectionEnabled"] is False
    assert dynamo.client.list_tags_of_resource(ResourceArn=back["TableArn"])["Tags"] == []
    assert dynamo.window("back")["PointInTimeRecoveryStatus"] == "DISABLED"
    described = dynamo.client.describe_time_to_live(TableName=dynamo.name("back"))
    assert described["TimeToLiveDescription"] == {"TimeToLiveStatus": "DISABLED"}


def test_a_restore_may_choose_other_capacity_and_fewer_indexes(dynamo):
    dynamo.create(**INDEXED)
    arn = dynamo.backup()
    chosen = {
        "BillingModeOverride": "PROVISIONED",
        "ProvisionedThroughputOverride": provisioned(2, 3),
        "GlobalSecondaryIndexOverride": [],
    }
    ask = dynamo.client.restore_table_from_backup
    ask(TargetTableName=dynamo.name("back"), BackupArn=arn, **chosen)
    back = dynamo.arrived("back")
    assert back["ProvisionedThroughput"]["WriteCapacityUnits"] == 3
    assert "GlobalSecondaryIndexes" not in back
    strange = [{**INDEXED["GlobalSecondaryIndexes"][0], "IndexName": "by-moon"}]
    wrong = {"BackupArn": arn, "GlobalSecondaryIndexOverride": strange}
    refused("ValidationException", ask, TargetTableName=dynamo.name("other"), **wrong)


def test_what_cannot_be_restored_is_refused(dynamo):
    name = dynamo.create()
    arn, ask = dynamo.backup(), dynamo.client.restore_table_from_backup
    missing = arn[:-1] + ("0" if arn[-1] != "0" else "1")
    refused("TableAlreadyExistsException", ask, TargetTableName=name, BackupArn=arn)
    refused("BackupNotFoundException", ask, TargetTableName=dynamo.name("back"), BackupArn=missing)
    young = dynamo.client.create_backup(TableName=name, BackupName="young")["BackupDetails"]["BackupArn"]
    refused("BackupInUseException", ask, TargetTableName=dynamo.name("back"), BackupArn=young)


def test_what_cannot_be_backed_up_is_refused(dynamo):
    ask = dynamo.client.create_backup
    refused("TableNotFoundException", ask, TableName=dynamo.name("nothing"), BackupName="first")
    name = dynamo.create()
    assert "backupName" in refused("ValidationException", ask, TableName=name, BackupName="with space")


def test_a_deleted_backup_is_gone(dynamo):
    dynamo.create()
    arn = dynamo.backup()
    deleted = dynamo.client.delete_backup(BackupArn=arn)["BackupDescription"]["BackupDetails"]
    assert deleted["BackupStatus"] == "DELETED"
    assert dynamo.backups() == []
    refused("BackupNotFoundException", dynamo.client.delete_backup, BackupArn=arn)


def test_backups_are_listed_by_kind_table_and_time(dynamo):
    dynamo.create()
    dynamo.recover()
    first, second = dynamo.backup(), dynamo.backup("second")
    dynamo.client.delete_table(TableName=dynamo.name())
    kinds = {
        kind: sorted(one["BackupName"] for one in dynamo.backups(BackupType=kind))
        for kind in ("USER", "SYSTEM", "AWS_BACKUP", "ALL")
    }
    system = f"{dynamo.name()}$DeletedTableBackup"
    assert kinds == {
        "USER": ["first", "second"],
        "SYSTEM": [system],
        "AWS_BACKUP": [],
        "ALL": sorted(["first", "second", system]),
    }
    assert [one["BackupArn"] for one in dynamo.backups()] == [first, second]
    assert dynamo.backups(TimeRangeLowerBound=time.time() + 60) == []
    page = dynamo.client.list_backups(TableName=dynamo.name(), Limit=1)
    assert page["LastEvaluatedBackupArn"] == first
    rest = dynamo.backups(ExclusiveStartBackupArn=first)
    assert [one["BackupArn"] for one in rest] == [second]


def test_a_table_with_recovery_leaves_a_backup_that_nobody_deletes(dynamo):
    dynamo.create()
    dynamo.recover()
    dynamo.put("a")
    dynamo.client.delete_table(TableName=dynamo.name())
    (left,) = dynamo.backups(BackupType="SYSTEM")
    kept = left["BackupExpiryDateTime"] - left["BackupCreationDateTime"]
    assert kept.days == 35
    dynamo.until(lambda: dynamo.backup_details(left["BackupArn"])["BackupStatus"] == "AVAILABLE")
    refused("ValidationException", dynamo.client.delete_backup, BackupArn=left["BackupArn"])
    ask = dynamo.client.restore_table_from_backup
    ask(TargetTableName=dynamo.name(), BackupArn=left["BackupArn"])
    dynamo.arrived("source")
    assert dynamo.ids() == ["a"]


def test_a_protected_or_plain_table_leaves_no_backup(dynamo):
    name = dynamo.create(DeletionProtectionEnabled=True)
    dynamo.recover()
    refused("ValidationException", dynamo.client.delete_table, TableName=name)
    assert dynamo.window()["PointInTimeRecoveryStatus"] == "ENABLED"
    dynamo.recover(on=False)
    dynamo.client.update_table(TableName=name, DeletionProtectionEnabled=False)
    dynamo.client.delete_table(TableName=name)
    assert dynamo.backups(BackupType="ALL") == []


def test_what_is_said_of_backups_fits_the_service_model(dynamo, wire_faults):
    dynamo.create(**INDEXED)
    arn, name = dynamo.backup(), dynamo.name()
    back = {"TargetTableName": dynamo.name("back"), "BackupArn": arn}
    asked = [
        ("CreateBackup", {"TableName": name, "BackupName": "other"}),
        ("DescribeBackup", {"BackupArn": arn}),
        ("ListBackups", {"TableName": name}),
        ("RestoreTableFromBackup", back),
        ("DescribeTable", {"TableName": back["TargetTableName"]}),
        ("DeleteBackup", {"BackupArn": arn}),
    ]
    assert [wire_faults(dynamo.client, call, **sent) for call, sent in asked] == [[]] * len(asked)


@pytest.mark.parametrize("world", ["sandbox", "moto"])
def test_both_worlds_restore_what_was_backed_up(world, aws, until, request):
    if world == "moto":
        moto = pytest.importorskip("moto")
        with moto.mock_aws():
            import boto3  # noqa: PLC0415 - only moto's own session may be patched

            round_trip(boto3.client("dynamodb", "ap-southeast-1"), until, request.node.nodeid)
    else:
        round_trip(aws("dynamodb"), until, request.node.nodeid)


def round_trip(client, until, test):
    dynamo = Dynamo(client, until, test)
    dynamo.create(**KEYS | ON_DEMAND)
    dynamo.put("a", "b")
    arn = dynamo.backup()
    dynamo.delete("a")
    assert [one["BackupArn"] for one in dynamo.backups()] == [arn]
    client.restore_table_from_backup(TargetTableName=dynamo.name("back"), BackupArn=arn)
    assert dynamo.arrived("back")["RestoreSummary"]["SourceBackupArn"] == arn
    assert dynamo.ids("back") == ["a", "b"]
