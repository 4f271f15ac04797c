"""What AWS remembers of Days 5 and 6 when everything is gone, and what it does not."""

from datetime import timedelta

import pytest

from checkday import curriculum
from checkday.engine.proofs import trace_of
from checkday.model import Blocked
from day6_worlds import LONG_AGO, NOW, Patterns, happened, named
from wire import answer, refuse, reply

COURSE = curriculum.load([1, 2, 3, 5, 6])
LOG = {"tableName": named("log")}

BACKUP = {"tableName": named("catalog"), "backupName": named("catalog-bk1")}
KEYS_ONLY = {"projection": "KEYS_ONLY"}
VIEW = {"streamEnabled": True, "streamViewType": "NEW_AND_OLD_IMAGES"}


@pytest.fixture
def world(sandbox) -> Patterns:
    return Patterns(sandbox)


def trail(world, *events):
    told = [happened(world, *event, number) for number, event in enumerate(events)]
    answer(world.source, "cloudtrail", "LookupEvents", {"Events": told})


def traced(world, milestone):
    """What the milestone's trace returns, or the cause that ends it."""
    try:
        return trace_of(COURSE.milestones[milestone])(world.lab())
    except Blocked as blocked:
        return blocked.code


def schema(*keys):
    roles = zip(keys, ("HASH", "RANGE"), strict=False)
    return [{"attributeName": key, "keyType": role} for key, role in roles]


def made(what, *keys, kind="S", **more):
    attributes = [{"attributeName": key, "attributeType": kind} for key in keys]
    given = {"tableName": named(what), "keySchema": schema(*keys), "attributeDefinitions": attributes}
    return "dynamodb", "CreateTable", given | more


def later(**change):
    return "dynamodb", "UpdateTable", LOG | change


def window(days):
    on = {"pointInTimeRecoveryEnabled": True, "recoveryPeriodInDays": days}
    given = {"tableName": named("catalog"), "pointInTimeRecoverySpecification": on}
    return "dynamodb", "UpdateContinuousBackups", given


def shard_index(projection="KEYS_ONLY"):
    keys = schema("ShardKey", "StatusTime")
    return {"indexName": "by-shard", "keySchema": keys, "projection": {"projectionType": projection}}


def of_function(world, **changes):
    given = {
        "functionName": f"arn:aws:lambda:x:{world.account}:function:{named('copy')}",
        "eventSourceArn": f"{world.arn('log')}/stream/2",
        "functionResponseTypes": ["ReportBatchItemFailures"],
    }
    return "lambda", "CreateEventSourceMapping20150331", given | changes


MILESTONES = [
    name
    for name, milestone in COURSE.milestones.items()
    if name.startswith(("day5.", "day6.")) and milestone.proof
]


@pytest.mark.parametrize("milestone", MILESTONES)
def test_an_account_in_which_nothing_ever_was(world, milestone):
    trail(world)
    assert (milestone, traced(world, milestone)) == (milestone, None)


@pytest.mark.parametrize("milestone", MILESTONES)
def test_a_history_that_may_not_be_read_is_no_zero(world, milestone):
    refuse(world.source, "cloudtrail", "LookupEvents", "AccessDeniedException", status=403)
    assert (milestone, traced(world, milestone)) == (milestone, "denied")


@pytest.mark.parametrize(
    ("milestone", "event", "gives"),
    [
        ("day5.table_catalog", made("catalog", "Id", kind="N"), {"keys": ["Id"]}),
        ("day5.table_thread", made("thread", "ForumName", "Subject"), {"keys": ["ForumName", "Subject"]}),
        ("day6.pitr", window(7), {"days": 7}),
        ("day6.backup", ("dynamodb", "CreateBackup", BACKUP), {}),
        ("day6.vault", ("backup", "CreateBackupVault", {"backupVaultName": named("vault")}), {}),
        ("day6.guard_policy", ("iam", "CreatePolicy", {"policyName": named("guard")}), {}),
        ("day6.log_table", made("log", "PK"), {"keys": ["PK"]}),
        ("day6.staff_table", made("staff", "PK", "SK"), {"keys": ["PK", "SK"]}),
        ("day6.gsi_shard", made("log", "PK", globalSecondaryIndexes=[shard_index()]), KEYS_ONLY),
        ("day6.gsi_shard", later(globalSecondaryIndexUpdates=[{"create": shard_index()}]), KEYS_ONLY),
        ("day6.stream", later(streamSpecification=VIEW), {}),
        ("day6.stream", made("log", "PK", streamSpecification=VIEW), {}),
    ],
)
def test_what_an_event_shows(world, milestone, event, gives):
    trail(world, event)
    found = traced(world, milestone)
    assert {"event", "at", *COURSE.milestones[milestone].gives} <= found.keys()
    assert {name: found[name] for name in gives} == gives


