"""`workshop data load` with Day 6's lists: thousands of items, two loads in one table, breaks half-way."""

import time

import pytest

from checkday.cli import exits
from checkday.cli.workshop import workshop
from checkday.data.loads import LOADS
from checkday.words import Words
from loopback_tables import TableAws, refuse, serving, take, take_half

LOG = "fcj-an01-log"


@pytest.fixture
def aws(monkeypatch, state):
    monkeypatch.setenv("WORKSHOP_LEARNER", "an01")
    monkeypatch.setattr("checkday.writer.loading.pause", lambda _: 0)
    with TableAws() as server:
        serving(server)
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        yield server
        server.go_on.set()
        server.shutdown()


def load(table, *arguments):
    return workshop(["data", "load", "--table", table, *arguments], Words("en"))


@pytest.mark.parametrize(("what", "count"), [("staff", 3637), ("invoice", 4190), ("log", 20_000)])
def test_a_whole_list(aws, what, count):
    started = time.monotonic()
    assert load(what) == exits.PASSED
    assert len(aws.tables[f"fcj-an01-{what}"]) == count
    assert time.monotonic() - started < 20
    assert max(aws.batches) == 25


def test_a_load_that_broke_half_way_goes_on_where_it_stopped(aws):
    aws.plan = [take] * 60 + [refuse("AccessDeniedException", 403)] * 100
    assert load("staff") == exits.FAILED
    there = len(aws.tables["fcj-an01-staff"])
    assert 60 * 25 <= there < 3637
    aws.plan.clear()
    aws.batches.clear()
    assert load("staff") == exits.PASSED
    assert len(aws.tables["fcj-an01-staff"]) == 3637
    assert sum(aws.batches) == 3637 - there


def test_what_dynamodb_does_not_come_to_is_sent_again(aws):
    aws.plan = [take_half] * 200
    assert load("staff") == exits.PASSED
    assert len(aws.tables["fcj-an01-staff"]) == 3637


def test_the_stream_s_part_goes_into_the_log_beside_what_is_there(aws):
    aws.keep(LOG, [{"PutRequest": {"Item": one}} for one in LOADS["log"].items()])
    assert load("log-stream") == exits.PASSED
    assert len(aws.tables[LOG]) == 22_000


def test_a_second_run_has_nothing_to_do(aws, capsys):
    aws.keep(LOG, [{"PutRequest": {"Item": one}} for one in LOADS["log"].items()])
    assert load("log") == exits.PASSED
    assert aws.batches == []
    assert "holds every sample item already" in capsys.readouterr().out


def test_a_table_with_much_of_somebody_else_s_is_left_alone(aws, capsys):
    foreign = [{"PK": {"S": f"x{at}"}, "SK": {"S": "y"}} for at in range(6_000)]
    aws.keep("fcj-an01-staff", [{"PutRequest": {"Item": one}} for one in foreign])
    assert load("staff") == exits.FAILED
    assert aws.batches == []
