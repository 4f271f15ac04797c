"""A second, independent emulator agrees: moto, where it can stand in for AWS."""

import pytest
from moto.server import ThreadedMotoServer

from wire import answer
from worlds import World


@pytest.fixture(scope="module")
def moto():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield f"http://127.0.0.1:{server.get_host_and_port()[1]}"
    server.stop()


@pytest.fixture
def world(moto):
    # moto knows one account, whatever the key.
    return World(moto, "123456789012")


def test_empty_then_solved(world):
    # It has no event history of its own.
    answer(world.source, "cloudtrail", "LookupEvents", {"Events": []})
    empty = world.verdicts()
    assert empty.pop("day1.account") == "passed"
    assert set(empty.values()) == {"failed", "skipped"}
    assert set(world.solved().verdicts().values()) == {"passed"}
