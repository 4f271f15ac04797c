"""Day 4, the dashboard: charts that were drawn on the learner's machine, judged again by their numbers."""

import pytest

from checkday.engine.golden import Golden
from checkday.model import NotYet, OtherPath
from wire import refuse
from worlds import LEARNER, World

GOLDEN = Golden(LEARNER)
HEAT_MAP = [[device, name, plays] for device, name, _, plays in GOLDEN["device_tracks"]]
TREE_MAP = [[artist, plays] for artist, plays in GOLDEN["artists"].items()]
MILESTONES = ["day4.bi_source", "day4.bi_dataset", "day4.bi_dashboard"]
HERE = {}
"""Answers from this machine: none to a quiz, but charts can be seen."""


@pytest.fixture
def world(sandbox) -> World:
    return World(sandbox)


def drawn(world, **changes):
    return {"account": world.account, "origin": "live", "heat_map": HEAT_MAP, "tree_map": TREE_MAP} | changes


@pytest.mark.parametrize("milestone", MILESTONES)
def test_a_right_chart_is_an_accepted_other_way(world, milestone):
    assert isinstance(world.check(milestone, answers=HERE, chart=drawn(world)), OtherPath)


@pytest.mark.parametrize("milestone", ["day4.bi_source", "day4.bi_dataset", "day4.bi_dashboard"])
@pytest.mark.parametrize(
    "changes",
    [
        {"heat_map": HEAT_MAP[1:]},
        {"heat_map": [[*HEAT_MAP[0][:2], HEAT_MAP[0][2] + 1], *HEAT_MAP[1:]]},
        {"tree_map": [*TREE_MAP, ["Nobody", 1]]},
        {"heat_map": "<script>"},
        {"heat_map": [[[[]]], {}, None, 7]},
        {"tree_map": None},
    ],
)
def test_wrong_chart(world, milestone, changes):
    said = world.said(milestone, answers=HERE, chart=drawn(world, **changes))
    assert (milestone, said) == (milestone, "wrong_chart")


def test_a_wrong_chart_names_the_number(world):
    device, name, plays = HEAT_MAP[0]
    chart = drawn(world, heat_map=[[device, name, plays + 5], *HEAT_MAP[1:]])
    with pytest.raises(NotYet) as caught:
        world.check("day4.bi_dashboard", answers=HERE, chart=chart)
    assert caught.value.facts["wanted"] == f"{device}, {name}, {plays}"


def test_a_chart_of_another_account_is_none(world):
    refuse(world.source, "quicksight", "DescribeAccountSubscription", "ResourceNotFoundException", status=404)
    chart = drawn(world, account="999999999999")
    assert world.said("day4.bi_source", answers=HERE, chart=chart) == "not_subscribed"
