"""AWS Backup of DynamoDB: vaults, jobs, recovery points, and tables that come back from them."""

from __future__ import annotations

import time

import pytest

from dynamodb_tables import Dynamo, refused

ACCOUNT = "123456789012"


@pytest.fixture
def dynamo(aws, until, request):
    return Dynamo(aws("dynamodb"), until, request.node.nodeid)


class Vault:
    """A vault of one test, and the jobs that fill and use it."""

    def __init__(self, client, dynamo, role):
        self.client, self.dynamo, self.role, self.name = client, dynamo, role, dynamo.prefix

    def make(self):
        self.client.create_backup_vault(BackupVaultName=self.name)
        return self

    def start(self, **settings):
        wanted = {"BackupVaultName": self.name, "IamRoleArn": self.role, **settings}
        wanted.setdefault("ResourceArn", self.dynamo.describe()["TableArn"])
        return self.client.start_backup_job(**wanted)

    def job(self, identity):
        return self.client.describe_backup_job(BackupJobId=identity)

    def kept(self, **settings):
        """The ARN of a recovery point that is there."""
        started = self.start(**settings)
        self.dynamo.until(lambda: self.job(started["BackupJobId"])["State"] == "COMPLETED")
        return started["RecoveryPointArn"]

    def restore(self, point, short="back", **settings):
        """How a restore into a new table ended."""
        metadata = {"targetTableName": self.dynamo.name(short)}
        wanted = {"RecoveryPointArn": point, "Metadata": metadata, "IamRoleArn": self.role, **settings}
        identity = self.client.start_restore_job(**wanted)["RestoreJobId"]
        ended = {"COMPLETED", "FAILED"}
        self.dynamo.until(lambda: self.restored(identity)["Status"] in ended)
        return self.restored(identity)

    def restored(self, identity):
        return self.client.describe_restore_job(RestoreJobId=identity)

    def points(self, **filters):
        found = self.client.list_recovery_points_by_backup_vault(BackupVaultName=self.name, **filters)
        return [one["RecoveryPointArn"] for one in found["RecoveryPoints"]]


@pytest.fixture
def vault(aws, dynamo, role):
    return Vault(aws("backup"), dynamo, role("vault-keeper", "backup.amazonaws.com"))


def test_a_job_keeps_the_table_in_the_vault(vault, dynamo):
    dynamo.create()
    dynamo.put("a", "b")
    started = vault.make().start()
    job = vault.job(started["BackupJobId"])
    assert job["State"] in {"CREATED", "RUNNING"}
    assert "CompletionDate" not in job
    (young,) = vault.client.list_recovery_points_by_backup_vault(BackupVaultName=vault.name)["RecoveryPoints"]
    assert young["Status"] == "CREATING"
    dynamo.until(lambda: vault.job(started["BackupJobId"])["State"] == "COMPLETED")
    done = vault.job(started["BackupJobId"])
    assert done["CompletionDate"] > done["CreationDate"]
    assert done["RecoveryPointArn"] == started["RecoveryPointArn"] == vault.points()[0]
    arn = dynamo.describe()["TableArn"]
    (mine,) = vault.client.list_recovery_points_by_resource(ResourceArn=arn)["RecoveryPoints"]
    assert (mine["RecoveryPointArn"], mine["Status"]) == (started["RecoveryPointArn"], "COMPLETED")
    found = vault.client.describe_backup_vault(BackupVaultName=vault.name)
    assert found["NumberOfRecoveryPoints"] == 1
    assert arn in [one["ResourceArn"] for one in vault.client.list_protected_resources()["Results"]]


def test_a_table_comes_back_from_the_vault(vault, dynamo):
    dynamo.create()
    dynamo.put("a", "sentinel")
    point = vault.make().kept()
    dynamo.delete("sentinel")
    job = vault.restore(point)
    assert job["Status"] == "COMPLETED"
    back = dynamo.arrived("back")
    assert job["CreatedResourceArn"] == back["TableArn"]
    assert back["RestoreSummary"]["SourceBackupArn"] == point
    assert dynamo.ids("back") == ["a", "sentinel"]
    assert dynamo.backups(BackupType="ALL") == []


def test_a_restore_onto_a_table_fails(vault, dynamo):
    dynamo.create()
    job = vault.make().restore(vault.kept(), "source")
    assert job["Status"] == "FAILED"
    assert "already exists" in job["StatusMessage"]
    assert "CreatedResourceArn" not in job


def test_a_vault_is_not_deleted_before_what_it_holds(vault, dynamo):
    dynamo.create()
    point = vault.make().kept()
    delete = vault.client.delete_backup_vault
    refused("InvalidRequestException", delete, BackupVaultName=vault.name)
    vault.client.delete_recovery_point(BackupVaultName=vault.name, RecoveryPointArn=point)
    assert vault.points() == []
    delete(BackupVaultName=vault.name)
    refused("ResourceNotFoundException", delete, BackupVaultName=vault.name)


def test_a_recovery_point_outlives_its_table(vault, dynamo):
    dynamo.create()
    dynamo.put("a")
    point = vault.make().kept()
    dynamo.client.delete_table(TableName=dynamo.name())
    vault.restore(point, "source")
    assert dynamo.ids() == ["a"]


