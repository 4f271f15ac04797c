"""States that differ in one small thing from those beside them: mutants of the checks showed them missing."""

from datetime import timedelta

import pytest

from checkday import curriculum
from checkday.engine.proofs import trace_of
from checkday.model import Blocked
from course_events import glue, happened, session, trail
from day5_worlds import KEYS, OWN_ITEM, Tables, named
from day6_worlds import NOW, Patterns
from wire import answer
from worlds import World

COURSE = curriculum.load([1, 2, 3, 4, 5, 6])
TYPES = ("S", "N", "B", "SS", "NS", "BS", "L", "M", "BOOL", "NULL")


@pytest.fixture
def world(sandbox) -> World:
    return World(sandbox)


@pytest.fixture
def tables(sandbox) -> Tables:
    return Tables(sandbox)


@pytest.fixture
def patterns(sandbox) -> Patterns:
    return Patterns(sandbox)


def traced(world, milestone, *events):
    """What the milestone's trace makes of these events: its evidence, None, or the cause that ends it."""
    fresh = World(
        world.endpoint, world.account
    )  # a client knows the answers that were there when it was made
    trail(fresh, *events)
    try:
        return trace_of(COURSE.milestones[milestone])(fresh.lab())
    except Blocked as blocked:
        return blocked.code


# The lake


def test_an_object_of_no_bytes_is_no_output(world):
    world.bucket()
    world.put("data/processed-data/part-1.parquet", b"")
    assert world.said("day3.output") == "empty"


@pytest.mark.parametrize("name", ["_SUCCESS", ".part-1.crc", "_temporary"])
def test_what_spark_leaves_beside_its_files_is_no_output(world, name):
    world.bucket()
    world.put(f"data/processed-data/{name}", b"x")
    assert world.said("day3.output") == "empty"
    world.put("data/processed-data/part-1.parquet", b"PAR1....PAR1")
    assert world.said("day3.output") is None


def test_a_file_elsewhere_that_is_no_parquet(world):
    world.bucket()
    world.put("notes/readme.txt", b"x")
    assert world.said("day3.output") == "missing"


# Sessions


def test_a_session_that_was_deleted_had_stopped(world):
    events = [session(world), glue(world, "DeleteSession", id="fcj-an01-session")]
    assert traced(world, "day3.session_stopped", *events)["status"] == "STOPPED"


@pytest.mark.parametrize("role", ["other", "arn:aws:iam::1:role/other"])
def test_somebody_elses_session_is_nobodys_business(world, role):
    other = glue(world, "CreateSession", id="other", role=role)
    assert traced(world, "day3.session_stopped", other) is None
    ended = glue(world, "StopSession", id="fcj-an01-session")
    assert traced(world, "day3.session_stopped", other, session(world), ended)["status"] == "STOPPED"


def test_a_session_under_another_name_with_the_role_of_the_pages(world):
    mine = glue(world, "CreateSession", id="glue-1", role="arn:aws:iam::1:role/fcj-an01-session-role")
    assert traced(world, "day3.session_stopped", mine) == "proof_gone"
    ended = glue(world, "StopSession", id="glue-1")
    assert traced(world, "day3.session_stopped", mine, ended)["status"] == "STOPPED"


# The workgroup's past


def athena(world, call, **parameters):
    return happened(world, "athena", call, **parameters)


def settings(world, place="query_results/", cutoff=10**9):
    result = {"outputLocation": f"s3://{world.bucket_name}/{place}"}
    return {"bytesScannedCutoffPerQuery": cutoff}, result


@pytest.mark.parametrize(
    ("place", "cutoff", "shows"),
    [
        ("query_results/", 10**9, True),
        ("data/results/", 10**9, False),
        ("data", 10**9, False),
        ("query_results/", 0, False),
        ("query_results/", 1, True),
    ],
)
@pytest.mark.parametrize("call", ["CreateWorkGroup", "UpdateWorkGroup"])
def test_how_a_workgroup_was_made_or_changed(world, call, place, cutoff, shows):
    limit, result = settings(world, place, cutoff)
    if call == "CreateWorkGroup":
        given = {"name": "fcj-an01-wg", "configuration": limit | {"resultConfiguration": result}}
    else:
        changed = limit | {"resultConfigurationUpdates": result}
        given = {"workGroup": "fcj-an01-wg", "configurationUpdates": changed}
    found = traced(world, "day4.workgroup", athena(world, call, **given))
    assert (found["limit"] == cutoff) if shows else (found == "proof_gone")


