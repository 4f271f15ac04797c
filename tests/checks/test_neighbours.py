"""An account holds other things than the course's: next to them every verdict stays what it is alone."""

import json

import pytest

from day6_worlds import NOW, Patterns, index, named
from day7_worlds import Globe
from wire import answer
from worlds import World, description

DENY = {"Effect": "Deny", "Action": ["dynamodb:DeleteBackup", "backup:DeleteRecoveryPoint"], "Resource": "*"}
OTHER = "arn:aws:lambda:ap-southeast-1:1:function:somebody-elses"


@pytest.fixture
def world(sandbox) -> Patterns:
    return Patterns(sandbox)


@pytest.fixture
def globe(sandbox) -> Globe:
    return Globe(sandbox)


def policy(world, name="somebody-elses"):
    document = json.dumps({"Version": "2012-10-17", "Statement": [DENY]})
    world.client("iam").create_policy(PolicyName=name, PolicyDocument=document)
    return world


# Policies


@pytest.mark.parametrize(
    ("milestone", "said"),
    [("day6.guard_policy", "missing"), ("day6.clean_backup", None), ("day4.clean_leftovers", None)],
)
def test_a_policy_of_another_name(world, milestone, said):
    assert policy(world).said(milestone) == said


def test_a_guard_among_other_policies(world):
    policy(world).policy(DENY)
    assert world.said("day6.guard_policy") is None


def test_a_statement_beside_the_one_that_denies(world):
    world.policy({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}, DENY)
    assert world.said("day6.guard_policy") is None


def test_a_statement_that_denies_everything(world):
    world.policy(DENY | {"Action": "*"})
    assert world.said("day6.guard_policy") is None


# Backups


def test_a_backup_of_another_table(world):
    assert world.table("catalog").backup("forum-bk", "forum").said("day6.backup") == "missing"


@pytest.mark.parametrize(
    ("state", "table", "said"),
    [
        ("CREATED", "catalog", "running"),
        ("PENDING", "catalog", "running"),
        ("COMPLETED", "catalog", "missing"),
        ("RUNNING", "forum", "missing"),
        ("FAILED", "forum", "missing"),
    ],
)
def test_a_job_that_filled_nothing_yet(world, state, table, said):
    world.vaults(named("vault")).jobs({"State": state, "ResourceArn": world.arn(table)})
    assert world.said("day6.backup_job") == said


def test_a_point_that_is_available(world):
    world.vaults(named("vault")).points(world.point(Status="AVAILABLE"))
    assert world.said("day6.backup_job") is None


# Indexes, streams and their mappings


def test_an_index_that_goes_is_none(world):
    world.table("log", GlobalSecondaryIndexes=[index("by-shard", IndexStatus="DELETING")])
    assert world.said("day6.gsi_shard") == "no_index"


@pytest.mark.parametrize("state", ["Creating", "Enabling", "Updating"])
def test_a_mapping_that_is_not_ready(world, globe, state):
    stream = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    world.table("log", StreamSpecification=stream, LatestStreamArn=f"{world.arn('log')}/stream/2")
    world.function().mapped(world.mapping(State=state))
    assert world.said("day6.replicator") == "starting"
    globe.flow().mappings.clear()
    assert globe.mapping("map", "state", State=state).said("day7.map_mapping") == "starting"


def test_of_two_mappings_one_is_not_going(world, globe):
    world.mapped(world.mapping(State="Deleting"), world.mapping())
    assert world.said("day6.clean_functions") == "still_there"
    globe.mapping("map", "state", State="Deleting").mapping("map", "state")
    assert globe.said("day7.clean_events") == "still_there"


def test_a_mapping_of_another_function(globe):
    globe.mapping("map", "state", FunctionArn=OTHER)
    assert globe.said("day7.clean_events") is None


def test_two_records_of_one_shard_at_once(globe):
    globe.quota = 100
    globe.flow().mappings[1]["ParallelizationFactor"] = 2
    assert globe.said("day7.reduce_serial") == "parallel"


def test_one_of_two_mappings_is_parallel(globe):
    globe.quota = 100
    globe.flow().mapping("reduce", "reduce", ParallelizationFactor=2)
    assert globe.said("day7.reduce_serial") == "parallel"


@pytest.mark.parametrize(("quota", "said"), [(100, None), (101, "unreserved")])
def test_the_smallest_quota_that_leaves_room_for_a_reservation(globe, quota, said):
    globe.quota = quota
    assert globe.flow().said("day7.reduce_serial") == said


def test_no_retry_is_a_limit_too(globe):
    globe.flow().mappings[0]["MaximumRetryAttempts"] = 0
    assert globe.said("day7.map_mapping") is None


# APIs


def test_an_api_of_another_name(globe):
    apis = globe.shared().api().at["ap-southeast-1"].apis
    apis.insert(0, apis[0] | {"Name": "somebody-elses", "ApiId": "xyz"})
    globe.measured("Count", "api").measured("Invocations", "api")
    alone = globe.said("day7.api_primary")
    apis.pop(0)
    assert globe.said("day7.api_primary") == alone


# Streams of Day 1


@pytest.mark.parametrize("status", ["DELETING", "DELETING_FAILED"])
def test_a_stream_that_is_going_or_cannot(sandbox, status):
    world = World(sandbox)
    answer(
        world.source, "firehose", "DescribeDeliveryStream", description(world, DeliveryStreamStatus=status)
    )
    assert world.said("day1.stream") == "deleting"


def test_a_capacity_that_was_measured_just_now(world):
    provisioned = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}
    world.table(
        "throttle", BillingModeSummary=None, OnDemandThroughput=None, ProvisionedThroughput=provisioned
    )
    world.metrics(ConsumedWriteCapacityUnits=(9.0, NOW))
    assert world.said("day6.capacity") == "metrics_late"
