"""`workshop data load` with Day 7's messages: each is written only if it is newer than what is there."""

import pytest

from checkday import data
from checkday.cli import exits
from checkday.cli.workshop import workshop
from checkday.data import trades
from checkday.errors import WriteRefused
from checkday.words import Words
from checkday.writer import Writer
from worlds import World

SEED = data.seed_of("an01")
KEYS = {
    "KeySchema": [{"AttributeName": "TradeID", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "TradeID", "AttributeType": "S"}],
}


@pytest.fixture
def table(sandbox, monkeypatch, state):
    """The learner's table of trades, in an account of this test's own."""
    world = World(sandbox)
    monkeypatch.setenv("WORKSHOP_LEARNER", "an01")
    monkeypatch.setenv("AWS_ENDPOINT_URL", sandbox)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", world.account)
    client = world.client("dynamodb")
    client.create_table(TableName="fcj-an01-state", BillingMode="PAY_PER_REQUEST", **KEYS)
    client.get_waiter("table_exists").wait(TableName="fcj-an01-state", WaiterConfig={"Delay": 1})
    return Trades(client)


class Trades:
    def __init__(self, client):
        self.client = client

    def versions(self):
        pages = self.client.get_paginator("scan").paginate(TableName="fcj-an01-state")
        return {one["TradeID"]["S"]: int(one["Version"]["N"]) for page in pages for one in page["Items"]}


def load(*arguments):
    return workshop(["data", "load", *arguments], Words("en"))


def newest(messages):
    return {one["TradeID"]: one["Version"] for one in sorted(messages, key=lambda one: one["Version"])}


def test_both_runs_leave_the_newest_of_each_trade_and_a_second_time_changes_nothing(table, capsys):
    assert load("--table", "state") == exits.PASSED
    assert (
        "Sent 2000 messages to the table fcj-an01-state: 2000 written, 0 refused" in capsys.readouterr().out
    )
    assert table.versions() == newest(trades.clean(SEED))
    assert load("--table", "state-faulty") == exits.PASSED
    assert (
        "Sent 2000 messages to the table fcj-an01-state: 1730 written, 270 refused" in capsys.readouterr().out
    )
    both = newest([*trades.clean(SEED), *trades.faulty(SEED)])
    assert table.versions() == both
    for what in ("state", "state-faulty"):
        assert load("--table", what) == exits.PASSED
    assert capsys.readouterr().out.count("holds every sample item already") == 2
    assert load("--table", "state-faulty", "--again") == exits.PASSED
    assert "0 written, 2000 refused" in capsys.readouterr().out
    assert table.versions() == both


def test_no_message_is_written_without_its_condition(sandbox):
    writer = Writer("an01", "ap-southeast-1", endpoint=sandbox)
    with pytest.raises(WriteRefused):
        writer._client("dynamodb").put_item(TableName="fcj-an01-state", Item={"TradeID": {"S": "1"}})
    with pytest.raises(WriteRefused):
        writer.put_newer("fcj-an01-global", {"Version": {"N": "1"}}, "Version")
