"""A sandbox for the tests: its own state folder, a free port, and stopped whatever happens."""

from __future__ import annotations

import contextlib
import functools
import json
import re
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.client import BaseClient
from botocore.config import Config

from athena_lake import DAYS, JSON, Athena
from checkday.sandbox import lifecycle
from event_functions import Flow

R1, R2 = "ap-southeast-1", "us-east-1"
ACCOUNT = "123456789012"
ANY_SECRET = "any"

QUICK = {
    "CHECKDAY_SANDBOX_BUFFER": "0.4",
    "CHECKDAY_SANDBOX_CRAWL": "0.2",
    "CHECKDAY_SANDBOX_PITR_LAG": "0.4",
    "CHECKDAY_SANDBOX_TTL": "0.3",
}
"""Seconds: the longest buffering, the shortest crawl, recovery's lag, how long what expired may stay."""

Clients = Callable[..., Any]


@contextlib.contextmanager
def running(folder: Path, **variables: str) -> Iterator[lifecycle.Running]:
    """A sandbox with its state in the folder."""
    # Only while it starts: a second sandbox of the session must not get the settings of the first.
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"XDG_STATE_HOME": str(folder), **variables}.items():
            patch.setenv(name, value)
        found = lifecycle.up(port=None, region=R1)
    try:
        yield found
    finally:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("XDG_STATE_HOME", str(folder))
            lifecycle.down()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[lifecycle.Running]:
    """One sandbox for all tests that only talk to it."""
    with running(tmp_path_factory.mktemp("server"), CHECKDAY_SANDBOX_CREATING="0.3", **QUICK) as found:
        yield found


@pytest.fixture(scope="session")
def strict_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[lifecycle.Running]:
    """One in which policies count."""
    with running(tmp_path_factory.mktemp("strict"), AUTH="true", **QUICK) as found:
        yield found


@pytest.fixture(scope="session")
def new_account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[lifecycle.Running]:
    """One with the quotas that AWS gives a new account."""
    with running(tmp_path_factory.mktemp("new"), CHECKDAY_SANDBOX_CONCURRENCY="10", **QUICK) as found:
        yield found


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A state folder of one test's own, for tests of the life-cycle."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    yield tmp_path / "checkday" / "sandbox"
    lifecycle.down()


@functools.cache
def _session(key: str, secret: str) -> boto3.Session:
    """Kept, because the service models that it has read are most of the cost of a client."""
    return boto3.Session(aws_access_key_id=key, aws_secret_access_key=secret)


@pytest.fixture
def connect() -> Iterator[Clients]:
    """Makes boto3 clients, and closes them."""
    with contextlib.ExitStack() as stack:

        def make(
            server: lifecycle.Running,
            service: str,
            region: str = R1,
            key: str = ACCOUNT,
            secret: str = ANY_SECRET,
        ) -> Any:
            config = Config(retries={"total_max_attempts": 1}, read_timeout=10)
            parameters = {"region_name": region, "endpoint_url": server.endpoint, "config": config}
            client = _session(key, secret).client(service, **parameters)
            stack.callback(client.close)
            return client

        yield make


@pytest.fixture
def until() -> Callable[[Callable[[], Any]], Any]:
    """Asks again until the answer is true."""

    def ask(question: Callable[[], Any]) -> Any:
        deadline = time.monotonic() + 20
        while not (answer := question()):
            assert time.monotonic() < deadline
        return answer

    return ask


@pytest.fixture
def aws(server: lifecycle.Running, connect: Clients) -> Clients:
    """A client of the shared sandbox, by service and Region."""
    return lambda service, region=R1: connect(server, service, region)


TRUST = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",'
    '"Principal":{"Service":"SERVICE"},"Condition":{"StringEquals":{"sts:ExternalId":"123456789012"}}}]}'
)


@pytest.fixture
def role(aws: Clients) -> Callable[[str, str], str]:
    """Makes a role that a service may assume, if it is not there yet."""

    def make(name: str, service: str = "firehose.amazonaws.com") -> str:
        iam = aws("iam")
        with contextlib.suppress(iam.exceptions.EntityAlreadyExistsException):
            iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST.replace("SERVICE", service))
        return f"arn:aws:iam::{ACCOUNT}:role/{name}"

    return make


@pytest.fixture
def bucket(aws: Clients) -> Callable[[str], str]:
    """Makes a bucket in R1, if it is not there yet."""

    def make(name: str) -> str:
        s3 = aws("s3")
        with contextlib.suppress(s3.exceptions.BucketAlreadyOwnedByYou):
            s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": R1})
        return name

    return make


@pytest.fixture
def destination(role: Callable[..., str], bucket: Callable[..., str]) -> dict[str, Any]:
    """The least that a stream into S3 needs."""
    return {"RoleARN": role("deliverer"), "BucketARN": f"arn:aws:s3:::{bucket('lake-for-streams')}"}


