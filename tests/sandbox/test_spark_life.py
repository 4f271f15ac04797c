"""An interactive session's life: how it is created, what it tells, and how it ends."""

from __future__ import annotations

import contextlib
import json
import os
import signal

import pytest
from botocore.exceptions import ClientError

from checkday.sandbox import lifecycle, process
from interactive import ROLE, SETTINGS, Interactive, client, role, wait

WHERE = "import os; print(os.getpid(), os.getppid(), os.getcwd())"


@pytest.fixture(scope="module")
def clients(server):
    role(client(server.endpoint, "iam"))
    return lambda service: client(server.endpoint, service)


@pytest.fixture(scope="module")
def glue(clients):
    return clients("glue")


@pytest.fixture(scope="module")
def calm(glue):
    """One session for tests that do it no harm."""
    yield (session := Interactive(glue, "calm", Tags={"Learner": "an01"}))
    session.stop()


@pytest.fixture
def session(glue, request):
    """A session of one test's own."""
    yield (found := Interactive(glue, request.node.name[-60:]))
    with contextlib.suppress(ClientError):
        found.stop()


def gone(*pids):
    """Whether none of the processes lives, or does so soon."""
    return wait(lambda: all(process.birth(int(pid)) is None for pid in pids), 10) is True


def code_of(call, **parameters):
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    return caught.value.response["Error"]["Code"]


def test_a_session_is_provisioned_then_ready_then_stopped(glue):
    told = glue.create_session(Id="life", Description="Ngày 3", **SETTINGS)["Session"]
    assert (told["Status"], told["Progress"], told["MaxCapacity"]) == ("PROVISIONING", 0.0, 2.0)
    assert {name: told[name] for name in SETTINGS} == SETTINGS
    assert code_of(glue.run_statement, SessionId="life", Code="1") == "IllegalSessionStateException"
    wait(lambda: glue.get_session(Id="life")["Session"]["Status"] == "READY")
    glue.stop_session(Id="life")
    assert glue.get_session(Id="life")["Session"]["Status"] in {"STOPPING", "STOPPED"}
    told = wait(lambda: (now := glue.get_session(Id="life")["Session"])["Status"] == "STOPPED" and now)
    assert told["DPUSeconds"] == pytest.approx(2 * told["ExecutionTime"], abs=0.01)
    assert told["CompletedOn"] > told["CreatedOn"]
    assert code_of(glue.stop_session, Id="life") == "IllegalSessionStateException"
    assert code_of(glue.run_statement, SessionId="life", Code="1") == "IllegalSessionStateException"
    glue.delete_session(Id="life")
    assert code_of(glue.get_session, Id="life") == "EntityNotFoundException"


def test_what_is_not_given_is_aws_default(glue):
    told = glue.create_session(Id="plain", Role=ROLE, Command={"Name": "glueetl"})["Session"]
    glue.delete_session(Id="plain")
    found = {name: told[name] for name in ("IdleTimeout", "NumberOfWorkers", "WorkerType", "MaxCapacity")}
    assert found == {"IdleTimeout": 2880, "NumberOfWorkers": 5, "WorkerType": "G.1X", "MaxCapacity": 5.0}


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"Role": "arn:aws:iam::123456789012:role/nobody"}, "InvalidInputException"),
        ({"Command": {"Name": "pythonshell"}}, "InvalidInputException"),
        ({"NumberOfWorkers": 1}, "InvalidInputException"),
        ({"MaxCapacity": 2.0}, "InvalidInputException"),
        ({"IdleTimeout": 0}, "InvalidInputException"),
        ({"WorkerType": "G.16X"}, "InvalidInputException"),
        ({"Id": "calm"}, "AlreadyExistsException"),
        ({"Id": "calm", "IdleTimeout": 60}, "IdempotentParameterMismatchException"),
    ],
)
def test_what_cannot_be_created(glue, calm, settings, code):
    assert code_of(glue.create_session, **{"Id": "never", **SETTINGS, **settings}) == code


def test_a_role_that_glue_may_not_assume(clients, glue):
    trust = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    clients("iam").create_role(RoleName="of-ec2", AssumeRolePolicyDocument=json.dumps({"Statement": trust}))
    with pytest.raises(glue.exceptions.InvalidInputException, match="assume role permissions for Glue"):
        glue.create_session(Id="never", **SETTINGS | {"Role": ROLE.replace("session", "of-ec2")})


def test_state_is_kept_between_statements(calm):
    assert calm.run("x = 20") == ""
    assert calm.run("print('hi')\nx + 1") == "hi\n21"
    assert calm.run("x") == "20"


