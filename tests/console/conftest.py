"""A console over the session's sandbox, for an account of its own."""

from __future__ import annotations

import itertools

import pytest

from checkday.console.clients import Way
from visiting import Form, Visitor, run_console, settled
from worlds import World

_TABLES = itertools.count(1)


@pytest.fixture
def form():
    """Reads the form of a page."""
    return Form


@pytest.fixture(scope="session")
def world(sandbox):
    """The account that the console shows."""
    return World(sandbox)


@pytest.fixture(scope="session")
def console_port(sandbox, world):
    port, end = run_console(lambda: Way(sandbox, world.account, "testing"))
    yield port
    end()


@pytest.fixture
def visitor(console_port):
    return Visitor(console_port)


@pytest.fixture(scope="session")
def dynamodb(world):
    return world.client("dynamodb")


@pytest.fixture
def table(dynamodb):
    """Makes a table with a name of its own; its keys are given as name=type."""

    def make(*items, indexes=(), **keys):
        keys = keys or {"id": "S"}
        name = f"t-{next(_TABLES)}"
        extra = {"GlobalSecondaryIndexes": list(indexes)} if indexes else {}
        defined = keys | {part["AttributeName"]: "S" for one in indexes for part in one["KeySchema"]}
        dynamodb.create_table(
            TableName=name,
            AttributeDefinitions=[{"AttributeName": n, "AttributeType": t} for n, t in defined.items()],
            KeySchema=[
                {"AttributeName": n, "KeyType": role}
                for n, role in zip(keys, ("HASH", "RANGE"), strict=False)
            ],
            BillingMode="PAY_PER_REQUEST",
            **extra,
        )
        settled(dynamodb, name)
        for item in items:
            dynamodb.put_item(TableName=name, Item=item)
        return name

    return make
