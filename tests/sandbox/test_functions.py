"""Functions of Lambda in the sandbox: they run within limits, and what goes wrong is worded as on AWS."""

from __future__ import annotations

import io
import json
import re
import time
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from checkday.sandbox.lifecycle import down, up
from dynamodb_tables import Dynamo

HUNGRY = "def handler(event, context):\n    return len(bytearray(event))"


def zipped(source):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("index.py", source)
    return packed.getvalue()


class Function:
    """A function of one test."""

    def __init__(self, client, role, name):
        self.client, self.role, self.name = client, role, name

    def make(self, source, **settings):
        wanted = {"Runtime": "python3.12", "Handler": "index.handler", "Role": self.role, **settings}
        self.client.create_function(FunctionName=self.name, Code={"ZipFile": zipped(source)}, **wanted)
        return self

    def run(self, event=None):
        """The error of an invocation, or None, and its payload."""
        answer = self.client.invoke(FunctionName=self.name, Payload=json.dumps(event))
        return answer.get("FunctionError"), json.loads(answer["Payload"].read())


@pytest.fixture
def function(aws, role, request):
    name = re.sub(r"\W+", "-", request.node.name)[:60].strip("-")
    return Function(aws("lambda"), role("function-role", "lambda.amazonaws.com"), name)


def test_a_function_answers(function):
    function.make("def handler(event, context):\n    return {'twice': event * 2}")
    assert function.run(21) == (None, {"twice": 42})


def test_a_function_that_takes_too_long_is_ended(function):
    function.make("import time\ndef handler(event, context):\n    time.sleep(event)", Timeout=1)
    began = time.monotonic()
    error, payload = function.run(60)
    assert time.monotonic() - began < 8
    assert (error, payload["errorType"]) == ("Unhandled", "Sandbox.Timedout")
    assert re.fullmatch(r"RequestId: \S+ Error: Task timed out after 1\.00 seconds", payload["errorMessage"])
    assert function.run(0) == (None, None)


def test_what_a_function_started_ends_with_it(function, tmp_path):
    beat = tmp_path / "beat"
    child = f"while True: open({str(beat)!r}, 'a').write('.'); time.sleep(0.05)"
    function.make(
        "import subprocess, sys, time\n"
        "def handler(event, context):\n"
        f"    subprocess.Popen([sys.executable, '-c', {'import time; exec(' + repr(child) + ')'!r}],"
        " start_new_session=True)\n"
        "    time.sleep(60)\n",
        Timeout=2,
    )
    function.run()
    size = beat.stat().st_size
    time.sleep(0.3)
    assert beat.stat().st_size == size > 0


def test_a_function_that_takes_too_much_memory_is_ended(function):
    function.make(
        "def handler(event, context):\n    return len(bytearray(event))", MemorySize=128, Timeout=10
    )
    error, payload = function.run(2 * 1024**3)
    assert (error, payload["errorType"]) == ("Unhandled", "Runtime.OutOfMemory")
    assert payload["errorMessage"].endswith("signal: killed")
    assert function.run(20 * 1024**2) == (None, 20 * 1024**2)


def test_more_memory_is_to_be_had_for_more_money(function):
    function.make(
        "def handler(event, context):\n    return len(bytearray(event))", MemorySize=1024, Timeout=10
    )
    assert function.run(1000 * 1024**2) == (None, 1000 * 1024**2)


def test_an_exception_is_named_with_where_it_came_from(function):
    function.make("def handler(event, context):\n    return {}['missing']")
    error, payload = function.run()
    assert (error, payload["errorType"], payload["errorMessage"]) == ("Unhandled", "KeyError", "'missing'")
    assert any("index.py" in line for line in payload["stackTrace"])


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("import nothing_of_this_name", "Runtime.ImportModuleError"),
        ("def other(event, context): pass", "Runtime.HandlerNotFound"),
        ("import os; os._exit(1)", "Runtime.ExitError"),
        ("import os\ndef handler(event, context): os._exit(1)", "Runtime.ExitError"),
    ],
)
def test_a_function_that_cannot_run_says_why(function, source, kind):
    assert function.make(source).run()[1]["errorType"] == kind


