"""Event source mappings outlive the server, need their roles' rights, and are worded as Lambda words them."""

from __future__ import annotations

import json
import os
import signal
import time

import pytest

from checkday.sandbox.lifecycle import down, find, up
from dynamodb_tables import refused
from event_functions import GOOD, PARTIAL, Flow

R1 = "ap-southeast-1"
SAVED = ("dynamodb", "lambda")
TRUST = json.dumps(
    {
        "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
        ]
    }
)
STREAM_READS = ("GetRecords", "GetShardIterator", "DescribeStream", "ListStreams")


def flow_of(server, connect, until):
    """A flow on a server of one's own, whose role is allowed nothing yet."""
    iam = connect(server, "iam")
    names = {one["RoleName"] for one in iam.list_roles()["Roles"]}
    if "follower" not in names:
        iam.create_role(RoleName="follower", AssumeRolePolicyDocument=TRUST)
    arn = "arn:aws:iam::123456789012:role/follower"
    return Flow(lambda service, region=R1: connect(server, service, region), until, arn, "one")


def allow(iam, *actions):
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_role_policy(RoleName="follower", PolicyName="may", PolicyDocument=policy)


@pytest.mark.parametrize("killed", [False, True], ids=["stopped", "killed"])
def test_nothing_is_lost_or_brought_twice_when_the_server_ends(state, connect, until, killed):
    server = up(port=None, region=R1)
    flow = flow_of(server, connect, until)
    mapping = flow.begin()
    flow.put("a")
    flow.until(lambda: flow.names() == ["a"])
    flow.update(mapping, Enabled=False)
    flow.put("b")
    moment = time.time()
    until(lambda: min((state / "state" / f"{one}.json").stat().st_mtime for one in SAVED) > moment)
    if killed:
        os.kill(server.pid, signal.SIGKILL)
        until(lambda: find() is None)
    else:
        down()
    flow = flow_of(up(port=None, region=R1), connect, until)
    flow.update(mapping, Enabled=True)
    flow.put("c")
    flow.until(lambda: flow.names()[-1:] == ["c"])
    assert flow.names() == ["a", "b", "c"]


def test_a_role_must_be_allowed_to_read_the_stream(strict_server, connect, until):
    iam = connect(strict_server, "iam")
    flow = flow_of(strict_server, connect, until)
    flow.create(StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"})
    flow.create("notes")
    flow.function(GOOD)
    create, wanted = flow.map, {"wait": False}
    assert "Cannot access stream" in refused("InvalidParameterValueException", create, **wanted)
    reads = [f"dynamodb:{read}" for read in STREAM_READS]
    allow(iam, "dynamodb:PutItem", *reads)
    where = {"OnFailure": {"Destination": flow.queue()}}
    text = "does not have permissions to call SendMessage on SQS"
    assert text in refused("InvalidParameterValueException", create, **wanted, DestinationConfig=where)
    mapping = flow.map()
    flow.put("a")
    flow.until(lambda: flow.names() == ["a"])
    allow(iam, "dynamodb:PutItem")
    flow.put("b")
    flow.until(lambda: "Cannot access stream" in flow.result(mapping))
    allow(iam, "dynamodb:PutItem", *reads)
    flow.until(lambda: flow.names() == ["a", "b"])
    allow(iam, *reads)
    flow.put("c")
    flow.until(lambda: flow.result(mapping) == "PROBLEM: Function call failed")


@pytest.mark.parametrize(
    "wrong",
    [
        {"BatchSize": 10_001},
        {"ParallelizationFactor": 11},
        {"MaximumRecordAgeInSeconds": 59},
        {"MaximumBatchingWindowInSeconds": 301},
        {"MaximumRetryAttempts": 10_001},
        {"StartingPosition": "AT_TIMESTAMP"},
        {"EventSourceArn": "arn:aws:dynamodb:ap-southeast-1:123456789012:table/no-table/stream/2026"},
    ],
)
def test_what_lambda_refuses(flow, wrong):
    flow.create(StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"})
    flow.function(GOOD)
    refused("InvalidParameterValueException", flow.map, wait=False, **wrong)
    assert flow.mappings() == []


def test_mappings_are_described_as_lambda_describes_them(flow, wire_faults):
    mapping = flow.begin(PARTIAL, FunctionResponseTypes=["ReportBatchItemFailures"])
    found = flow.mapping(mapping)
    assert (found["BatchSize"], found["MaximumRetryAttempts"], found["MaximumRecordAgeInSeconds"]) == (
        *(100, -1),
        -1,
    )
    assert found["LastProcessingResult"] == "No records processed"
    asked = {"UUID": mapping}
    assert wire_faults(flow.functions, "GetEventSourceMapping", **asked) == []
    assert wire_faults(flow.functions, "ListEventSourceMappings") == []
    assert wire_faults(flow.functions, "UpdateEventSourceMapping", **asked, BatchSize=5) == []
    flow.until(lambda: flow.mapping(mapping)["State"] == "Enabled")
    assert flow.mapping(mapping)["BatchSize"] == 5
    assert wire_faults(flow.functions, "DeleteEventSourceMapping", **asked) == []


def test_other_sources_are_left_to_the_emulator(flow, wire_faults):
    flow.function("def handler(event, context): pass")
    wanted = {"FunctionName": flow.prefix, "EventSourceArn": flow.queue()}
    assert wire_faults(flow.functions, "CreateEventSourceMapping", **wanted) == []
    (made,) = flow.mappings()
    assert wire_faults(flow.functions, "UpdateEventSourceMapping", UUID=made["UUID"], BatchSize=2) == []
    assert wire_faults(flow.functions, "DeleteEventSourceMapping", UUID=made["UUID"]) == []
