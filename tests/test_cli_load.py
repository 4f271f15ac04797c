"""`workshop data load` as a person runs it: what it asks, says, writes and survives."""

import io
import os
import signal
import subprocess
import sys

import pytest

from checkday.account.live import Live
from checkday.cli import exits
from checkday.cli.workshop import workshop
from checkday.errors import BadSetting
from checkday.names import TABLES
from checkday.words import Words
from day5_worlds import OWN_ITEM, Tables, named, sample
from loopback_tables import TableAws, refuse, serving, take, take_half, take_none, take_silently, take_slowly


@pytest.fixture
def aws():
    with TableAws() as server:
        serving(server)
        yield server
        server.go_on.set()
        server.shutdown()


@pytest.fixture(autouse=True)
def learner(monkeypatch, state):
    monkeypatch.setenv("WORKSHOP_LEARNER", "an01")
    monkeypatch.setattr("checkday.writer.loading.pause", lambda _: 0)
    return state


@pytest.fixture
def here(aws, monkeypatch):
    """The environment of `workshop env` points to the fake."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
    return aws


@pytest.fixture
def live(here, monkeypatch):
    """The same, taken for the real AWS."""
    monkeypatch.setattr(Live, "simulated_in", lambda *_: False)
    return here


@pytest.fixture
def world(sandbox, monkeypatch) -> Tables:
    """The sandbox, in an account of this test's own."""
    world = Tables(sandbox)
    monkeypatch.setenv("AWS_ENDPOINT_URL", sandbox)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", world.account)
    return world


def load(*arguments, lang="en"):
    return workshop(["data", "load", *arguments], Words(lang))


def is_complete(aws):
    return all(len(aws.tables[named(what)]) == len(sample(what)) for what in TABLES)


# What it writes


def test_four_tables_are_loaded_and_a_second_run_has_nothing_to_do(world, capsys):
    world.tables()
    assert load() == exits.PASSED
    assert world.said("day5.loaded") is None
    assert "Wrote 48 items into the table fcj-an01-reply." in capsys.readouterr().out
    assert load() == exits.PASSED
    assert capsys.readouterr().out.count("holds every sample item already") == 4


def test_one_table_alone(world):
    world.tables("forum")
    assert load("--table", "forum") == exits.PASSED
    assert world.client("dynamodb").scan(TableName=named("forum"), Select="COUNT")["Count"] == 4


def test_what_somebody_worked_with_stays_unless_wanted_back(world, capsys):
    world.tables("catalog").load("catalog").write("catalog", OWN_ITEM)
    world.change("catalog", {"Id": {"N": "101"}}, {"Title": {"S": "new"}})
    assert load("--table", "catalog") == exits.PASSED
    assert "1 sample items of the table fcj-an01-catalog have been edited" in capsys.readouterr().out
    assert load("--table", "catalog", "--again") == exits.PASSED
    items = world.client("dynamodb").scan(TableName=named("catalog"))["Items"]
    assert OWN_ITEM["Id"] in [one["Id"] for one in items]
    assert "new" not in str(items)


def test_what_was_loaded_with_wrong_types_is_put_right_again(world):
    world.tables().load().change("catalog", {"Id": {"N": "101"}}, {"Price": {"S": "155000"}})
    assert world.said("day5.loaded") == "number_as_string"
    assert load("--again") == exits.PASSED
    assert world.said("day5.loaded") is None


def test_sets_in_another_order_and_bytes_are_no_change(world, capsys):
    world.tables("catalog").load("catalog").write("catalog", {"Id": {"N": "900"}, "Raw": {"B": b"\x00\xff"}})
    world.change("catalog", {"Id": {"N": "121"}}, {"Tags": {"SS": ["hàng mới", "city"]}})
    assert load("--table", "catalog") == exits.PASSED
    assert "edited" not in capsys.readouterr().out


def test_batches_hold_25_items(here):
    assert load() == exits.PASSED
    assert max(here.batches) == 25
    assert is_complete(here)


# What it survives


@pytest.mark.parametrize(
    "plan",
    [
        [take_half] * 8,
        [take_none, take_none, take],
        [take_silently],
        [refuse("ProvisionedThroughputExceededException")] * 3,
        [refuse("InternalServerError", 500)],
        [take_half, take_none, take_silently, refuse("ThrottlingException")],
    ],
)
def test_what_dynamodb_did_not_come_to_is_sent_again(here, plan):
    here.plan = list(plan)
    assert load() == exits.PASSED
    assert is_complete(here)