@pytest.mark.parametrize(
    ("milestone", "event"),
    [
        ("day5.table_catalog", made("catalog", "Id", kind="S")),
        ("day6.pitr", window(35)),
        ("day6.gsi_shard", made("log", "PK", globalSecondaryIndexes=[shard_index("ALL")])),
        ("day6.stream", made("log", "PK", streamSpecification=VIEW | {"streamViewType": "KEYS_ONLY"})),
        ("day6.capacity", made("throttle", "PK", provisionedThroughput={"writeCapacityUnits": 5})),
    ],
)
def test_what_was_made_wrong_is_no_proof(world, milestone, event):
    trail(world, event)
    assert (milestone, traced(world, milestone)) == (milestone, "proof_gone")


def test_restores_of_the_catalog_and_of_nothing_else(world):
    backup = {"targetTableName": named("catalog-od"), "backupArn": f"{world.arn('catalog')}/backup/01"}
    past = {"targetTableName": named("catalog-pitr"), "sourceTableName": named("catalog")}
    trail(
        world, ("dynamodb", "RestoreTableFromBackup", backup), ("dynamodb", "RestoreTableToPointInTime", past)
    )
    assert traced(world, "day6.restore_backup")["source"] == backup["backupArn"]
    assert traced(world, "day6.restore_pitr")["source"] == world.arn("catalog")


@pytest.mark.parametrize("milestone", ["day6.restore_backup", "day6.restore_pitr"])
def test_restores_of_another_table(world, milestone):
    backup = {"targetTableName": named("catalog-od"), "backupArn": f"{world.arn('forum')}/backup/01"}
    past = {"targetTableName": named("catalog-pitr"), "sourceTableName": named("forum")}
    trail(
        world, ("dynamodb", "RestoreTableFromBackup", backup), ("dynamodb", "RestoreTableToPointInTime", past)
    )
    assert (milestone, traced(world, milestone)) == (milestone, "proof_gone")


def test_a_table_that_refused_writes_before_it_went(world):
    trail(world, made("throttle", "PK", provisionedThroughput={"writeCapacityUnits": 5}))
    world.metrics(WriteThrottleEvents=(7.0, NOW - timedelta(days=3)))
    assert traced(world, "day6.capacity")["throttled"] == 7


def test_a_job_is_remembered_longer_than_its_vault(world):
    point = f"arn:aws:backup:x:{world.account}:recovery-point:01"
    job = {"State": "COMPLETED", "ResourceArn": world.arn("catalog"), "RecoveryPointArn": point}
    trail(world)
    world.jobs(job | {"CreationDate": LONG_AGO})
    assert traced(world, "day6.backup_job")["point"] == point


def test_a_job_that_was_begun_shows_not_that_it_was_completed(world):
    begun = {"backupVaultName": named("vault"), "resourceArn": world.arn("catalog")}
    trail(world, ("backup", "StartBackupJob", begun))
    assert traced(world, "day6.backup_job") == "proof_gone"


def test_a_function_and_its_mapping(world):
    function = (
        "lambda",
        "CreateFunction20150331",
        {"functionName": named("copy"), "role": "arn:aws:iam::1:role/r"},
    )
    trail(world, function, of_function(world))
    assert traced(world, "day6.replicator")["role"] == "r"


def test_a_mapping_that_never_heard_of_failures(world):
    function = "lambda", "CreateFunction20150331", {"functionName": named("copy")}
    trail(world, function, of_function(world, functionResponseTypes=[]))
    assert traced(world, "day6.replicator") == "proof_gone"


def test_dynamodb_s_own_backup_of_a_deleted_table_says_what_its_keys_were(world):
    arn = f"{world.arn('catalog')}/backup/9"
    world.backup(BackupType="SYSTEM", BackupArn=arn)
    details = {
        "TableName": named("catalog"),
        "TableId": "8d6d2d3a-0000-4000-8000-000000000007",
        "KeySchema": [{"AttributeName": "Id", "KeyType": "HASH"}],
        "TableCreationDateTime": LONG_AGO,
        "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
    }
    reply(
        world.source,
        "dynamodb",
        "DescribeBackup",
        lambda sent: (
            {"BackupDescription": {"SourceTableDetails": details}} if sent["BackupArn"] == arn else {}
        ),
    )
    # The event history may even be closed to us.
    refuse(world.source, "cloudtrail", "LookupEvents", "AccessDeniedException", status=403)
    assert traced(world, "day5.table_catalog")["id"] == details["TableId"]