def test_all_answers_fit_the_model(calm, glue, wire_faults):
    number = calm.begin("1 / 0")
    calm.result(number)
    calm.result(calm.begin("'đúng'"))
    asked = {
        "GetSession": {"Id": "calm"},
        "ListSessions": {},
        "GetStatement": {"SessionId": "calm", "Id": number},
        "ListStatements": {"SessionId": "calm"},
        "CancelStatement": {"SessionId": "calm", "Id": number},
    }
    faults = [fault for operation, given in asked.items() for fault in wire_faults(glue, operation, **given)]
    # The model gives an output the states of a statement; on the wire it is "ok" or "error".
    assert {fault.partition("Output.")[2] for fault in faults} <= {
        "Status: 'ok' is not allowed",
        "Status: 'error' is not allowed",
    }


def test_sessions_are_listed_with_tags_and_in_pages(calm, glue):
    assert "calm" in glue.list_sessions()["Ids"]
    assert [each["Id"] for each in glue.list_sessions(Tags={"Learner": "an01"})["Sessions"]] == ["calm"]
    assert glue.list_sessions(Tags={"Learner": "an02"})["Sessions"] == []
    first = glue.list_sessions(MaxResults=1)
    rest = glue.list_sessions(NextToken=first["NextToken"]) if "NextToken" in first else {"Ids": []}
    assert first["Ids"] + rest["Ids"] == glue.list_sessions()["Ids"]


def test_what_is_not_there(calm, glue):
    for call, given in (
        (glue.get_session, {"Id": "nobody"}),
        (glue.delete_session, {"Id": "nobody"}),
        (glue.run_statement, {"SessionId": "nobody", "Code": "1"}),
        (glue.list_statements, {"SessionId": "nobody"}),
        (glue.get_statement, {"SessionId": "calm", "Id": 10_000}),
        (glue.cancel_statement, {"SessionId": "calm", "Id": 10_000}),
    ):
        assert code_of(call, **given) == "EntityNotFoundException"


def test_statements_run_one_at_a_time(calm):
    first = calm.begin("import time; time.sleep(0.3); order = ['first']")
    second = calm.begin("order.append('second'); order")
    assert calm.statement(second)["State"] == "WAITING"
    assert calm.result(second)["Output"]["Data"]["TextPlain"] == "['first', 'second']"
    assert calm.statement(first)["CompletedOn"] <= calm.statement(second)["StartedOn"] + 1


def test_code_may_be_68000_characters(calm, glue):
    assert calm.run("#" * 67_990 + "\n'long'") == "'long'"
    assert code_of(glue.run_statement, SessionId="calm", Code="#" * 68_001) == "ValidationException"


def test_letters_that_no_text_can_hold(calm):
    assert calm.run("print('a\\ud800b', chr(0), 'đủ')") == "a?b \x00 đủ"


def test_the_environment_is_clean(calm):
    names = set(calm.run("import os; print(*os.environ)").split())
    assert not {name for name in names if name.startswith(("CHECKDAY", "WORKSHOP", "MINISTACK", "XDG"))}
    assert calm.run("os.getcwd() == os.environ['HOME']") == "True"
    assert calm.run("import sys; sys.stdin.read()") == "''"


def test_an_idle_session_ends_by_itself(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("CHECKDAY_SANDBOX_MINUTE", "0.02")
    running = lifecycle.up(port=None, region="ap-southeast-1")
    try:
        role(client(running.endpoint, "iam"))
        session = Interactive(client(running.endpoint, "glue"), "idle")
        assert wait(lambda: session.status == "TIMEOUT")
        assert session.told["ErrorMessage"] == ""
    finally:
        lifecycle.down()


def test_sessions_end_with_the_sandbox(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("CHECKDAY_SANDBOX_PROVISIONING", "0")
    running = lifecycle.up(port=None, region="ap-southeast-1")
    role(client(running.endpoint, "iam"))
    first = Interactive(client(running.endpoint, "glue"), "first").run(WHERE).split()
    assert lifecycle.down()
    assert gone(*first[:2])
    assert not os.path.exists(first[2])
    running = lifecycle.up(port=None, region="ap-southeast-1")
    glue = client(running.endpoint, "glue")
    try:
        assert glue.get_session(Id="first")["Session"]["Status"] == "STOPPED"
        second = Interactive(glue, "second").run(WHERE).split()
        os.kill(running.pid, signal.SIGKILL)
        assert gone(*second[:2])
        assert wait(lambda: not os.path.exists(second[2]), 10)
        glue = client(lifecycle.up(port=None, region="ap-southeast-1").endpoint, "glue")
        ended = glue.get_session(Id="second")["Session"]
        assert (ended["Status"], "CompletedOn" in ended) == ("STOPPED", True)
        glue.delete_session(Id="second")
    finally:
        lifecycle.down()
