"""Day 6, the stream and its function: one account state for every outcome code."""

import pytest

from day6_worlds import Patterns, named, sample
from worlds import LEARNER

VIEW = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
NOTE = {"Note": {"S": LEARNER}}


@pytest.fixture
def world(sandbox) -> Patterns:
    return Patterns(sandbox)


def streaming(world, items=(), **view):
    return world.table(
        "log", items, StreamSpecification=VIEW | view, LatestStreamArn=f"{world.arn('log')}/stream/2"
    )


# stream


@pytest.mark.parametrize(
    ("view", "code"),
    [
        ({}, None),
        ({"StreamViewType": "NEW_IMAGE"}, None),
        ({"StreamViewType": "KEYS_ONLY"}, "view"),
        ({"StreamEnabled": False}, "off"),
    ],
)
def test_stream(world, view, code):
    streaming(world, **view)
    assert ("day6.stream", world.said("day6.stream")) == ("day6.stream", code)


def test_a_table_that_never_had_a_stream(world):
    world.table("log")
    assert world.said("day6.stream") == "off"


# replicator


def test_a_function_that_hears_the_stream(world):
    streaming(world).function().mapped(world.mapping())
    assert world.said("day6.replicator") is None


def test_an_idle_function_is_healthy(world):
    streaming(world).function(State="Inactive").mapped(world.mapping())
    assert world.said("day6.replicator") is None


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ({"State": "Pending"}, "starting"),
        ({"LastUpdateStatus": "InProgress"}, "starting"),
        ({"State": "Failed", "StateReason": "no such role"}, "failed"),
        ({"LastUpdateStatus": "Failed"}, "failed"),
    ],
)
def test_a_function_that_does_not_run_yet(world, state, code):
    streaming(world).function(**state).mapped(world.mapping())
    assert ("day6.replicator", world.said("day6.replicator")) == ("day6.replicator", code)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"State": "Enabling"}, "starting"),
        ({"State": "Disabled"}, "disabled"),
        ({"LastProcessingResult": "PROBLEM: Function call failed"}, "problem"),
        ({"FunctionResponseTypes": []}, "no_report"),
        ({"EventSourceArn": "arn:aws:dynamodb:x:1:table/fcj-an01-log/stream/1"}, "old_stream"),
        ({"EventSourceArn": "arn:aws:dynamodb:x:1:table/fcj-an01-staff/stream/1"}, "wrong_stream"),
        ({"FunctionArn": "arn:aws:lambda:x:1:function:other"}, "no_mapping"),
    ],
)
def test_a_mapping_that_feeds_nothing(world, change, code):
    streaming(world).function().mapped(world.mapping(**change))
    assert ("day6.replicator", world.said("day6.replicator")) == ("day6.replicator", code)


def test_no_function(world):
    assert ("day6.replicator", world.said("day6.replicator")) == ("day6.replicator", "missing")


def test_beside_the_mapping_of_an_old_stream_the_new_one_counts(world):
    old = world.mapping(EventSourceArn=f"{world.arn('log')}/stream/1", State="Disabled")
    streaming(world).function().mapped(old, world.mapping())
    assert world.said("day6.replicator") is None


# replica_items


def stream_part(**changes):
    """The stream's part as it is after the exercise: the first deleted, the second with a note."""
    first, second, *rest = sample("log-stream")
    assert first["PK"]["S"] == "request#20001"
    return [second | NOTE | changes, *rest]


def copied(world, items, original=None):
    streaming(world, stream_part() if original is None else original)
    return world.table("log-copy", items)


def test_a_copy_to_the_last_digit(world):
    copied(world, stream_part())
    assert world.said("day6.replica_items") is None


def rounded(item):
    exact = item["PK"]["S"] == "request#20003"
    return item | {"Took": {"N": item["Took"]["N"].partition(".")[0]}} if exact else item


@pytest.mark.parametrize(
    ("items", "code"),
    [
        (lambda: (), "empty"),
        (lambda: [sample("log-stream")[0], *stream_part()], "not_deleted"),
        (lambda: stream_part()[:1500], "partial"),
        (lambda: [rounded(one) for one in stream_part()], "inexact"),
        (lambda: sample("log-stream")[1:], "unchanged"),
    ],
)
def test_replica_items(world, items, code):
    copied(world, items())
    assert ("day6.replica_items", world.said("day6.replica_items")) == ("day6.replica_items", code)


def test_before_anything_is_deleted(world):
    copied(world, sample("log-stream"), original=sample("log-stream"))
    assert world.said("day6.replica_items") == "not_tried"


def test_somebody_else_s_note(world):
    theirs = stream_part(Note={"S": "an02"})
    copied(world, theirs, original=theirs)
    assert world.said("day6.replica_items") == "no_note"


def test_no_copy(world):
    assert ("day6.replica_items", world.said("day6.replica_items")) == ("day6.replica_items", "no_copy")


# clean_functions


def test_nothing_of_the_function_is_left(world):
    world.mapped(world.mapping(FunctionArn="arn:aws:lambda:x:1:function:other"))
    assert world.said("day6.clean_functions") is None


def test_what_a_function_leaves(world):
    leave = [
        lambda: world.mapped(world.mapping()),
        lambda: world.mapped().function(),
        lambda: world.client("logs").create_log_group(logGroupName=f"/aws/lambda/{named('copy')}"),
    ]
    for one in leave:
        one()
        assert ("day6.clean_functions", world.said("day6.clean_functions")) == (
            "day6.clean_functions",
            "still_there",
        )
        world.told.pop("GetFunctionConfiguration", None)


def test_a_mapping_that_is_going(world):
    world.mapped(world.mapping(State="Deleting"))
    assert world.said("day6.clean_functions") == "deleting"
