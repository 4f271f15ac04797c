"""Day 6, the patterns: one account state for every outcome code."""

from datetime import timedelta

import pytest

from checkday import quiz
from checkday.engine.golden import Golden
from day6_worlds import GOLDEN, INDEXES, NOW, Patterns, index, named, sample
from worlds import LEARNER

ASKED = GOLDEN["asked"]
OF_INDEX = {
    "day6.gsi_shard": ("log", "by-shard"),
    "day6.shard_spread": ("log", "by-shard"),
    "day6.gsi_overload": ("staff", "by-sort-key"),
    "day6.gsi_sparse": ("staff", "managers"),
    "day6.gsi_composite": ("staff", "by-city"),
    "day6.adjacency": ("invoice", "by-part"),
}
OF_TABLE = {"day6.capacity": "throttle", "day6.log_table": "log", "day6.staff_table": "staff"}
OF_TABLE |= {"day6.stream": "log"} | {milestone: what for milestone, (what, _) in OF_INDEX.items()}


@pytest.fixture
def world(sandbox) -> Patterns:
    return Patterns(sandbox)


def full(world):
    for what in ("log", "staff", "invoice"):
        world.table(what, sample(what))
    return world


# What all of them share


@pytest.mark.parametrize("milestone", sorted(OF_INDEX))
def test_as_the_page_makes_it(world, milestone):
    assert (milestone, full(world).said(milestone)) == (milestone, None)


@pytest.mark.parametrize("code", ["no_table", "creating"])
@pytest.mark.parametrize(
    "milestone",
    [
        "day6.capacity",
        "day6.log_table",
        "day6.staff_table",
        "day6.stream",
        "day6.gsi_shard",
        "day6.shard_spread",
        "day6.gsi_overload",
        "day6.gsi_sparse",
        "day6.gsi_composite",
        "day6.adjacency",
    ],
)
def test_without_a_table_that_is_ready(world, milestone, code):
    if code == "creating":
        world.table(OF_TABLE[milestone], TableStatus="CREATING")
    assert (milestone, world.said(milestone)) == (milestone, code)


@pytest.mark.parametrize("code", ["no_index", "wrong_keys", "creating"])
@pytest.mark.parametrize(
    "milestone",
    [
        "day6.gsi_shard",
        "day6.shard_spread",
        "day6.gsi_overload",
        "day6.gsi_sparse",
        "day6.gsi_composite",
        "day6.adjacency",
    ],
)
def test_without_an_index_that_is_right_and_ready(world, milestone, code):
    what, name = OF_INDEX[milestone]
    indexes = {
        "no_index": [],
        "wrong_keys": [index(name, *reversed(INDEXES[name]))],
        "creating": [index(name, IndexStatus="CREATING")],
    }
    world.table(what, GlobalSecondaryIndexes=indexes[code])
    assert (milestone, world.said(milestone)) == (milestone, code)


@pytest.mark.parametrize(
    "milestone", ["day6.gsi_overload", "day6.gsi_sparse", "day6.gsi_composite", "day6.adjacency"]
)
def test_before_anything_is_loaded(world, milestone):
    world.table(OF_TABLE[milestone])
    assert (milestone, world.said(milestone)) == (milestone, "empty")


@pytest.mark.parametrize(
    "milestone", ["day6.gsi_overload", "day6.gsi_sparse", "day6.gsi_composite", "day6.adjacency"]
)
def test_half_of_the_items(world, milestone):
    items = [one for at, one in enumerate(sample(OF_TABLE[milestone])) if at % 2]
    world.table(OF_TABLE[milestone], items)
    assert (milestone, world.said(milestone)) == (milestone, "wrong_count")


# capacity


def units(reads, writes):
    return {
        "BillingModeSummary": None,
        "ProvisionedThroughput": {"ReadCapacityUnits": reads, "WriteCapacityUnits": writes},
    }


@pytest.mark.parametrize("changes", [units(5, 5), {}])
def test_capacity(world, changes):
    world.table("throttle", **changes).metrics(WriteThrottleEvents=(3.0, NOW - timedelta(days=1)))
    assert world.said("day6.capacity") is None


@pytest.mark.parametrize(
    ("metrics", "made", "code"),
    [
        ({}, timedelta(minutes=2), "metrics_late"),
        ({}, timedelta(days=1), "idle"),
        (
            {"ConsumedWriteCapacityUnits": (900.0, NOW - timedelta(minutes=30))},
            timedelta(days=1),
            "metrics_late",
        ),
        (
            {"ConsumedWriteCapacityUnits": (900.0, NOW - timedelta(hours=5))},
            timedelta(days=1),
            "not_throttled",
        ),
    ],
)
def test_capacity_without_a_throttle(world, metrics, made, code):
    world.table("throttle", CreationDateTime=NOW - made, **units(5, 5)).metrics(**metrics)
    assert ("day6.capacity", world.said("day6.capacity")) == ("day6.capacity", code)


def test_a_table_as_large_as_the_other_labs_costs_money_every_day(world):
    world.table("throttle").table("log", **units(5000, 5000))
    finding = world.finding("day6.capacity")
    assert (finding.code, finding.facts["table"]) == ("over_provisioned", named("log"))
    assert finding.facts["usd_day"] > 50


def test_the_units_of_indexes_count_as_well(world):
    throughput = {"ReadCapacityUnits": 60, "WriteCapacityUnits": 60}
    provisioned = index("by-shard", ProvisionedThroughput=throughput)
    world.table("throttle").table("log", GlobalSecondaryIndexes=[provisioned], **units(5, 5))
    assert world.said("day6.capacity") == "over_provisioned"


