"""Day 7's pipeline, function by function: what comes twice is counted once, and to the last digit."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from checkday import data
from checkday.data import trades
from checkday.data.chance import seeded
from checkday.golden.trades import totals as totals_of
from day7_functions import TABLES, changes, loaded, record
from worlds import World

SEED = data.seed_of("an01")
CLEAN = trades.clean(SEED)[:300]


@pytest.fixture
def client(sandbox):
    """DynamoDB with the pipeline's tables, in an account of this test's own."""
    client = World(sandbox).client("dynamodb")
    for name, key in TABLES.items():
        client.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
        )
    for name in TABLES:
        client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1})
    return client


@pytest.fixture
def mapper(client, monkeypatch):
    module = loaded("map", monkeypatch, TARGET="reduce", PARAMS="params")
    monkeypatch.setattr(module.boto3, "client", lambda _: client)
    return module


@pytest.fixture
def reducer(client, monkeypatch):
    module = loaded("reduce", monkeypatch, SOURCE="reduce", TARGET="aggregate", PARAMS="params")
    monkeypatch.setattr(module.boto3, "client", lambda _: client)
    return module


def everything(client, table):
    pages = client.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
    return [item for page in pages for item in page["Items"]]


def totals(client):
    return {one["Identifier"]["S"]: Decimal(one["Value"]["N"]) for one in everything(client, "aggregate")}


def wanted(messages):
    counted = totals_of(messages)
    return {name: Decimal(amount) for name, amount in counted.items()}


def messages_of(client):
    found = sorted(everything(client, "reduce"), key=lambda one: one["MessageId"]["S"])
    return [
        record(at, {name: one[name] for name in one if name != "Counted"}) for at, one in enumerate(found)
    ]


def trade(value="10.50", version=1, **place):
    message = {"TradeID": "trade-1", "Version": version, "Value": value, "Time": "-"}
    return trades.items([message | {"Risk": "PV", "Desk": "Spot", "Place": "APAC"} | place])[0]


def delivered(handler, records, chance, batch=40):
    """The records in batches of chance, some batches twice, some that overlap."""
    for start in range(0, len(records), batch):
        reach = start + batch + int(chance.random() * 20)
        for _ in range(1 + (chance.random() < 0.4)):
            assert handler({"Records": records[start:reach]}) == {"batchItemFailures": []}


# map


def test_a_new_trade_adds_its_value_to_three_totals(mapper):
    found = mapper.message_of(record(1, trade()))
    assert found["MessageId"] == {"S": "trade-1 1"}
    assert found["Trades"] == {"N": "1"}
    assert found["Deltas"]["M"] == {name: {"N": "10.50"} for name in ("PV", "PV:Spot", "PV:Spot:APAC")}


def test_a_new_value_adds_the_difference_exactly(mapper):
    found = mapper.message_of(record(1, trade("0.30", 2), trade("0.10")))
    assert {one["N"] for one in found["Deltas"]["M"].values()} == {"0.20"}
    assert found["Trades"] == {"N": "0"}


def test_a_trade_that_moves_leaves_one_total_and_joins_another(mapper):
    found = mapper.message_of(record(1, trade(version=2, Place="EMEA"), trade()))
    amounts = {name: one["N"] for name, one in found["Deltas"]["M"].items()}
    assert amounts == {"PV": "0.00", "PV:Spot": "0.00", "PV:Spot:APAC": "-10.50", "PV:Spot:EMEA": "10.50"}


def test_a_removed_trade_is_taken_away(mapper):
    found = mapper.message_of(record(1, None, trade()))
    assert found["Trades"] == {"N": "-1"}
    assert found["MessageId"] == {"S": "trade-1 1 removed"}
    assert found["Deltas"]["M"]["PV"] == {"N": "-10.50"}


@pytest.mark.parametrize(
    "broken",
    [
        {"TradeID": {"S": "poison"}},
        trade() | {"Value": {"S": "10.50"}},
        trade() | {"Value": {"N": "NaN"}},
        trade() | {"Hierarchy": {"M": {}}},
        trade() | {"Hierarchy": {"L": []}},
    ],
)
def test_a_record_that_is_no_trade_is_named_and_what_came_before_is_written(mapper, client, broken):
    records = [record(1, trade()), record(2, broken), record(3, trade(version=2), trade())]
    told = mapper.handler({"Records": records})
    assert told == {"batchItemFailures": [{"itemIdentifier": f"{2:021}"}]}
    assert [one["MessageId"]["S"] for one in everything(client, "reduce")] == ["trade-1 1"]


def test_without_old_images_nothing_is_guessed(mapper):
    changed = record(7, trade(version=2))
    changed["eventName"] = "MODIFY"
    assert mapper.handler({"Records": [changed]})["batchItemFailures"] == [{"itemIdentifier": f"{7:021}"}]


def test_a_message_that_was_counted_is_not_written_again(mapper, client):
    batch = {"Records": [record(1, trade())]}
    mapper.handler(batch)
    client.update_item(
        TableName="reduce",
        Key={"MessageId": {"S": "trade-1 1"}},
        UpdateExpression="SET Counted = :yes",
        ExpressionAttributeValues={":yes": {"BOOL": True}},
    )
    mapper.handler({"Records": [*batch["Records"], record(2, trade(version=2), trade())]})
    found = {one["MessageId"]["S"]: one for one in everything(client, "reduce")}
    assert found.keys() == {"trade-1 1", "trade-1 2"}
    assert found["trade-1 1"]["Counted"] == {"BOOL": True}


# reduce


def test_what_comes_twice_in_other_batches_is_counted_once(mapper, reducer, client):
    delivered(mapper.handler, changes(trades.items(CLEAN)), seeded(1))
    delivered(reducer.handler, messages_of(client), seeded(2))
    delivered(reducer.handler, messages_of(client)[::-1], seeded(3))
    assert totals(client) == wanted(CLEAN)


def test_later_versions_and_late_ones_come_to_the_newest(mapper, reducer, client):
    messages = [*CLEAN, *[one for one in trades.faulty(SEED) if one["TradeID"] < "trade-02200"]]
    records = changes(trades.items(messages))
    delivered(mapper.handler, records, seeded(4))
    chance = seeded(5)
    delivered(reducer.handler, sorted(messages_of(client), key=lambda _: chance.random()), chance)
    assert totals(client) == wanted(messages)


def test_a_failure_after_the_work_is_done_counts_nothing_twice(mapper, reducer, client):
    switch = {"Parameter": {"S": "failures"}, "Map": {"N": "100"}, "Reduce": {"N": "100"}}
    client.put_item(TableName="params", Item=switch)
    for handler, records in (
        (mapper.handler, lambda: changes(trades.items(CLEAN[:50]))),
        (reducer.handler, lambda: messages_of(client)),
    ):
        for _ in range(2):
            with pytest.raises(Exception, match="was told to fail 100 times in a hundred"):
                handler({"Records": records()})
    assert totals(client) == wanted(CLEAN[:50])


def test_a_counted_message_that_changes_is_no_new_message(mapper, reducer, client):
    mapper.handler({"Records": [record(1, trade())]})
    (message,) = everything(client, "reduce")
    reducer.handler({"Records": [record(1, message | {"Counted": {"BOOL": True}}, message)]})
    assert totals(client) == {}


def test_a_message_that_cannot_be_understood_is_named(reducer, client):
    told = reducer.handler({"Records": [record(5, {"MessageId": {"S": "x"}})]})
    assert told == {"batchItemFailures": [{"itemIdentifier": f"{5:021}"}]}
    assert totals(client) == {}


def test_the_largest_transaction_is_one_that_dynamodb_takes(reducer):
    places = [
        f"{risk}:{desk}:{place}" for risk in trades.RISKS for desk in trades.DESKS for place in trades.PLACES
    ]
    everywhere = {
        place: {"N": "1"} for place in [*places, *{p[: p.rindex(":")] for p in places}, *trades.RISKS]
    }
    messages = [
        {"MessageId": {"S": str(number)}, "Trades": {"N": "1"}, "Deltas": {"M": everywhere}}
        for number in range(reducer.MOST)
    ]
    assert len(reducer.actions(messages)) <= 100


# once


class Canceled(Exception):
    def __init__(self, codes):
        super().__init__(codes)
        self.response = {"CancellationReasons": [{"Code": code} for code in codes]}


class Busy:
    """A client whose transactions are refused, for these reasons in turn, and then taken."""

    def __init__(self, *plan):
        self.plan, self.tokens = list(plan), []
        self.exceptions = SimpleNamespace(TransactionCanceledException=Canceled)

    def transact_write_items(self, *, TransactItems, ClientRequestToken):  # noqa: N803 - so boto3 calls it
        self.tokens.append((len(TransactItems), ClientRequestToken))
        if self.plan:
            raise Canceled(self.plan.pop(0))


@pytest.fixture
def once(monkeypatch):
    module = loaded("once", monkeypatch, PARAMS="params")
    monkeypatch.setattr(module.time, "sleep", lambda _: None)
    return module


def numbered(messages):
    return [{"Put": one} for one in messages]


def test_one_that_is_known_is_left_out_and_the_others_are_written(once):
    client = Busy(["None", "ConditionalCheckFailed", "None"])
    assert once.write_once(client, ["a", "b", "c"], numbered) == 2
    assert [number for number, _ in client.tokens] == [3, 2]


def test_another_transaction_in_the_way_is_waited_for_with_the_same_token(once):
    client = Busy(["TransactionConflict"], ["TransactionConflict"])
    assert once.write_once(client, ["a"], numbered) == 1
    assert len({token for _, token in client.tokens}) == 1
    assert all(len(token) <= 36 for _, token in client.tokens)


def test_whoever_is_always_in_the_way_is_told_of(once):
    with pytest.raises(TimeoutError):
        once.write_once(Busy(*[["TransactionConflict"]] * 20), ["a"], numbered)


def test_any_other_refusal_is_no_reason_to_go_on(once):
    client = Busy(["ValidationError"])
    with pytest.raises(Canceled):
        once.write_once(client, ["a"], numbered)
