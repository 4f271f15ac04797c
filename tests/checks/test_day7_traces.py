"""What AWS remembers of Day 7 when everything is gone, and what it does not."""

import pytest

from checkday import curriculum
from checkday.engine.proofs import trace_of
from checkday.model import Blocked
from day6_worlds import happened
from day7_worlds import LONG_AGO, Globe, named
from wire import answer, refuse
from worlds import REGION, REPLICA

COURSE = curriculum.load(curriculum.days())
TRACED = [one.id for one in COURSE.milestones.values() if one.day == 7 and one.proof]
BY_METRIC = {"day7.write_replica", "day7.totals", "day7.exactly_once"}
BY_EVENT = [name for name in TRACED if name not in BY_METRIC]


@pytest.fixture
def world(sandbox) -> Globe:
    return Globe(sandbox)


def trail(world, *events):
    told = [happened(world, *event, number) for number, event in enumerate(events)]
    answer(world.source, "cloudtrail", "LookupEvents", {"Events": told})
    return world


def traced(world, milestone):
    """What the milestone's trace returns, or the cause that ends it."""
    try:
        return trace_of(COURSE.milestones[milestone])(world.lab())
    except Blocked as blocked:
        return blocked.code


def made(what, *keys, **more):
    schema = [
        {"attributeName": key, "keyType": role} for key, role in zip(keys, ("HASH", "RANGE"), strict=False)
    ]
    types = [{"attributeName": key, "attributeType": "S"} for key in keys]
    given = {"tableName": named(what), "keySchema": schema, "attributeDefinitions": types}
    return "dynamodb", "CreateTable", given | more


def replicated(region=REPLICA):
    given = {"tableName": named("global"), "replicaUpdates": [{"create": {"regionName": region}}]}
    return "dynamodb", "UpdateTable", given


def switched_on(what, view="NEW_AND_OLD_IMAGES"):
    stream = {"streamEnabled": True, "streamViewType": view}
    return "dynamodb", "UpdateTable", {"tableName": named(what), "streamSpecification": stream}


def function(what):
    return "lambda", "CreateFunction20150331", {"functionName": named(what), "role": "arn:aws:iam::1:role/r"}


def mapped(world, what, source, **changes):
    given = {
        "functionName": named(what),
        "eventSourceArn": world.stream(source),
        "functionResponseTypes": ["ReportBatchItemFailures"],
    }
    return "lambda", "CreateEventSourceMapping20150331", given | changes


def reserved(what, number):
    given = {"functionName": named(what), "reservedConcurrentExecutions": number}
    return "lambda", "PutFunctionConcurrency20171031", given


def released(what):
    return "lambda", "DeleteFunctionConcurrency20171031", {"functionName": named(what)}


@pytest.mark.parametrize("milestone", TRACED)
def test_a_history_without_the_thing_says_that_it_never_was(world, milestone):
    assert traced(trail(world), milestone) is None


@pytest.mark.parametrize("milestone", BY_EVENT)
def test_a_history_that_may_not_be_read_is_no_zero(world, milestone):
    refuse(world.source, "cloudtrail", "LookupEvents", "AccessDeniedException")
    assert traced(world, milestone) == "denied"


def test_the_table(world):
    told = traced(trail(world, made("global", "PK", "SK")), "day7.global_table")
    assert told["table"] == named("global")
    assert traced(trail(Globe(world.endpoint), made("global", "pk")), "day7.global_table") == "proof_gone"


def test_a_replica_that_writes_went_to(world):
    trail(world, replicated()).measured("ReplicationLatency", "global", 900)
    told = traced(world, "day7.replica")
    assert (told["table"], told["region"]) == (named("global"), REPLICA)


def test_a_replica_that_was_asked_for_and_never_came(world):
    assert traced(trail(world, replicated()), "day7.replica") == "proof_gone"


def test_a_replica_elsewhere_is_none(world):
    trail(world, replicated("eu-west-1")).measured("ReplicationLatency", "global", 900)
    assert traced(world, "day7.replica") is None


def test_a_write_in_the_second_region(world):
    trail(world).measured("ConsumedWriteCapacityUnits", "global", 5, region=REPLICA)
    told = traced(world, "day7.write_replica")
    assert (told["region"], told["writes"], told["at"]) == (REPLICA, 5, LONG_AGO.isoformat())


def test_a_write_in_the_first_region_says_nothing_of_the_second(world):
    trail(world).measured("ConsumedWriteCapacityUnits", "global", 5, region=REGION)
    assert traced(world, "day7.write_replica") is None


