"""A second, independent emulator agrees on Day 5: moto, where it can stand in for AWS."""

import pytest
from moto.server import ThreadedMotoServer

from day5_worlds import FORUM, OWN_ITEM, OWN_THREAD, Tables
from wire import answer

BY_HAND = {"Title": {"S": "Mưa trên mái tôn (bản có hình)"}, "Reviewers": {"SS": ["a", "b"]}}


@pytest.fixture(scope="module")
def world():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield Tables(f"http://127.0.0.1:{server.get_host_and_port()[1]}", "123456789012")
    server.stop()


def test_empty_then_solved(world):
    # It has no event history of its own.
    answer(world.source, "cloudtrail", "LookupEvents", {"Events": []})
    empty = world.verdicts(5)
    # A quiz is answered by a person.
    assert empty.pop("day5.read") == "blocked"
    assert set(empty.values()) == {"failed", "skipped"}
    world.tables().recover().load().index()
    world.write("catalog", OWN_ITEM).reply()
    world.change("catalog", {"Id": {"N": "101"}}, BY_HAND)
    world.change("forum", {"Name": {"S": FORUM}}, {"Messages": {"N": "19"}})
    world.change("thread", OWN_THREAD, {"Replies": {"N": "1"}})
    after = Tables(world.endpoint, "123456789012").verdicts(5)
    assert {name for name, verdict in after.items() if verdict != "passed"} == {"day5.read"}


def test_a_learner_waits_for_few_requests(world):
    run = Tables(world.endpoint, "123456789012").run(day=5)
    assert run.report.requests <= 30
