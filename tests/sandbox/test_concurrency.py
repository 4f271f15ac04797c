"""How many functions run at once, what is refused then, and what a function leaves behind."""

from __future__ import annotations

import json
import threading
import time

import pytest

from dynamodb_tables import refused
from event_functions import zipped

SLOW = """
import pathlib, time
def handler(event, context):
    if event:
        pathlib.Path(event).touch()
        time.sleep(1.5)
    return 'done'
"""


class Function:
    """A function of one test."""

    def __init__(self, client, role, name):
        self.client, self.role, self.name = client, role, name

    def make(self, source=SLOW, **settings):
        wanted = {"Runtime": "python3.13", "Handler": "index.handler", "Role": self.role, "Timeout": 10}
        code = {"ZipFile": zipped(source)}
        self.client.create_function(FunctionName=self.name, Code=code, **wanted | settings)
        return self

    def run(self, event=0):
        answer = self.client.invoke(FunctionName=self.name, Payload=json.dumps(event))
        return json.loads(answer["Payload"].read())

    def reserve(self, number):
        how = {"FunctionName": self.name, "ReservedConcurrentExecutions": number}
        return self.client.put_function_concurrency(**how)["ReservedConcurrentExecutions"]

    def in_background(self, event):
        thread = threading.Thread(target=self.run, args=(event,))
        thread.start()
        return thread


@pytest.fixture
def function(aws, role, request):
    found = Function(aws("lambda"), role("function-role", "lambda.amazonaws.com"), request.node.name[:60])
    yield found
    found.client.delete_function(FunctionName=found.name)


def test_a_function_without_any_concurrency_is_throttled(function):
    function.make().reserve(0)
    assert refused("TooManyRequestsException", function.run) == "Rate Exceeded."
    function.client.delete_function_concurrency(FunctionName=function.name)
    assert function.client.get_function_concurrency(FunctionName=function.name).keys() == {"ResponseMetadata"}
    assert function.run() == "done"


def test_no_more_runs_at_once_than_are_reserved(function, until, tmp_path):
    assert function.make().reserve(1) == 1
    running = function.in_background(str(tmp_path / "began"))
    until((tmp_path / "began").exists)
    error = function.client.exceptions.TooManyRequestsException
    with pytest.raises(error) as caught:
        function.run()
    assert caught.value.response["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"
    running.join()
    assert function.run() == "done"


def test_a_function_that_never_returns_blocks_no_other(function, aws, role):
    other = Function(aws("lambda"), function.role, "quick-one").make()
    function.make("def handler(event, context):\n    while True: pass\n", Timeout=1)
    stuck = function.in_background(0)
    began = time.monotonic()
    assert other.run() == "done"
    stuck.join()
    assert time.monotonic() - began < 8
    other.client.delete_function(FunctionName="quick-one")


def test_a_role_that_lambda_cannot_take_is_refused(aws, role, function):
    function.make()
    function_of_firehose = Function(aws("lambda"), role("deliverer"), "never-made")
    message = refused("InvalidParameterValueException", function_of_firehose.make)
    assert message == "The role defined for the function cannot be assumed by Lambda."


def test_an_account_keeps_a_hundred_unreserved(function):
    function.make()
    message = refused("InvalidParameterValueException", function.reserve, number=901)
    assert message.endswith("below its minimum value of [100].")
    before = function.client.get_account_settings()["AccountLimit"]
    assert before["ConcurrentExecutions"] == 1000
    function.reserve(5)
    after = function.client.get_account_settings()["AccountLimit"]
    assert before["UnreservedConcurrentExecutions"] - after["UnreservedConcurrentExecutions"] == 5


def test_in_a_new_account_nothing_can_be_reserved(new_account, connect):
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = connect(new_account, "iam").create_role(RoleName="any", AssumeRolePolicyDocument=document)
    function = Function(connect(new_account, "lambda"), role["Role"]["Arn"], "any").make()
    assert function.client.get_account_settings()["AccountLimit"]["ConcurrentExecutions"] == 10
    message = refused("InvalidParameterValueException", function.reserve, number=1)
    assert message == (
        "Specified ReservedConcurrentExecutions for function decreases account's"
        " UnreservedConcurrentExecution below its minimum value of [10]."
    )


def test_new_settings_reach_the_next_run(function):
    function.make("import os\ndef handler(event, context): return os.environ.get('TABLE')\n")
    assert function.run() is None
    named = {"FunctionName": function.name}
    function.client.update_function_configuration(**named, Environment={"Variables": {"TABLE": "t"}})
    assert function.run() == "t"
    function.client.update_function_code(
        **named, ZipFile=zipped("def handler(event, context): return 'new'\n")
    )
    assert function.run() == "new"


def test_a_function_works_in_its_own_region(aws, role):
    source = "import boto3, os\n"
    source += "def handler(event, context):\n"
    source += "    return [os.environ['AWS_REGION'], boto3.client('dynamodb').meta.region_name]\n"
    for region in ("ap-southeast-1", "us-east-1"):
        trusted = role("function-role", "lambda.amazonaws.com")
        function = Function(aws("lambda", region), trusted, "at-home").make(source)
        assert function.run() == [region, region]
        function.client.delete_function(FunctionName="at-home")


def test_what_a_function_logged_outlives_it(aws, role, until):
    function = Function(aws("lambda"), role("function-role", "lambda.amazonaws.com"), "talker")
    function.make("def handler(event, context):\n    print('said', event)\n")
    function.run("this")
    function.client.delete_function(FunctionName="talker")
    logs = aws("logs")
    groups = logs.describe_log_groups(logGroupNamePrefix="/aws/lambda/talker")["logGroups"]
    assert [group["logGroupName"] for group in groups] == ["/aws/lambda/talker"]
    events = logs.filter_log_events(logGroupName="/aws/lambda/talker")["events"]
    assert "said this" in [event["message"] for event in events]
    logs.delete_log_group(logGroupName="/aws/lambda/talker")


def test_the_answers_are_worded_as_lambda_words_them(function, wire_faults):
    function.make().reserve(2)
    named = {"FunctionName": function.name}
    for operation, more in (
        ("GetAccountSettings", {}),
        ("GetFunctionConcurrency", named),
        ("PutFunctionConcurrency", {**named, "ReservedConcurrentExecutions": 1}),
        ("GetFunctionConfiguration", named),
        ("GetFunction", named),
        ("ListFunctions", {}),
    ):
        assert wire_faults(function.client, operation, **more) == []