@pytest.mark.parametrize(
    ("milestone", "region"), [("day7.api_primary", REGION), ("day7.api_replica", REPLICA)]
)
def test_an_api_that_was_called(world, milestone, region):
    told = happened(world, *function("api"), 1)
    told["CloudTrailEvent"] = told["CloudTrailEvent"].replace(REGION, region)
    answer(world.source, "cloudtrail", "LookupEvents", {"Events": [told]}, region=region)
    answer(world.source, "cloudtrail", "LookupEvents", {"Events": []})
    assert traced(world, milestone) == "proof_gone"
    called = Globe(world.endpoint).measured("Invocations", "api", 4, region=region)
    answer(called.source, "cloudtrail", "LookupEvents", {"Events": [_of(called, told)]}, region=region)
    answer(called.source, "cloudtrail", "LookupEvents", {"Events": []})
    assert traced(called, milestone)["region"] == region


def _of(world, told):
    old = told["CloudTrailEvent"]
    start = old.index('"recipientAccountId": "') + len('"recipientAccountId": "')
    return told | {"CloudTrailEvent": old[:start] + world.account + old[start + 12 :]}


def test_throttled_and_released(world):
    told = traced(trail(world, reserved("api", 0), released("api")), "day7.failover")
    assert (told["function"], told["throttled"]) == (named("api"), 1)


@pytest.mark.parametrize(
    ("events", "code"),
    [
        ([reserved("api", 0)], "proof_gone"),
        ([reserved("api", 5), released("api")], None),
        ([reserved("map", 0), released("map")], None),
    ],
)
def test_no_failover(world, events, code):
    assert traced(trail(world, *events), "day7.failover") == code


def test_a_permission_that_was_taken_and_given_back(world):
    told = {"functionName": f"arn:aws:lambda:{REGION}:1:function:{named('api')}"}
    taken = "lambda", "RemovePermission20150331v2", told
    given = "lambda", "AddPermission20150331v2", told
    assert traced(trail(world, taken, given), "day7.failover")["throttled"] == 0


@pytest.mark.parametrize(
    ("what", "view", "fits"),
    [
        ("state", "NEW_AND_OLD_IMAGES", True),
        ("state", "NEW_IMAGE", False),
        ("reduce", "NEW_IMAGE", True),
        ("reduce", "KEYS_ONLY", False),
    ],
)
def test_a_stream(world, what, view, fits):
    told = traced(trail(world, switched_on(what, view)), f"day7.{what}_stream")
    assert told == "proof_gone" if not fits else told["view"] == view


@pytest.mark.parametrize("milestone", ["day7.map_function", "day7.reduce_function", "day7.reduce_role"])
def test_a_function_that_worked(world, milestone):
    what = "map" if "map" in milestone else "reduce"
    trail(world, function(what)).measured("Invocations", what, 10).measured("Errors", what, 10)
    assert traced(world, milestone) == "proof_gone"
    again = trail(Globe(world.endpoint), function(what))
    again.measured("Invocations", what, 10).measured("Errors", what, 3)
    assert traced(again, milestone)["role"] == "arn:aws:iam::1:role/r"


@pytest.mark.parametrize(("what", "source"), [("map", "state"), ("reduce", "reduce")])
def test_a_mapping(world, what, source):
    told = traced(trail(world, mapped(world, what, source)), f"day7.{what}_mapping")
    assert told["function"] == named(what)


@pytest.mark.parametrize("changes", [{"eventSourceArn": "arn:aws:x"}, {"functionResponseTypes": []}])
def test_a_mapping_of_something_else(world, changes):
    assert traced(trail(world, mapped(world, "map", "state", **changes)), "day7.map_mapping") == "proof_gone"


@pytest.mark.parametrize(("number", "code"), [(1, None), (2, "proof_gone")])
def test_a_reservation(world, number, code):
    told = traced(trail(world, reserved("reduce", number)), "day7.reduce_serial")
    assert told == code if code else told["reserved"] == 1


def test_a_queue_into_which_something_went(world):
    trail(world, ("sqs", "CreateQueue", {"queueName": named("dlq")}))
    assert traced(world, "day7.dead_letter") == "proof_gone"
    other = Globe(world.endpoint).measured("NumberOfMessagesSent", "dlq", 2)
    trail(other, ("sqs", "CreateQueue", {"queueName": named("dlq")}))
    assert traced(other, "day7.dead_letter")["messages"] == 2


@pytest.mark.parametrize(
    ("milestone", "metric"), [("day7.totals", "Invocations"), ("day7.exactly_once", "Errors")]
)
def test_what_the_functions_did(world, milestone, metric):
    trail(world).measured(metric, "map", 10)
    assert traced(world, milestone) is None
    other = trail(Globe(world.endpoint)).measured(metric, "map", 10).measured(metric, "reduce", 10)
    assert traced(other, milestone) == {"at": LONG_AGO.isoformat()}