# Items and tables of Day 5


@pytest.mark.parametrize("kind", TYPES)
def test_the_types_of_dynamodb_as_plain_json(tables, kind):
    tables.tables("catalog").write("catalog", OWN_ITEM | {"Tags": {"M": {kind: {"S": "x"}}}})
    assert tables.said("day5.write") == "plain_json"


def test_a_map_with_another_key_is_no_plain_json(tables):
    tables.tables("catalog").write("catalog", OWN_ITEM | {"Tags": {"M": {"S": {"S": "x"}, "z": {"S": "x"}}}})
    assert tables.said("day5.write") == "wrong_type"


@pytest.mark.parametrize("kind", ["NS", "BS"])
def test_a_set_of_another_type(tables, kind):
    value = ["1"] if kind == "NS" else [b"x"]
    tables.tables("catalog").write("catalog", OWN_ITEM | {"Tags": {kind: value}})
    assert tables.said("day5.write") == "wrong_type"


def capacity(reads, writes, **more):
    return {"ProvisionedThroughput": {"ReadCapacityUnits": reads, "WriteCapacityUnits": writes} | more}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        (capacity(5, 5), "no_recovery"),
        (capacity(99, 1), "provisioned"),
        (capacity(1, 99), "provisioned"),
        (capacity(99, 99) | {"BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"}}, "no_recovery"),
        (capacity(99, 99) | {"BillingModeSummary": {"BillingMode": "PROVISIONED"}}, "provisioned"),
        (
            capacity(1, 1)
            | {"GlobalSecondaryIndexes": [{"IndexName": "one", **capacity(1, 99)}, {"IndexName": "two"}]},
            "provisioned",
        ),
    ],
)
def test_how_a_table_is_billed(tables, changes, code):
    described = tables.tables().described("catalog", "ACTIVE")
    always = {key: value for key, value in described["Table"].items() if key != "BillingModeSummary"}
    answer(tables.source, "dynamodb", "DescribeTable", {"Table": always | changes})
    off = {"ContinuousBackupsStatus": "ENABLED"}
    answer(tables.source, "dynamodb", "DescribeContinuousBackups", {"ContinuousBackupsDescription": off})
    assert tables.said("day5.billing") == code


def made(world, what, *keys):
    schema = [
        {"attributeName": name, "keyType": role}
        for (name, _), role in zip(keys, ("HASH", "RANGE"), strict=False)
    ]
    types = [{"attributeName": name, "attributeType": kind} for name, kind in keys]
    given = {"tableName": named(what), "keySchema": schema, "attributeDefinitions": types}
    return happened(world, "dynamodb", "CreateTable", **given)


@pytest.mark.parametrize("what", ["forum", "reply", "thread", "catalog"])
def test_with_which_keys_a_table_was_made(world, what):
    keys = KEYS[what]
    assert traced(world, f"day5.table_{what}", made(world, what, *keys))["keys"] == [one for one, _ in keys]
    for other in ([("id", "S"), *keys[1:]], [(keys[0][0], "B"), *keys[1:]]):
        assert traced(world, f"day5.table_{what}", made(world, what, *other)) == "proof_gone"
    if keys[1:]:
        swapped = [keys[0], (keys[1][0], "N")]
        assert traced(world, f"day5.table_{what}", made(world, what, *swapped)) == "proof_gone"


# Day 6


@pytest.mark.parametrize(
    ("billing", "units", "used", "code"),
    [
        (None, 1, 0.0, "idle"),
        (None, 1, 1.0, "not_throttled"),
        (None, 99, 1.0, "over_provisioned"),
        ({"BillingMode": "PROVISIONED"}, 99, 1.0, "over_provisioned"),
        ({"BillingMode": "PAY_PER_REQUEST"}, 99, 0.0, "idle"),
        ({"BillingMode": "PAY_PER_REQUEST"}, 99, 1.0, "not_throttled"),
    ],
)
def test_what_was_used_of_a_capacity(patterns, billing, units, used, code):
    given = {"ReadCapacityUnits": units, "WriteCapacityUnits": units}
    patterns.table(
        "throttle", BillingModeSummary=billing, OnDemandThroughput=None, ProvisionedThroughput=given
    )
    patterns.metrics(ConsumedWriteCapacityUnits=(used, NOW - timedelta(hours=30)))
    assert patterns.said("day6.capacity") == code