class Lake:
    """A bucket, a database and a crawler of one test."""

    def __init__(self, aws, until, name):
        self.s3, self.glue, self.until, self.name = aws("s3"), aws("glue"), until, name
        location = {"LocationConstraint": "ap-southeast-1"}
        self.s3.create_bucket(Bucket=f"lake-{name}", CreateBucketConfiguration=location)
        self.glue.create_database(DatabaseInput={"Name": name})

    def put(self, **objects):
        for key, body in objects.items():
            self.s3.put_object(Bucket=f"lake-{self.name}", Key=key, Body=body)

    def crawler(self, path="data/", **settings):
        target = {"Path": f"s3://lake-{self.name}/{path}", **settings.pop("target", {})}
        parameters = {"Role": "crawler", "DatabaseName": self.name, "Targets": {"S3Targets": [target]}}
        self.glue.create_crawler(Name=self.name, **parameters | settings)

    def crawl(self):
        """Run the crawler to its end and return how that was."""
        self.glue.start_crawler(Name=self.name)
        self.until(lambda: self.state() == "READY")
        return self.glue.get_crawler(Name=self.name)["Crawler"]["LastCrawl"]

    def crawled(self, path="data/", **settings):
        """The tables that a first crawl makes, by name."""
        self.crawler(path, **settings)
        last = self.crawl()
        assert last["Status"] == "SUCCEEDED", last
        return self.tables()

    def state(self):
        return self.glue.get_crawler(Name=self.name)["Crawler"]["State"]

    def tables(self):
        return {one["Name"]: one for one in self.glue.get_tables(DatabaseName=self.name)["TableList"]}

    def partitions(self, table):
        found = self.glue.get_partitions(DatabaseName=self.name, TableName=table)["Partitions"]
        return [one["Values"] for one in found]


@pytest.fixture
def lake(aws, until, role, request):
    """A lake with a name of its own, and a role that may crawl it."""
    role("crawler", "glue.amazonaws.com")
    return Lake(aws, until, "t" + sha256(request.node.name.encode()).hexdigest()[:10])


@pytest.fixture
def wire_faults() -> Callable[..., list[str]]:
    """What in an answer is not as botocore's output model says; botocore itself drops it in silence."""

    def ask(client: BaseClient, operation: str, **parameters: Any) -> list[str]:
        seen: list[bytes] = []
        client.meta.events.register(
            "before-parse", lambda response_dict, **_: seen.append(response_dict["body"])
        )
        client._make_api_call(operation, parameters)
        model = client.meta.service_model.operation_model(operation)
        return list(_faults(model.output_shape, json.loads(seen[-1]), operation))

    return ask


_PLAIN = {
    "boolean": bool,
    "integer": int,
    "long": int,
    "double": (int, float),
    "string": str,
    "timestamp": (int, float),
}


def _faults(shape: Any, value: Any, where: str) -> Iterator[str]:
    if shape.type_name == "structure":
        members = {one.serialization.get("name", name): one for name, one in shape.members.items()}
        required = {shape.members[name].serialization.get("name", name) for name in shape.required_members}
        yield from (f"{where}: {name} is unknown" for name in value.keys() - members.keys())
        yield from (f"{where}: {name} is missing" for name in required - value.keys())
        for name in value.keys() & members.keys():
            yield from _faults(members[name], value[name], f"{where}.{name}")
    elif shape.type_name == "list":
        for index, item in enumerate(value):
            yield from _faults(shape.member, item, f"{where}[{index}]")
    elif shape.type_name == "map":
        for key, item in value.items():
            yield from _faults(shape.value, item, f"{where}[{key}]")
    elif shape.serialization.get("timestampFormat") == "iso8601" and isinstance(value, str):
        datetime.fromisoformat(value)
    elif not isinstance(value, _PLAIN[shape.type_name]):
        yield f"{where}: {value!r} is no {shape.type_name}"
    elif shape.type_name == "string" and not _allowed(shape, value):
        yield f"{where}: {value!r} is not allowed"


def _allowed(shape: Any, value: str) -> bool:
    if getattr(shape, "enum", None):
        return value in shape.enum
    # The models are Java's, which writes what lies beyond U+FFFF as pairs.
    pattern = shape.metadata.get("pattern", ".*").replace(
        r"\uD800\uDC00-\uDBFF\uDFFF", "\U00010000-\U0010ffff"
    )
    return re.fullmatch(pattern, value, re.DOTALL) is not None


@pytest.fixture
def flow(aws, until, role, request):
    """A stream, a function and what is between them."""
    found = Flow(aws, until, role("function-role", "lambda.amazonaws.com"), request.node.nodeid)
    yield found
    found.close()


# Athena without a server: queries over a folder


@pytest.fixture
def athena(tmp_path):
    return Athena(tmp_path)


@pytest.fixture
def table(athena):
    """Makes a table `t` of the objects below data/."""

    def make(columns, how=JSON, keys="", more=""):
        partitioned = f"PARTITIONED BY ({keys})" if keys else ""
        athena.run(f"CREATE EXTERNAL TABLE t ({columns}) {partitioned} {how} LOCATION 's3://b/data' {more}")
        return athena

    return make


@pytest.fixture
def days(athena, table):
    """A partitioned table; the sizes of its objects by day."""
    sizes = {day: athena.lake.write(f"data/dt={day}/x.json", *rows) for day, rows in DAYS.items()}
    table("a int, b string", keys="dt string")
    athena.run("MSCK REPAIR TABLE t")
    return sizes
