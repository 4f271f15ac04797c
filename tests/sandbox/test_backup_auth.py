"""With AUTH=true policies count for backups and restores, and a deny protects what was backed up."""

from __future__ import annotations

import json

import pytest

from dynamodb_tables import Dynamo, refused

DENIED = "AccessDeniedException"


@pytest.fixture
def owner(strict_server, connect, until, request):
    return Dynamo(connect(strict_server, "dynamodb"), until, request.node.name)


@pytest.fixture
def user(strict_server, connect, until, request):
    """Makes a user with one inline policy, and returns that user's way to the test's tables."""

    def make(*statements):
        iam, name = connect(strict_server, "iam"), request.node.name[:60]
        iam.create_user(UserName=name)
        document = {"Version": "2012-10-17", "Statement": [{"Resource": "*", **one} for one in statements]}
        iam.put_user_policy(UserName=name, PolicyName="only", PolicyDocument=json.dumps(document))
        key = iam.create_access_key(UserName=name)["AccessKey"]
        secret = {"key": key["AccessKeyId"], "secret": key["SecretAccessKey"]}
        return Dynamo(connect(strict_server, "dynamodb", **secret), until, name)

    return make


def test_a_guard_keeps_backups_that_all_else_may_be_done_with(owner, user):
    owner.create()
    arn = owner.backup()
    guarded = user(
        {"Effect": "Allow", "Action": "dynamodb:*"}, {"Effect": "Deny", "Action": "dynamodb:DeleteBackup"}
    )
    assert "explicit deny" in refused(DENIED, guarded.client.delete_backup, BackupArn=arn)
    guarded.client.restore_table_from_backup(BackupArn=arn, TargetTableName=owner.name("back"))
    assert owner.backups()


def test_a_reader_neither_backs_up_nor_restores(owner, user):
    name = owner.create()
    owner.recover()
    arn = owner.backup()
    reader = user({"Effect": "Allow", "Action": ["dynamodb:Describe*", "dynamodb:List*"]}).client
    assert reader.describe_backup(BackupArn=arn)
    assert reader.describe_continuous_backups(TableName=name)
    refused(DENIED, reader.create_backup, TableName=name, BackupName="other")
    target = {"TargetTableName": owner.name("back")}
    refused(DENIED, reader.restore_table_from_backup, BackupArn=arn, **target)
    latest = {"SourceTableName": name, "UseLatestRestorableTime": True}
    refused(DENIED, reader.restore_table_to_point_in_time, **latest, **target)
    off = {"PointInTimeRecoveryEnabled": False}
    refused(DENIED, reader.update_continuous_backups, TableName=name, PointInTimeRecoverySpecification=off)


def test_whoever_may_back_up_need_not_read(owner, user):
    name = owner.create()
    keeper = user({"Effect": "Allow", "Action": "dynamodb:CreateBackup"}).client
    assert keeper.create_backup(TableName=name, BackupName="kept")["BackupDetails"]["BackupArn"]
    refused(DENIED, keeper.describe_table, TableName=name)