def test_a_role_that_trusts_another_service_keeps_nothing(vault, dynamo, role):
    dynamo.create()
    vault.make().role = role("of-firehose")
    assert "cannot be assumed" in refused("InvalidParameterValueException", vault.start)
    assert vault.points() == []


def test_what_cannot_be_kept_is_refused(vault, dynamo):
    dynamo.create()
    refused("ResourceNotFoundException", vault.start)
    vault.make()
    missing = dynamo.describe()["TableArn"] + "-missing"
    refused("ResourceNotFoundException", vault.start, ResourceArn=missing)
    refused("InvalidParameterValueException", vault.start, ResourceArn="arn:aws:s3:::a-bucket")
    cold = {"MoveToColdStorageAfterDays": 31, "DeleteAfterDays": 60}
    refused("InvalidParameterValueException", vault.start, Lifecycle=cold)


def test_a_lifecycle_says_until_when(vault, dynamo):
    dynamo.create()
    point = vault.make().kept(Lifecycle={"DeleteAfterDays": 7})
    found = vault.client.describe_recovery_point(BackupVaultName=vault.name, RecoveryPointArn=point)
    assert (found["CalculatedLifecycle"]["DeleteAt"] - found["CreationDate"]).days == 7


def test_a_stopped_job_leaves_nothing(vault, dynamo):
    dynamo.create()
    started = vault.make().start()
    vault.client.stop_backup_job(BackupJobId=started["BackupJobId"])
    assert vault.job(started["BackupJobId"])["State"] == "ABORTED"
    assert vault.points() == []


def test_jobs_are_listed_by_what_they_were_about(vault, dynamo):
    dynamo.create()
    point = vault.make().kept()
    vault.restore(point)
    arn = dynamo.describe()["TableArn"]
    listed = vault.client.list_backup_jobs
    (job,) = listed(ByResourceArn=arn)["BackupJobs"]
    assert job["RecoveryPointArn"] == point
    assert listed(ByResourceArn=arn, ByState="FAILED")["BackupJobs"] == []
    assert listed(ByBackupVaultName=vault.name, ByCreatedAfter=time.time() + 60)["BackupJobs"] == []
    assert len(listed(MaxResults=1)["BackupJobs"]) == 1
    of_table = vault.client.list_restore_jobs_by_protected_resource(ResourceArn=arn)["RestoreJobs"]
    assert [one["RecoveryPointArn"] for one in of_table] == [point]
    everywhere = vault.client.list_restore_jobs(ByStatus="COMPLETED")["RestoreJobs"]
    assert of_table[0]["RestoreJobId"] in [one["RestoreJobId"] for one in everywhere]


def test_a_plan_selects_tables_with_a_role_that_can_be_assumed(vault, role):
    rule = {"RuleName": "daily", "TargetBackupVaultName": vault.make().name}
    plan = {"BackupPlanName": vault.name, "Rules": [rule]}
    identity = vault.client.create_backup_plan(BackupPlan=plan)["BackupPlanId"]
    selection = {"SelectionName": "tables", "IamRoleArn": vault.role, "Resources": ["*"]}
    made = vault.client.create_backup_selection(BackupPlanId=identity, BackupSelection=selection)
    assert vault.client.get_backup_selection(BackupPlanId=identity, SelectionId=made["SelectionId"])
    wrong = {**selection, "IamRoleArn": role("of-firehose")}
    create = vault.client.create_backup_selection
    refused("InvalidParameterValueException", create, BackupPlanId=identity, BackupSelection=wrong)


def test_what_is_said_of_vaults_fits_the_service_model(vault, dynamo, wire_faults):
    dynamo.create()
    point, arn = vault.make().kept(), dynamo.describe()["TableArn"]
    job = vault.restore(point)
    named = {"BackupVaultName": vault.name}
    start = {**named, "ResourceArn": arn, "IamRoleArn": vault.role}
    again = {"targetTableName": dynamo.name("again")}
    asked = [
        ("StartBackupJob", start),
        ("ListBackupJobs", {}),
        ("ListRecoveryPointsByBackupVault", named),
        ("ListRecoveryPointsByResource", {"ResourceArn": arn}),
        ("DescribeRecoveryPoint", {**named, "RecoveryPointArn": point}),
        ("GetRecoveryPointRestoreMetadata", {**named, "RecoveryPointArn": point}),
        ("StartRestoreJob", {"RecoveryPointArn": point, "Metadata": again, "IamRoleArn": vault.role}),
        ("DescribeRestoreJob", {"RestoreJobId": job["RestoreJobId"]}),
        ("ListRestoreJobs", {}),
        ("ListProtectedResources", {}),
        ("DescribeProtectedResource", {"ResourceArn": arn}),
        ("DescribeBackupVault", named),
        ("ListBackupVaults", {}),
        ("DescribeRegionSettings", {}),
    ]
    faults = {call: wire_faults(vault.client, call, **sent) for call, sent in asked}
    assert {call: found for call, found in faults.items() if found} == {}
