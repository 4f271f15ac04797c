"""An interactive session of one test, and what its statements come to."""

import contextlib
import functools
import json
import time
from typing import Any

import boto3
from botocore.config import Config

ROLE = "arn:aws:iam::123456789012:role/session"
SETTINGS = {
    "Role": ROLE,
    "Command": {"Name": "glueetl", "PythonVersion": "3"},
    "GlueVersion": "5.0",
    "WorkerType": "G.1X",
    "NumberOfWorkers": 2,
    "IdleTimeout": 15,
}
_CARELESS = Config(parameter_validation=False, retries={"total_max_attempts": 1})
_DONE = {"AVAILABLE", "CANCELLED", "ERROR"}


@functools.cache
def _session() -> boto3.Session:
    return boto3.Session(aws_access_key_id="123456789012", aws_secret_access_key="x")


@functools.cache
def client(endpoint: str, service: str) -> Any:
    """A client that sends whatever it is told to; kept, for it costs more than what is asked of it."""
    return _session().client(service, "ap-southeast-1", endpoint_url=endpoint, config=_CARELESS)


def role(iam: Any, name: str = "session", *statements: dict[str, Any]) -> str:
    """A role that Glue may assume, with rights where they count."""
    trust = {"Effect": "Allow", "Principal": {"Service": "glue.amazonaws.com"}, "Action": "sts:AssumeRole"}
    with contextlib.suppress(iam.exceptions.EntityAlreadyExistsException):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps({"Statement": trust}))
    if statements:
        policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
        iam.put_role_policy(RoleName=name, PolicyName="rights", PolicyDocument=policy)
    return f"arn:aws:iam::123456789012:role/{name}"


def wait(question: Any, seconds: float = 30) -> Any:
    """Ask again until the answer is true."""
    deadline = time.monotonic() + seconds
    while not (answer := question()):
        assert time.monotonic() < deadline
    return answer


class Interactive:
    """A session, ready."""

    def __init__(self, glue: Any, name: str, **settings: Any) -> None:
        self.glue, self.name = glue, name
        glue.create_session(Id=name, **SETTINGS | settings)
        wait(lambda: self.status != "PROVISIONING")

    @property
    def told(self) -> dict[str, Any]:
        return self.glue.get_session(Id=self.name)["Session"]

    @property
    def status(self) -> str:
        return self.told["Status"]

    def begin(self, code: str) -> int:
        return self.glue.run_statement(SessionId=self.name, Code=code)["Id"]

    def statement(self, number: int) -> dict[str, Any]:
        return self.glue.get_statement(SessionId=self.name, Id=number)["Statement"]

    def result(self, number: int) -> dict[str, Any]:
        """The statement once it has ended."""
        wait(lambda: self.statement(number)["State"] in _DONE)
        return self.statement(number)

    def run(self, code: str) -> str:
        """What the code prints; it must not fail."""
        output = self.result(self.begin(code))["Output"]
        assert output["Status"] == "ok", output
        return output["Data"]["TextPlain"]

    def fail(self, code: str) -> tuple[str, str]:
        """The error's name and text; the code must fail."""
        statement = self.result(self.begin(code))
        assert (statement["State"], statement["Output"]["Status"]) == ("AVAILABLE", "error"), statement
        return statement["Output"]["ErrorName"], statement["Output"]["ErrorValue"]

    def stop(self) -> str:
        if self.status in {"PROVISIONING", "READY"}:
            self.glue.stop_session(Id=self.name)
        wait(lambda: self.status != "STOPPING")
        return self.status
