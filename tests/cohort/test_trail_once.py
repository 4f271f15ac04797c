"""CloudTrail answers twice a second in an account and Region: a look at a cohort walks through it once."""

import re
from collections import Counter
from dataclasses import replace

import pytest

from checkday import curriculum
from checkday.cohort import look as looking
from checkday.cohort.fleet import Way
from checkday.cohort.look import Task, look
from checkday.roster import Learner, State
from cohort_runs import plan
from worlds import REGION, REPLICA, World

_SIGNED = re.compile(r"Credential=([^/]+)/\d+/([^/]+)/cloudtrail")
_ASKED = re.compile(rb'"AttributeKey": ?"(\w+)"')


@pytest.fixture
def asked(sandbox):
    """What is asked of CloudTrail: (account, Region, by what) -> requests."""
    looking._made.cache_clear()  # a client keeps the ears that its session had when it was made
    found = Counter()

    def count(request, **_):
        account, region = _SIGNED.search(str(request.headers["Authorization"])).groups()
        found[account, region, _ASKED.search(request.body)[1].decode()] += 1

    looking._fleet(Way(endpoint=sandbox)).clients.session.register("before-send.cloudtrail", count)
    yield found
    looking._made.cache_clear()


def test_seven_days_ask_each_region_of_an_account_once(sandbox, asked):
    """Whether the account is only collected or judged too; nothing was ever built in it."""
    wanted = replace(plan(tuple(curriculum.days())), way=Way(endpoint=sandbox))
    accounts = {World(sandbox).account: judge for judge in (False, True)}
    for account, judge in accounts.items():
        (found,) = look(replace(wanted, judge=judge), [Task(Learner("le1", "x", account))])
        assert found.state is State.GOOD
    assert set(asked.values()) == {1}
    whole = {(account, region) for account, region, by in asked if by == "ReadOnly"}
    assert whole == {(account, region) for account in accounts for region in (REGION, REPLICA)}
    # QuickSight's console leaves events of another kind, which that walk does not list.
    assert {by for *_, by in asked} <= {"ReadOnly", "EventSource"}
