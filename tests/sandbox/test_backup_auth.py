"""With AUTH=true policies count for backups and restores, and a deny protects what was backed up."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from dynamodb_tables import Dynamo, refused

DENIED = "AccessDeniedException"


@pytest.fixture
def owner(strict_server, connect, until, request):
    return Dynamo(connect(strict_server, "dynamodb"), until, request.node.nodeid)


@pytest.fixture
def clients(strict_server, connect, request):
    """Makes a user with one inline policy, and returns that user's clients by service."""

    def make(*statements):
        iam, name = connect(strict_server, "iam"), request.node.name[:60]
        iam.create_user(UserName=name)
        document = {"Version": "2012-10-17", "Statement": [{"Resource": "*", **one} for one in statements]}
        iam.put_user_policy(UserName=name, PolicyName="only", PolicyDocument=json.dumps(document))
        key = iam.create_access_key(UserName=name)["AccessKey"]
        secret = {"key": key["AccessKeyId"], "secret": key["SecretAccessKey"]}
        return lambda service: connect(strict_server, service, **secret)

    return make


@pytest.fixture
def user(clients, until, request):
    """The same, as that user's way to the test's tables."""
    return lambda *statements: Dynamo(clients(*statements)("dynamodb"), until, request.node.nodeid)


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


TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"Service": "backup.amazonaws.com"},
            "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}},
        }
    ],
}
POLICY = "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup"


@pytest.fixture
def vault(strict_server, connect, owner):
    """Starts a job in a vault, as a role with these policies, and says how it ended."""
    backup, iam = connect(strict_server, "backup"), connect(strict_server, "iam")
    backup.create_backup_vault(BackupVaultName=owner.prefix)

    def run(*policies, client=backup):
        role = iam.create_role(RoleName=owner.prefix, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"][
            "Arn"
        ]
        for policy in policies:
            iam.attach_role_policy(RoleName=owner.prefix, PolicyArn=policy)
        wanted = {"BackupVaultName": owner.prefix, "ResourceArn": owner.describe()["TableArn"]}
        identity = client.start_backup_job(**wanted, IamRoleArn=role)["BackupJobId"]
        owner.until(
            lambda: backup.describe_backup_job(BackupJobId=identity)["State"] in {"COMPLETED", "FAILED"}
        )
        return backup.describe_backup_job(BackupJobId=identity)

    return run


def test_a_job_has_the_rights_of_its_role(owner, vault):
    owner.create()
    failed = vault()
    assert failed["State"] == "FAILED"
    assert "dynamodb:StartAwsBackupJob" in failed["StatusMessage"]


def test_a_guard_keeps_recovery_points(owner, vault, clients):
    owner.create()
    job = vault(POLICY)
    assert job["State"] == "COMPLETED", job
    point = "arn:aws:backup:*:*:recovery-point:*"
    guarded = clients(
        {"Effect": "Allow", "Action": "backup:*"},
        {"Effect": "Deny", "Action": "backup:DeleteRecoveryPoint", "Resource": point},
    )("backup")
    named = {"BackupVaultName": owner.prefix, "RecoveryPointArn": job["RecoveryPointArn"]}
    assert "explicit deny" in refused(DENIED, guarded.delete_recovery_point, **named)
    assert guarded.describe_recovery_point(**named)["Status"] == "COMPLETED"


def test_who_may_not_pass_the_role_starts_no_job(owner, vault, clients):
    owner.create()
    client = clients({"Effect": "Allow", "Action": "backup:*"})("backup")
    with pytest.raises(ClientError, match="iam:PassRole"):
        vault(POLICY, client=client)
