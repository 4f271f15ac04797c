"""Day 6's function, alone: what it writes, and what it tells Lambda of a record that it could not write."""

import base64
import importlib.util
import sys

import pytest

from checkday import resources

PATH = resources.shared() / "py" / "day6" / "copy_log.py"


class Table:
    """Takes what a client of DynamoDB takes; an item whose key is poison is refused."""

    def __init__(self):
        self.items, self.writes = {}, []

    def put_item(self, **sent):
        self._write(sent["TableName"], sent["Item"]["PK"]["S"], sent["Item"])

    def delete_item(self, **sent):
        self._write(sent["TableName"], sent["Key"]["PK"]["S"], None)

    def _write(self, name, key, item):
        assert name == "copy"
        if key == "poison":
            raise RuntimeError("ValidationException: item too large")
        self.writes.append((key, item))
        self.items.pop(key, None)
        if item is not None:
            self.items[key] = item


@pytest.fixture
def table(monkeypatch):
    return Table()


@pytest.fixture
def function(table, monkeypatch):
    monkeypatch.setenv("TARGET", "copy")
    spec = importlib.util.spec_from_file_location("copy_log", PATH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module.boto3, "client", lambda _: table)
    return module


def record(kind, key, number=1, /, **attributes):
    change = {"Keys": {"PK": {"S": key}}, "SequenceNumber": str(number)}
    if kind != "REMOVE":
        change["NewImage"] = {"PK": {"S": key}} | attributes
    return {"eventName": kind, "dynamodb": change}


def batch(*records):
    return {"Records": list(records)}


def failed(number):
    return {"batchItemFailures": [{"itemIdentifier": str(number)}]}


WELL = {"batchItemFailures": []}


def test_what_is_added_changed_and_deleted(function, table):
    told = function.handler(
        batch(
            record("INSERT", "a", 1, Note={"S": "old"}),
            record("INSERT", "b", 2),
            record("MODIFY", "a", 3, Note={"S": "new"}),
            record("REMOVE", "b", 4),
        )
    )
    assert (told, table.items) == (WELL, {"a": {"PK": {"S": "a"}, "Note": {"S": "new"}}})


@pytest.mark.parametrize(
    "number", ["0.12345678901234567890", "12345678901234567890123456789012345678", "1E-130"]
)
def test_numbers_keep_every_digit(function, table, number):
    function.handler(batch(record("INSERT", "a", 1, Took={"N": number}, All={"NS": [number]})))
    assert (table.items["a"]["Took"], table.items["a"]["All"]) == ({"N": number}, {"NS": [number]})


def test_bytes_come_as_base64_and_are_written_as_bytes_however_deep(function, table):
    code = base64.b64encode(b"\x00\xff").decode()
    deep = {"M": {"list": {"L": [{"B": code}, {"BS": [code]}]}}}
    function.handler(batch(record("INSERT", "a", 1, Raw={"B": code}, Deep=deep)))
    assert table.items["a"]["Raw"] == {"B": b"\x00\xff"}
    assert table.items["a"]["Deep"] == {"M": {"list": {"L": [{"B": b"\x00\xff"}, {"BS": [b"\x00\xff"]}]}}}


def test_at_a_poison_record_it_stops_and_says_which(function, table, capsys):
    told = function.handler(
        batch(record("INSERT", "a", 1), record("INSERT", "poison", 2), record("REMOVE", "a", 3))
    )
    assert (told, list(table.items)) == (failed(2), ["a"])
    assert "2 RuntimeError" in capsys.readouterr().out


def test_after_the_poison_is_gone_the_rest_is_done_and_nothing_twice(function, table):
    records = [record("INSERT", "a", 1), record("INSERT", "poison", 2), record("REMOVE", "a", 3)]
    function.handler(batch(*records))
    assert function.handler(batch(record("INSERT", "b", 2), records[2])) == WELL
    assert list(table.items) == ["b"]


def test_a_batch_that_comes_twice_changes_nothing(function, table):
    records = batch(
        record("INSERT", "a", 1), record("REMOVE", "b", 2), record("MODIFY", "a", 3, Note={"S": "x"})
    )
    function.handler(records)
    before = dict(table.items)
    function.handler(records)
    assert table.items == before


@pytest.mark.parametrize("kind", ["INSERT", "EXPIRE"])
def test_a_record_that_says_nothing_of_the_item_is_no_success(function, table, kind):
    silent = record("REMOVE", "a", 7) | {"eventName": kind}
    assert function.handler(batch(silent)) == failed(7)
    assert table.writes == []


def test_an_empty_batch_is_no_failure(function):
    assert function.handler(batch()) == WELL


def test_the_file_hides_no_module_of_python_s_own():
    # In Lambda the function's folder comes first: a copy.py would take the place of the one boto3 needs.
    assert PATH.stem not in sys.stdlib_module_names
