"""Day 7, the flow of events: one account state for every outcome code."""

import pytest

from checkday.model import OtherPath
from day7_worlds import Globe, named, texts
from wire import refuse
from worlds import REGION, REPLICA, World

TRUST = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
MAPPINGS = {
    "day7.map_mapping": ("map", "state", "reduce"),
    "day7.reduce_mapping": ("reduce", "reduce", "aggregate"),
}


@pytest.fixture
def world(sandbox) -> Globe:
    return Globe(sandbox)


# state_stream, reduce_stream


STREAMS = {"day7.state_stream": "state", "day7.reduce_stream": "reduce"}
FUNCTIONS = {"day7.map_function": "map", "day7.reduce_function": "reduce"}


@pytest.mark.parametrize(
    ("milestone", "view", "code"),
    [
        ("day7.state_stream", "NEW_AND_OLD_IMAGES", None),
        ("day7.state_stream", "NEW_IMAGE", "view"),
        ("day7.state_stream", "KEYS_ONLY", "view"),
        ("day7.reduce_stream", "NEW_IMAGE", None),
        ("day7.reduce_stream", "NEW_AND_OLD_IMAGES", None),
        ("day7.reduce_stream", "OLD_IMAGE", "view"),
    ],
)
def test_stream(world, milestone, view, code):
    assert world.streaming(STREAMS[milestone], view=view).said(milestone) == code


@pytest.mark.parametrize("milestone", STREAMS)
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, "off"),
        ({"StreamSpecification": {"StreamEnabled": False}}, "off"),
        ({"TableStatus": "CREATING"}, "creating"),
        (None, "no_table"),
    ],
)
def test_no_stream(world, milestone, changes, code):
    if changes is not None:
        world.table(STREAMS[milestone], **changes)
    assert world.said(milestone) == code


# map_function, reduce_function


@pytest.mark.parametrize("milestone", FUNCTIONS)
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, None),
        ({"State": "Inactive"}, None),
        ({"State": "Pending"}, "starting"),
        ({"LastUpdateStatus": "Failed", "LastUpdateStatusReason": "no code"}, "failed"),
        (None, "no_function"),
    ],
)
def test_function(world, milestone, changes, code):
    if changes is not None:
        world.function(FUNCTIONS[milestone], **changes)
    assert world.said(milestone) == code


def test_a_function_in_the_other_region_is_none(world):
    assert world.function("map", REPLICA).said("day7.map_function") == "no_function"


# map_mapping, reduce_mapping


@pytest.fixture(params=MAPPINGS)
def fed(request, world):
    """The milestone, and a pipeline without that mapping."""
    what, source, target = MAPPINGS[request.param]
    world.flow().mappings.clear()
    return request.param, what, source, target


def test_a_mapping_that_has_an_effect(world, fed):
    milestone, what, source, _ = fed
    assert world.mapping(what, source).said(milestone) is None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"State": "Creating"}, "starting"),
        ({"State": "Updating"}, "starting"),
        ({"State": "Disabled"}, "disabled"),
        ({"LastProcessingResult": "PROBLEM: Cannot access stream"}, "problem"),
        ({"LastProcessingResult": "PROBLEM: Function call failed"}, None),
        ({"FunctionResponseTypes": []}, "no_report"),
        ({"BisectBatchOnFunctionError": False}, "no_bisect"),
        ({"MaximumRetryAttempts": -1}, "no_limit"),
        ({"EventSourceArn": "arn:aws:dynamodb:r:1:table/other/stream/1"}, "wrong_stream"),
    ],
)
def test_mapping(world, fed, changes, code):
    milestone, what, source, _ = fed
    assert world.mapping(what, source, **changes).said(milestone) == code


def test_a_mapping_of_the_stream_before(world, fed):
    milestone, what, source, _ = fed
    world.mapping(what, source, EventSourceArn=f"{world.arn(source)}/stream/1")
    assert world.said(milestone) == "old_stream"


def test_no_mapping(world, fed):
    assert world.said(fed[0]) == "no_mapping"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        # A function that never returns is ended by Lambda each time: its calls fail.
        ({"LastProcessingResult": "PROBLEM: Function call failed"}, "failing"),
        ({"StartingPosition": "LATEST"}, "latest_missed"),
        ({}, "swallowed"),
        ({"LastProcessingResult": "No records processed"}, "working"),
    ],
)
def test_a_mapping_without_an_effect(world, fed, changes, code):
    milestone, what, source, target = fed
    world.at[REGION].items[named(target)].clear()
    assert world.mapping(what, source, **changes).said(milestone) == code


