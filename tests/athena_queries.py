"""Queries put to the sandbox's Athena through its API, for the tests of it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

R1, R2 = "ap-southeast-1", "us-east-1"
BUCKET = "athena-lake"
OUTPUT = {"OutputLocation": f"s3://{BUCKET}/results/"}
RECORD = b'{"a": %d, "kind": "%s"}\n'
DAYS = {"01": RECORD % (1, b"x") + RECORD % (2, b"y"), "02": RECORD % (3, b"x")}
JSON = "ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'"

ENDLESS = (
    "SELECT count(*) FROM UNNEST(sequence(1, 100000)) AS a(x), UNNEST(sequence(1, 99999)) AS b(y) "
    "WHERE x * y = 7"
)


class Queries:
    """Runs queries to their ends."""

    def __init__(self, aws: Callable[..., Any], until: Callable[..., Any]) -> None:
        self.athena = aws("athena")
        self._s3 = aws("s3")
        self._until = until
        with contextlib.suppress(self._s3.exceptions.BucketAlreadyOwnedByYou):
            self._s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": R1})

    def start(self, text: str, **said: Any) -> str:
        said = {"ResultConfiguration": OUTPUT, "QueryExecutionContext": {"Database": "athena_db"}, **said}
        return str(self.athena.start_query_execution(QueryString=text, **said)["QueryExecutionId"])

    def run(self, text: str, **said: Any) -> dict[str, Any]:
        """The execution when it is over."""
        number = self.start(text, **said)
        found: dict[str, Any] = self._until(lambda: self._over(number))
        return found

    def _over(self, number: str) -> dict[str, Any] | None:
        found: dict[str, Any] = self.athena.get_query_execution(QueryExecutionId=number)["QueryExecution"]
        return found if found["Status"]["State"] not in {"QUEUED", "RUNNING"} else None

    def rows(self, text: str, **said: Any) -> list[list[str | None]]:
        """All rows of the answer, the header too."""
        return values(
            self.athena.get_query_results(QueryExecutionId=self.run(text, **said)["QueryExecutionId"])
        )

    def make_events(self) -> None:
        """A table `events` of two days."""
        for day, body in DAYS.items():
            self._s3.put_object(Bucket=BUCKET, Key=f"events/day={day}/x.json", Body=body)
        table = "CREATE EXTERNAL TABLE IF NOT EXISTS events (a int, kind string) PARTITIONED BY (day string)"
        for text in (
            "CREATE DATABASE IF NOT EXISTS athena_db",
            f"{table} {JSON} LOCATION 's3://{BUCKET}/events/'",
            "MSCK REPAIR TABLE events",
        ):
            assert self.run(text)["Status"]["State"] == "SUCCEEDED"


def values(page: dict[str, Any]) -> list[list[str | None]]:
    return [[cell.get("VarCharValue") for cell in row["Data"]] for row in page["ResultSet"]["Rows"]]


def refusal(call: Callable[..., Any], **said: Any) -> str:
    """Why Athena refuses the call."""
    with pytest.raises(ClientError) as caught:
        call(**said)
    assert caught.value.response["Error"]["Code"] == "InvalidRequestException"
    return str(caught.value.response["Error"]["Message"])
