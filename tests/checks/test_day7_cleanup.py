"""Day 7, the clean-up: both Regions are looked at, and nothing of anybody else's counts."""

from datetime import timedelta

import pytest

from day7_worlds import NOW, Globe, named
from worlds import REGION, REPLICA

TRUST = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
CLEAN = ["day7.clean_global", "day7.clean_events", "day7.clean_everything"]
BOTH = pytest.mark.parametrize("region", [REGION, REPLICA])


@pytest.fixture
def world(sandbox) -> Globe:
    return Globe(sandbox)


def role(world, what):
    world.role_name = named(what)
    world.role(TRUST)
    return world


@pytest.mark.parametrize("milestone", CLEAN)
def test_nothing_is_left(world, milestone):
    assert world.said(milestone) is None


# clean_global


@BOTH
def test_a_function_is_left(world, region):
    assert world.function("api", region).said("day7.clean_global") == "still_there"


@BOTH
def test_an_api_is_left(world, region):
    world.api(region).at[region].functions.clear()
    assert world.said("day7.clean_global") == "still_there"


@BOTH
def test_a_log_group_is_left(world, region):
    world.at[region].groups = [f"/aws/lambda/{named('api')}"]
    assert world.said("day7.clean_global") == "still_there"


def test_only_the_first_region_was_cleaned_up(world):
    del world.shared().at[REGION].tables[named("global")]
    assert world.said("day7.clean_global") == "still_there"


def test_a_replica_on_its_way_out(world):
    world.shared().at[REPLICA].tables[named("global")]["TableStatus"] = "DELETING"
    assert world.said("day7.clean_global") == "deleting"


def test_a_source_that_still_has_its_replica(world):
    del world.shared().at[REPLICA].tables[named("global")]
    world.at[REGION].tables[named("global")]["CreationDateTime"] = NOW
    assert world.said("day7.clean_global") == "still_there"


@pytest.mark.parametrize(("hours", "code"), [(1, "kept_by_aws"), (23, "kept_by_aws"), (25, "still_there")])
def test_a_source_that_aws_may_keep_for_a_day(world, hours, code):
    world.table("global", CreationDateTime=NOW - timedelta(hours=hours))
    assert world.said("day7.clean_global") == code


def test_the_role_of_the_api_is_left(world):
    assert role(world, "api-role").said("day7.clean_global") == "still_there"


# clean_events


@pytest.mark.parametrize("what", ["state", "reduce", "aggregate", "params"])
def test_a_table_is_left(world, what):
    assert world.table(what).said("day7.clean_events") == "still_there"


@pytest.mark.parametrize("what", ["map", "reduce"])
def test_a_function_or_its_mapping_is_left(world, what):
    assert world.function(what).said("day7.clean_events") == "still_there"
    world.at[REGION].functions.clear()
    assert world.mapping(what, "state").said("day7.clean_events") == "still_there"


@pytest.mark.parametrize("role_of", ["map-role", "reduce-role"])
def test_a_role_is_left(world, role_of):
    assert role(world, role_of).said("day7.clean_events") == "still_there"


def test_the_queue_is_left(world):
    assert world.waiting(0).said("day7.clean_events") == "still_there"


def test_a_log_group_of_a_function_is_left(world):
    world.at[REGION].groups = [f"/aws/lambda/{named('map')}"]
    assert world.said("day7.clean_events") == "still_there"


def test_a_mapping_on_its_way_out(world):
    assert world.mapping("map", "state", State="Deleting").said("day7.clean_events") == "deleting"


def test_a_table_on_its_way_out(world):
    assert world.table("state", TableStatus="DELETING").said("day7.clean_events") == "deleting"


# clean_everything


@BOTH
def test_something_of_another_day_is_left(world, region):
    assert world.table("catalog", keys=("Id",), region=region).said("day7.clean_everything") == "still_there"


@BOTH
def test_a_function_of_another_day_is_left(world, region):
    assert world.function("copy", region).said("day7.clean_everything") == "still_there"


def test_a_role_or_a_bucket_of_another_day_is_left(world):
    assert role(world, "glue-role").said("day7.clean_everything") == "still_there"


def test_the_bucket_is_left(world):
    world.bucket()
    assert world.said("day7.clean_everything") == "still_there"


def test_what_is_somebody_else_s_is_left_alone(world):
    world.at[REGION].tables |= {"fcj-an02-catalog": {}, "orders": {}, "fcj-an01-x-catalog": {}}
    world.at[REGION].groups = ["/aws/lambda/orders"]
    world.client("iam").create_role(RoleName="fcj-an02-api-role", AssumeRolePolicyDocument="{}")
    for milestone in CLEAN:
        assert world.said(milestone) is None