# log_table, gsi_shard, staff_table


@pytest.mark.parametrize(
    ("milestone", "changes", "code"),
    [
        ("day6.log_table", {}, None),
        ("day6.log_table", {"keys": ["id"]}, "wrong_keys"),
        ("day6.log_table", {"BillingModeSummary": None}, "provisioned"),
        ("day6.log_table", {"OnDemandThroughput": None}, "no_limit"),
        ("day6.log_table", {"OnDemandThroughput": {"MaxWriteRequestUnits": -1}}, "no_limit"),
        ("day6.staff_table", {}, None),
        ("day6.staff_table", {"keys": ["PK"]}, "wrong_keys"),
    ],
)
def test_a_table_s_own_settings(world, milestone, changes, code):
    world.table(OF_TABLE[milestone], **changes)
    assert (milestone, world.said(milestone)) == (milestone, code)


def test_an_index_that_copies_everything_costs_more(world):
    world.table("log", GlobalSecondaryIndexes=[index("by-shard", Projection={"ProjectionType": "ALL"})])
    assert ("day6.gsi_shard", world.said("day6.gsi_shard")) == ("day6.gsi_shard", "projection")


# shard_spread


def shards(of):
    """The log, each item in the shard that the function gives it by its number."""
    return [one | {"ShardKey": {"S": f"shard#{of(at)}"}} for at, one in enumerate(sample("log"))]


@pytest.mark.parametrize(
    ("items", "code"),
    [
        (lambda: (*sample("log"), *sample("log-stream")), None),
        (lambda: shards(lambda at: at % 10), "shard_range"),
        (lambda: shards(lambda at: at % 10 + 1 if at < 200 else 7), "skew"),
        (lambda: sample("log")[:15_000], "partial"),
        (lambda: (*sample("log"), *sample("log-stream"), *sample("log-stream")), "too_many"),
        (lambda: (), "empty"),
    ],
)
def test_shard_spread(world, items, code):
    world.table("log", items())
    assert ("day6.shard_spread", world.said("day6.shard_spread")) == ("day6.shard_spread", code)


def test_a_shard_that_nobody_writes(world):
    world.table("log", shards(lambda at: at % 9 + 1))
    assert world.said("day6.shard_spread") == "shard_range"


def test_an_off_by_one_loses_a_tenth_without_an_error(world):
    world.table("log", shards(lambda at: at % 10))
    finding = world.finding("day6.shard_spread")
    assert (finding.facts["outside"], finding.facts["lacking"]) == (2000, "shard#10")


# gsi_overload, gsi_sparse, gsi_composite


def changed(what, change):
    return [one | change(one) for one in sample(what)]


def without_kind(item):
    return {"SK": {"S": item["SK"]["S"].partition("#")[2] or "root"}}


def everybody(item):
    return {"IsManager": item.get("IsManager", {"S": "0"})} if item["SK"]["S"] == "root" else {}


def turned(item):
    place, _, dept = item.get("DistrictDept", {"S": "#"})["S"].partition("#")
    return {"DistrictDept": {"S": f"{dept}#{place}"}} if dept else {}


@pytest.mark.parametrize(
    ("milestone", "change", "code"),
    [
        ("day6.gsi_overload", without_kind, "item_type"),
        ("day6.gsi_sparse", everybody, "not_sparse"),
        ("day6.gsi_composite", turned, "composite_order"),
    ],
)
def test_items_that_miss_the_pattern(world, milestone, change, code):
    world.table("staff", changed("staff", change))
    assert (milestone, world.said(milestone)) == (milestone, code)


# decision


def answers(*, right):
    """That many right answers to the quiz, and wrong ones to the rest."""
    golden, given = Golden(LEARNER), {}
    for number, question in enumerate(quiz.load(6).questions):
        choices = [str(one) for one in range(1, 5)]
        wanted = [str(GOLDEN["right"][question.golden.rpartition(".")[2]])] if question.golden else choices
        good = next(one for one in wanted if quiz.is_right(question, one, golden))
        given[question.id] = good if number < right else "no answer"
    return {6: given}


@pytest.mark.parametrize(("right", "code"), [(10, None), (8, None), (7, "wrong_answers")])
def test_decision(world, right, code):
    assert ("day6.decision", world.said("day6.decision", answers(right=right))) == ("day6.decision", code)


def test_decision_without_an_answer(world):
    assert world.said("day6.decision", {}) == "not_answered"


def test_the_questions_are_filled_with_the_learner_s_own_things():
    asked = [quiz.asked(one, "vi", Golden(LEARNER)) for one in quiz.load(6).questions]
    assert any(ASKED["title"] in one for one in asked)
    assert not any("{" in one for one in asked)


# clean_tables


@pytest.mark.parametrize("what", ["catalog", "throttle", "log", "log-copy", "staff", "invoice"])
def test_a_table_that_is_left(world, what):
    world.table(what)
    assert ("day6.clean_tables", world.said("day6.clean_tables")) == ("day6.clean_tables", "still_there")


def test_a_table_that_is_going(world):
    world.table("log", TableStatus="DELETING")
    assert world.said("day6.clean_tables") == "deleting"


def test_no_table_is_left_but_the_restored_ones_which_are_another_s(world):
    world.table("catalog-od")
    assert world.said("day6.clean_tables") is None