@pytest.mark.parametrize(
    "noise", ["print('x' * 1000)", "os.write(1, b'x' * 65536)", "os.write(2, b'x' * 65536)"]
)
def test_a_flood_of_output_does_not_drown_the_server(function, noise):
    function.make(f"import os\ndef handler(event, context):\n    while True:\n        {noise}", Timeout=2)
    assert function.run()[0] == "Unhandled"
    assert function.client.get_function(FunctionName=function.name)


def test_a_swarm_of_processes_is_ended(function):
    function.make(
        "import os, time\n"
        "def handler(event, context):\n"
        "    for _ in range(150):\n"
        "        if os.fork() == 0:\n"
        "            time.sleep(60)\n"
        "    time.sleep(60)\n",
        Timeout=20,
    )
    began = time.monotonic()
    assert function.run()[0] == "Unhandled"
    assert time.monotonic() - began < 15


def test_what_a_function_prints_is_in_its_log(function, aws, until):
    function.make("def handler(event, context):\n    print('seen', event)\n    return event")
    function.run("here")
    logs = aws("logs")
    wanted = {"logGroupName": f"/aws/lambda/{function.name}"}
    events = until(lambda: logs.filter_log_events(**wanted)["events"])
    messages = [event["message"] for event in events]
    assert "seen here" in messages
    assert [message.split()[0] for message in messages] == ["START", "seen", "END", "REPORT"]


def test_invocations_are_measured(function, aws, until):
    function.make("def handler(event, context):\n    return 1 / event")
    function.run(1)
    function.run(0)
    now = datetime.now(UTC)

    def sums(metric):
        answer = aws("cloudwatch").get_metric_statistics(
            Namespace="AWS/Lambda",
            MetricName=metric,
            Dimensions=[{"Name": "FunctionName", "Value": function.name}],
            StartTime=now - timedelta(minutes=5),
            EndTime=now + timedelta(minutes=5),
            Period=60,
            Statistics=["Sum", "SampleCount"],
        )
        return sum(one["Sum"] for one in answer["Datapoints"])

    until(lambda: sums("Invocations") == 2)
    assert (sums("Errors"), sums("Throttles")) == (1, 0)
    assert sums("Duration") > 0


def test_a_stream_is_followed_and_its_age_measured(function, aws, until, request):
    dynamo = Dynamo(aws("dynamodb"), until, request.node.nodeid)
    stream = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    dynamo.create(StreamSpecification=stream)
    copy = dynamo.create("copy")
    function.make(
        "import boto3\n"
        "table = boto3.client('dynamodb')\n"
        "def handler(event, context):\n"
        "    for record in event['Records']:\n"
        f"        table.put_item(TableName={copy!r}, Item=record['dynamodb']['NewImage'])\n",
        Timeout=20,
    )
    function.client.create_event_source_mapping(
        EventSourceArn=dynamo.describe()["LatestStreamArn"],
        FunctionName=function.name,
        StartingPosition="TRIM_HORIZON",
    )
    dynamo.put("a", "b")
    until(lambda: dynamo.ids("copy") == ["a", "b"])
    metrics = aws("cloudwatch")
    named = {"Namespace": "AWS/Lambda", "MetricName": "IteratorAge"}
    dimension = [{"Name": "FunctionName", "Value": function.name}]
    until(lambda: metrics.list_metrics(**named, Dimensions=dimension)["Metrics"])


def test_no_process_outlives_the_server(state, connect, tmp_path):
    beat = tmp_path / "beat"
    server = up(port=None, region="ap-southeast-1")
    trust = {
        "Statement": {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"Service": "lambda.amazonaws.com"},
        }
    }
    role = connect(server, "iam").create_role(RoleName="any", AssumeRolePolicyDocument=json.dumps(trust))
    function = Function(connect(server, "lambda"), role["Role"]["Arn"], "beating")
    function.make(
        "import time, threading\n"
        "def beat():\n"
        f"    while True: open({str(beat)!r}, 'a').write('.'); time.sleep(0.05)\n"
        "def handler(event, context):\n"
        "    threading.Thread(target=beat).start()\n"
    )
    assert function.run()[0] is None
    down()
    time.sleep(0.5)
    size = beat.stat().st_size
    time.sleep(0.3)
    assert beat.stat().st_size == size > 0
    assert not list(Path("/tmp").glob("ministack-lambda-beating-*"))  # noqa: S108 - where the emulator puts them
