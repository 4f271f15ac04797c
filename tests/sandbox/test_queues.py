"""The queue for what is given up works in both Regions, by the command line too."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

R1, R2 = "ap-southeast-1", "us-east-1"


@pytest.fixture
def cli(server, tmp_path):
    """The AWS command line, in a Region."""
    keys = {"AWS_ACCESS_KEY_ID": "123456789012", "AWS_SECRET_ACCESS_KEY": "any"}
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), **keys}

    # Version 1 of the command line has an endpoint of its own for queues, unless an option names another.
    options = ("--output", "json", f"--endpoint-url={server.endpoint}")

    def run(region, *words):
        command = [str(Path(sys.executable).with_name("aws")), "--region", region, *options, *words]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout or "null")

    return run


@pytest.mark.parametrize("region", [R1, R2])
def test_a_queue_by_the_command_line(cli, region):
    url = cli(region, "sqs", "create-queue", "--queue-name", "given-up")["QueueUrl"]
    assert cli(region, "sqs", "get-queue-url", "--queue-name", "given-up")["QueueUrl"] == url
    named = ("--queue-url", url)
    cli(region, "sqs", "send-message", *named, "--message-body", f"from {region}")
    said = cli(region, "sqs", "get-queue-attributes", *named, "--attribute-names", "All")["Attributes"]
    assert said["ApproximateNumberOfMessages"] == "1"
    assert said["QueueArn"] == f"arn:aws:sqs:{region}:123456789012:given-up"
    (message,) = cli(region, "sqs", "receive-message", *named)["Messages"]
    assert message["Body"] == f"from {region}"
    cli(region, "sqs", "delete-queue", *named)


def test_what_is_given_up_in_one_region_stays_there(flow, aws):
    queue = flow.queue()
    other = aws("sqs", R2).create_queue(QueueName=flow.prefix)["QueueUrl"]
    flow.begin(
        "def handler(event, context):\n    raise ValueError\n",
        MaximumRetryAttempts=0,
        DestinationConfig={"OnFailure": {"Destination": queue}},
    )
    flow.put("a")
    assert flow.until(flow.given_up)[0]["DDBStreamBatchInfo"]["batchSize"] == 1
    assert "Messages" not in aws("sqs", R2).receive_message(QueueUrl=other)


def test_a_queue_that_is_gone_stops_nothing(flow):
    queue = flow.queue()
    url = flow.queues.get_queue_url(QueueName=flow.prefix)["QueueUrl"]
    flow.begin(
        "def handler(event, context):\n"
        "    assert event['Records'][0]['dynamodb']['Keys']['id']['S'] == 'good'\n"
        "    print('got a good one')\n",
        MaximumRetryAttempts=0,
        DestinationConfig={"OnFailure": {"Destination": queue}},
    )
    flow.queues.delete_queue(QueueUrl=url)
    flow.put("bad")
    (mapping,) = flow.mappings()
    flow.until(lambda: flow.result(mapping["UUID"]) == "PROBLEM: Function call failed")
    flow.put("good")
    flow.until(lambda: flow.result(mapping["UUID"]) == "OK")