def test_a_mapping_to_which_nothing_came(world, fed):
    milestone, what, source, target = fed
    for table in (source, target):
        world.at[REGION].items[named(table)].clear()
    assert world.mapping(what, source).said(milestone) == "nothing_sent"


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"State": "Pending"}, "starting"), ({"State": "Failed"}, "failed"), (None, "no_function")],
)
def test_a_mapping_of_a_function_that_cannot_run(world, fed, changes, code):
    milestone, what, _, _ = fed
    del world.at[REGION].functions[named(what)]
    if changes is not None:
        world.function(what, **changes)
    assert world.said(milestone) == code


# reduce_role


@pytest.fixture
def ruled(world):
    """A pipeline whose role is a real one of the sandbox."""
    world.role_name = f"{named('reduce')}-role"
    world.role(TRUST)
    return world.flow()


def test_a_role_that_has_had_an_effect(ruled):
    assert ruled.said("day7.reduce_role") is None


def test_a_role_that_may_not_read_the_stream(ruled):
    ruled.mappings.clear()
    ruled.mapping("reduce", "reduce", LastProcessingResult="PROBLEM: Cannot access stream")
    assert ruled.said("day7.reduce_role") == "denied"


def test_a_role_without_an_effect(ruled):
    ruled.at[REGION].items[named("aggregate")].clear()
    assert ruled.said("day7.reduce_role") == "no_effect"


def test_a_role_of_another_service(world):
    world.role_name = f"{named('reduce')}-role"
    world.role(TRUST | {"Principal": {"Service": "glue.amazonaws.com"}})
    assert world.flow().said("day7.reduce_role") == "wrong_trust"


def test_a_role_without_rights(world):
    world.role_name = f"{named('reduce')}-role"
    world.role(TRUST, rights=None)
    assert world.flow().said("day7.reduce_role") == "no_rights"


def test_no_role(world):
    assert world.flow().said("day7.reduce_role") == "missing"


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"State": "Pending"}, "starting"), ({"State": "Failed"}, "failed"), (None, "no_function")],
)
@pytest.mark.parametrize("milestone", ["day7.reduce_role", "day7.reduce_serial"])
def test_of_a_function_that_cannot_run(world, milestone, changes, code):
    if changes is not None:
        world.function("reduce", **changes)
    assert world.said(milestone) == code


# reduce_serial


@pytest.mark.parametrize(
    ("reserved", "code"), [(1, None), (0, "still_throttled"), (5, "wrong_number"), (None, "unreserved")]
)
def test_reduce_serial(world, reserved, code):
    world.flow()
    if reserved is not None:
        world.at[REGION].reserved[named("reduce")] = reserved
    assert world.said("day7.reduce_serial") == code


def test_a_quota_that_allows_no_reservation(world):
    world.flow().quota = 10
    assert isinstance(world.check("day7.reduce_serial"), OtherPath)


def test_a_quota_that_allows_none_while_a_shard_is_split(world):
    world.flow().mappings.clear()
    world.mapping("reduce", "reduce", ParallelizationFactor=4).quota = 10
    assert world.said("day7.reduce_serial") == "parallel"


# dead_letter


@pytest.mark.parametrize(("count", "code"), [(1, None), (7, None), (0, "empty")])
def test_dead_letter(world, count, code):
    assert world.flow().waiting(count).said("day7.dead_letter") == code


def test_a_message_that_somebody_is_reading_is_still_there(world):
    world.flow().waiting(0).queue["ApproximateNumberOfMessagesNotVisible"] = "1"
    assert world.said("day7.dead_letter") is None


def test_no_queue(world):
    assert world.flow().said("day7.dead_letter") == "no_queue"


@pytest.mark.parametrize(
    "destination", [{}, {"OnFailure": {}}, {"OnFailure": {"Destination": "arn:aws:sqs:r:1:x"}}]
)
@pytest.mark.parametrize("what", ["map", "reduce"])
def test_a_mapping_that_gives_up_elsewhere(world, what, destination):
    world.flow().waiting(1).mappings[0 if what == "map" else 1]["DestinationConfig"] = destination
    assert world.said("day7.dead_letter") == "no_destination"


def test_no_mapping_at_all(world):
    world.flow().waiting(1).mappings.clear()
    assert world.said("day7.dead_letter") == "no_destination"


# What is somebody else's


def test_other_functions_and_mappings_of_the_account_are_left_alone(world):
    world.flow().mapping("map", "state", FunctionArn="arn:aws:lambda:r:1:function:other", State="Disabled")
    world.table("orders", texts(TradeID="x"))
    for milestone in ("day7.map_mapping", "day7.reduce_mapping"):
        assert world.said(milestone) is None


def test_a_queue_that_may_not_be_seen_is_no_missing_queue(sandbox):
    world = World(sandbox)
    refuse(world.source, "sqs", "GetQueueUrl", "AccessDenied", status=403)
    assert world.said("day7.dead_letter") == "denied"
