"""Point-in-time recovery of DynamoDB: the window, and tables that really return to the past."""

from __future__ import annotations

import os
import signal
import time
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest
from botocore.validate import ParamValidator, ValidationErrors

from checkday.sandbox import process
from checkday.sandbox.lifecycle import down, up
from checkday.sandbox.overlay import dynamodb_history, store
from checkday.sandbox.overlay.tables import Row
from dynamodb_tables import INDEXED, Dynamo, refused

R1 = "ap-southeast-1"


@pytest.fixture
def dynamo(aws, until, request):
    return Dynamo(aws("dynamodb"), until, request.node.nodeid)


def now_and_later():
    """A moment, after which a little time passes."""
    time.sleep(0.05)
    moment = time.time()
    time.sleep(0.05)
    return moment


def restorable(dynamo, moment):
    dynamo.until(lambda: dynamo.window()["LatestRestorableDateTime"].timestamp() > moment)


def restored(dynamo, short="past", **when):
    """The description of the table that the source becomes as it was at that time."""
    source, target = dynamo.name(), dynamo.name(short)
    ask = dynamo.client.restore_table_to_point_in_time
    made = ask(SourceTableName=source, TargetTableName=target, **when)["TableDescription"]
    assert (made["TableStatus"], made["RestoreSummary"]["RestoreInProgress"]) == ("CREATING", True)
    return dynamo.arrived(short)


def test_a_table_returns_to_the_past(dynamo):
    dynamo.create(**INDEXED)
    dynamo.put("kept", "sentinel", "changed", city="Hue")
    dynamo.recover()
    dynamo.put("later")
    moment = now_and_later()
    dynamo.delete("sentinel")
    dynamo.put("changed", city="Vinh")
    dynamo.put("too-late")
    restorable(dynamo, moment)
    past = restored(dynamo, RestoreDateTime=moment)
    assert dynamo.ids("past") == ["changed", "kept", "later", "sentinel"]
    assert dynamo.ids("past", IndexName="by-city") == ["changed", "kept", "sentinel"]
    key = {"id": {"S": "changed"}}
    item = dynamo.client.get_item(TableName=dynamo.name("past"), Key=key)["Item"]
    assert item["city"] == {"S": "Hue"}
    summary = past["RestoreSummary"]
    assert "SourceBackupArn" not in summary
    assert summary["SourceTableArn"] == dynamo.describe()["TableArn"]
    assert abs(summary["RestoreDateTime"].timestamp() - moment) < 0.01
    assert dynamo.ids() == ["changed", "kept", "later", "too-late"]


def test_every_way_of_writing_is_remembered(dynamo):
    name = dynamo.create()
    dynamo.recover()
    keys = [{"id": {"S": each}} for each in ("b", "t", "u", "p")]
    dynamo.client.batch_write_item(RequestItems={name: [{"PutRequest": {"Item": keys[0]}}]})
    dynamo.client.transact_write_items(TransactItems=[{"Put": {"TableName": name, "Item": keys[1]}}])
    dynamo.client.update_item(TableName=name, Key=keys[2], UpdateExpression="SET n = :n", **number(1))
    statement = f'INSERT INTO "{name}" VALUE ' + "{'id': 'p'}"
    dynamo.client.execute_statement(Statement=statement)
    moment = now_and_later()
    dynamo.client.batch_write_item(RequestItems={name: [{"DeleteRequest": {"Key": keys[0]}}]})
    dynamo.client.transact_write_items(TransactItems=[{"Delete": {"TableName": name, "Key": keys[1]}}])
    dynamo.client.update_item(TableName=name, Key=keys[2], UpdateExpression="SET n = :n", **number(2))
    statement = f"DELETE FROM \"{name}\" WHERE id = 'p'"  # noqa: S608 - PartiQL, and a name of ours
    dynamo.client.execute_statement(Statement=statement)
    restorable(dynamo, moment)
    restored(dynamo, RestoreDateTime=moment)
    assert dynamo.ids("past") == ["b", "p", "t", "u"]
    item = dynamo.client.get_item(TableName=dynamo.name("past"), Key=keys[2])["Item"]
    assert item["n"] == {"N": "1"}
    assert dynamo.ids() == ["u"]


def number(value):
    return {"ExpressionAttributeValues": {":n": {"N": str(value)}}}


def test_the_window_begins_with_recovery_and_ends_a_moment_ago(dynamo):
    dynamo.create()
    assert dynamo.window() == {"PointInTimeRecoveryStatus": "DISABLED"}
    before = time.time()
    window = dynamo.recover(RecoveryPeriodInDays=7)
    earliest = window["EarliestRestorableDateTime"].timestamp()
    assert before - 1 < earliest <= time.time()
    assert (window["PointInTimeRecoveryStatus"], window["RecoveryPeriodInDays"]) == ("ENABLED", 7)
    assert window["LatestRestorableDateTime"] == window["EarliestRestorableDateTime"]
    restorable(dynamo, earliest)
    found = dynamo.window()
    assert found["EarliestRestorableDateTime"].timestamp() == pytest.approx(earliest, abs=0.01)
    assert time.time() - 5 < found["LatestRestorableDateTime"].timestamp() < time.time() - 0.3