def test_ctrl_c_and_the_next_run_goes_on(aws):
    aws.plan = [take, take_slowly]
    command = [sys.executable, "-m", "checkday.cli.workshop", "data", "load", "--lang", "en"]
    process = subprocess.Popen(
        command,
        env=os.environ | {"AWS_ENDPOINT_URL": aws.url},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert aws.reached.wait(30)
    process.send_signal(signal.SIGINT)
    aws.go_on.set()
    said = "".join(process.communicate(timeout=60))
    assert process.returncode == exits.INTERRUPTED
    assert "Run the command again to write the rest." in said
    assert not is_complete(aws)
    done = subprocess.run(
        command, env=os.environ | {"AWS_ENDPOINT_URL": aws.url}, check=False, capture_output=True
    )
    assert done.returncode == exits.PASSED
    assert is_complete(aws)


# What it refuses, in words


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        ([take_none] * 99, "items come back time after time"),
        (
            [refuse("ProvisionedThroughputExceededException")] * 99,
            "dynamodb:BatchWriteItem: ProvisionedThroughputExceededException",
        ),
        ([refuse("ResourceNotFoundException")], "was deleted while it was being loaded"),
        ([refuse("AccessDeniedException")], "dynamodb:BatchWriteItem"),
        ([refuse("ValidationException")], "refuses the items (ValidationException)"),
    ],
)
def test_refusals_on_the_way(here, capsys, plan, said):
    here.plan = list(plan)
    assert load() == exits.FAILED
    told = capsys.readouterr().err
    assert said in told
    assert told.count("\n") == 2


@pytest.mark.parametrize(
    ("described", "said"),
    [
        ({"TableStatus": "DELETING"}, "is DELETING"),
        ({"TableArn": "arn:aws:dynamodb:ap-southeast-1:999999999999:table/x"}, "does not belong to account"),
        ({"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}, "id (S)"),
        ({"KeySchema": [{"AttributeName": "\x1b[2Jid", "KeyType": "HASH"}]}, "id (S)"),
    ],
)
def test_a_table_that_is_not_as_it_must_be_is_left_alone(here, capsys, described, said):
    names = [one["AttributeName"] for one in described.get("KeySchema", [])]
    here.described = described | (
        {"AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in names]}
        if names
        else {}
    )
    assert load() == exits.FAILED
    assert said in capsys.readouterr().err
    assert here.batches == []


def test_other_keys_in_the_last_table_stop_it_before_the_first_item(world, capsys):
    world.tables("catalog", "forum", "thread").table("reply", keys=[("id", "S")])
    assert load() == exits.FAILED
    assert "the keys id (S), while the sample items need Id (S), ReplyDateTime (S)" in capsys.readouterr().err
    assert world.client("dynamodb").scan(TableName=named("catalog"), Select="COUNT")["Count"] == 0


def test_no_table(world, capsys):
    assert load() == exits.FAILED
    assert "There is no table fcj-an01-catalog in Region ap-southeast-1." in capsys.readouterr().err


def test_a_table_with_a_million_items_is_left_alone(here, capsys):
    reply = {"Id": {"S": "x"}, "ReplyDateTime": {"S": ""}}
    here.tables[named("reply")] = {str(at): reply | {"ReplyDateTime": {"S": str(at)}} for at in range(20_000)}
    assert load() == exits.FAILED
    assert "more than 1200 items" in capsys.readouterr().err
    assert here.batches == []


def test_items_of_400_kilobytes_in_the_way_are_no_matter(world):
    world.tables("catalog")
    for number in range(900, 904):
        world.write("catalog", {"Id": {"N": str(number)}, "Blob": {"S": "x" * 399_000}})
    assert load("--table", "catalog") == exits.PASSED
    assert world.client("dynamodb").scan(TableName=named("catalog"), ProjectionExpression="Id")["Count"] >= 2


@pytest.mark.parametrize("name", ["orders", "../catalog", "fcj-an01-catalog", "", "\x1b[2J"])
def test_a_table_that_the_course_does_not_have(here, name):
    with pytest.raises(BadSetting, match="unknown_table"):
        load("--table", name)


@pytest.mark.parametrize(
    "arguments", [["--out", "x"], ["--direct"], ["--count", "3"], ["--sandbox", "--profile", "p"]]
)
def test_arguments_that_do_not_go_together(arguments):
    with pytest.raises(BadSetting, match=r"usage\.conflict"):
        load(*arguments)


@pytest.mark.parametrize("action", ["make", "send"])
def test_a_table_is_for_load_alone(action):
    with pytest.raises(BadSetting, match=r"usage\.conflict"):
        workshop(["data", action, "--table", "catalog"], Words("en"))


# Asking first


def test_a_live_account_is_asked_first(live, monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.StringIO("n\n"))
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    assert load() == exits.FAILED
    told = capsys.readouterr().out
    assert "88 items into fcj-an01-catalog (24), " in told
    assert "AWS account 123456789012, Region ap-southeast-1" in told
    assert live.batches == []


def test_a_live_account_without_a_terminal(live):
    with pytest.raises(BadSetting, match="no_terminal"):
        load()


def test_yes_asks_nothing(live):
    assert load("--yes") == exits.PASSED
    assert is_complete(live)
