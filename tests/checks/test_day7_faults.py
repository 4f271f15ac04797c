"""On Day 7 the second Region is looked at for its own sake: where it cannot be seen, nothing is decided."""

import pytest

from checkday import curriculum
from checkday.engine import check_of
from checkday.engine.proofs import trace_of
from checkday.model import Blocked, Outcome
from wire import refuse
from worlds import REPLICA, World

COURSE = curriculum.load(curriculum.days())
DAY = [one for one in COURSE.milestones.values() if one.day == 7]
CHECKS = [*(one.id for one in DAY), *(f"{one.id}_trace" for one in DAY if one.proof)]


def looked(world, name):
    """What one check, or trace, says, and the calls it made in the second Region."""
    lab, milestone = world.lab(), COURSE.milestones[name.removesuffix("_trace")]
    outcome = None
    try:
        (trace_of if name.endswith("_trace") else check_of)(milestone)(lab)
    except Outcome as said:
        outcome = said
    return outcome, {look.call for look in lab.looks if look.region == REPLICA}


@pytest.fixture(scope="module")
def calls(solved_by_pages):
    """Check or trace -> its calls in the second Region of a world in which all is done."""
    endpoint, account = solved_by_pages.endpoint, solved_by_pages.account
    return {name: looked(World(endpoint, account), name)[1] for name in CHECKS}


def test_half_of_the_day_is_seen_in_the_second_region(calls):
    seen = {name for name, made in calls.items() if made}
    wanted = {"replica", "items_equal", "write_replica", "api_replica", "failover", "clean_global"}
    assert {f"day7.{name}" for name in wanted} <= seen


@pytest.mark.parametrize(
    "code", ["AccessDeniedException", "ThrottlingException", "UnrecognizedClientException"]
)
@pytest.mark.parametrize("name", CHECKS)
def test_a_second_region_that_cannot_be_seen(calls, solved_by_pages, monkeypatch, name, code):
    monkeypatch.setattr("checkday.account.live.time.sleep", lambda _: None)
    for call in calls[name]:
        world = World(solved_by_pages.endpoint, solved_by_pages.account)
        service, _, operation = call.partition(":")
        refuse(world.source, service, operation, code, status=403, region=REPLICA)
        outcome, _ = looked(world, name)
        assert isinstance(outcome, Blocked), (call, outcome)