def test_turning_recovery_off_and_on_begins_anew(dynamo):
    dynamo.create()
    first = dynamo.recover()["EarliestRestorableDateTime"]
    assert dynamo.recover(RecoveryPeriodInDays=3)["EarliestRestorableDateTime"] == first
    dynamo.recover(on=False)
    time.sleep(0.05)
    again = dynamo.recover()
    assert again["EarliestRestorableDateTime"] > first
    assert again["RecoveryPeriodInDays"] == 35


@pytest.mark.parametrize("days", [0, 36])
def test_a_period_is_1_to_35_days(dynamo, days, monkeypatch):
    monkeypatch.setattr(ParamValidator, "validate", lambda *_: ValidationErrors())
    dynamo.create()
    wanted = {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": days}
    message = refused(
        "ValidationException",
        dynamo.client.update_continuous_backups,
        TableName=dynamo.name(),
        PointInTimeRecoverySpecification=wanted,
    )
    assert "recoveryPeriodInDays" in message


def test_what_cannot_be_restored_is_refused(dynamo):
    name, ask = dynamo.create(), dynamo.client.restore_table_to_point_in_time
    latest = {"UseLatestRestorableTime": True}
    past = {"SourceTableName": name, "TargetTableName": dynamo.name("past")}
    refused("PointInTimeRecoveryUnavailableException", ask, **past, **latest)
    dynamo.recover()
    refused("TableAlreadyExistsException", ask, **past | {"TargetTableName": name}, **latest)
    nothing = past | {"SourceTableName": dynamo.name("nothing")}
    refused("TableNotFoundException", ask, **nothing, **latest)
    refused("ValidationException", ask, **past)
    for away in (timedelta(hours=-1), timedelta(hours=1)):
        moment = datetime.now(UTC) + away
        refused("InvalidRestoreTimeException", ask, **past, RestoreDateTime=moment)
    refused("TableNotFoundException", dynamo.client.describe_continuous_backups, TableName="nothing")


def test_the_latest_moment_is_one_that_has_been(dynamo):
    dynamo.create()
    dynamo.recover()
    dynamo.put("a")
    restorable(dynamo, time.time())
    dynamo.put("b")
    past = restored(dynamo, UseLatestRestorableTime=True)
    assert dynamo.ids("past") == ["a"]
    assert past["RestoreSummary"]["RestoreDateTime"].timestamp() < time.time()


def test_what_is_said_of_recovery_fits_the_service_model(dynamo, wire_faults):
    name = dynamo.create()
    on = {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}}
    past = {"SourceTableName": name, "TargetTableName": dynamo.name("past")}
    asked = [
        ("UpdateContinuousBackups", {"TableName": name, **on}),
        ("DescribeContinuousBackups", {"TableName": name}),
        ("RestoreTableToPointInTime", {**past, "UseLatestRestorableTime": True}),
        ("DescribeTable", {"TableName": past["TargetTableName"]}),
    ]
    assert [wire_faults(dynamo.client, call, **sent) for call, sent in asked] == [[]] * len(asked)


@pytest.fixture
def own(state, connect, until, request):
    """The tables of a sandbox of the test's own, whichever runs now."""
    return lambda: Dynamo(connect(up(port=None, region=R1), "dynamodb"), until, request.node.nodeid)


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_the_past_outlives_the_server(own, state, end, monkeypatch):
    monkeypatch.setenv("CHECKDAY_SANDBOX_PITR_LAG", "0.1")
    dynamo = own()
    dynamo.create()
    dynamo.recover()
    dynamo.put("a", "sentinel")
    moment = now_and_later()
    dynamo.until(lambda: dynamo.name() in (state / "state" / "dynamodb.json").read_text())
    dynamo.delete("sentinel")
    dynamo.put("last")
    (kill if end == "kill" else down)()
    dynamo = own()
    assert dynamo.ids() == ["a", "last"]
    restorable(dynamo, moment)
    restored(dynamo, RestoreDateTime=moment)
    assert dynamo.ids("past") == ["a", "sentinel"]


def kill():
    pid = up(port=None, region=R1).pid
    born = process.birth(pid)
    os.kill(pid, signal.SIGKILL)
    assert process._gone(pid, born, 5)


def test_a_long_history_is_shortened_from_its_beginning(history, monkeypatch):
    history.begin()
    history.put("a")
    moment = now_and_later()
    for each in "bcdefgh":
        history.put(each)
    monkeypatch.setattr(dynamodb_history, "_LARGEST", 1)
    history.put("i")
    assert history.earliest() > moment
    assert history.ids() == list("abcdefghi")


@pytest.fixture
def history():
    """A history without a server, of one table."""
    return _Alone()


class _Alone:
    table: ClassVar = {"TableId": "t", "items": {}}

    def __init__(self):
        self.history = dynamodb_history.History(lambda call: call(), store._open(":memory:"))

    def begin(self):
        self.history.begin(self.table, [], 35)

    def put(self, key):
        self.history.after(self.table, Row(key, "", {"id": {"S": key}}))

    def ids(self):
        return sorted(row.partition for row in self.history.rows(self.table, time.time()))

    def earliest(self):
        return self.history.window(self.table).earliest
