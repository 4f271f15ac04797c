"""Day 7, the totals: what a wrong number says of what went wrong."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from day7_worlds import NOW, TRADES, Globe, named, texts
from worlds import REGION

BOTH = TRADES["both"]


def just_now():
    """A minute ago, whenever the test is run: a suite may take longer than the clocks of AWS."""
    return (datetime.now(UTC) - timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%MZ")


@pytest.fixture
def world(sandbox) -> Globe:
    return Globe(sandbox)


def more(name, amount, run="clean"):
    return {name: str(Decimal(TRADES[run][name]) + Decimal(amount))}


# totals


@pytest.mark.parametrize("run", ["clean", "both"])
def test_right_totals(world, run):
    assert world.flow(run).said("day7.totals") is None


def test_numbers_are_compared_as_numbers(world):
    assert world.flow(trades="2000.000").said("day7.totals") is None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"trades": "2040"}, "double_count"),
        (more("PV", "17.5"), "double_count"),
        (more("PV", "-17.5"), "lost_update"),
        (more("PV", "0.0000001"), "inexact"),
        ({"trades": "1990"}, "swallowed"),
        ({"strange:path": "1"}, "strange"),
    ],
)
def test_totals(world, changes, code):
    assert world.flow(**changes).said("day7.totals") == code


def test_totals_of_which_some_trades_are_missing_though_calls_failed(world):
    world.flow(trades="1990").measured("Errors", "map")
    assert world.said("day7.totals") == "short"


@pytest.mark.parametrize("position", [0, 1])
def test_totals_that_begin_too_late(world, position):
    world.flow(trades="1990").mappings[position]["StartingPosition"] = "LATEST"
    assert world.said("day7.totals") == "latest_missed"


def test_older_versions_that_replaced_newer_ones(world):
    assert world.flow("last_wins").said("day7.totals") == "old_versions"


@pytest.mark.parametrize("changes", [{"trades": "700"}, {"trades": "2040"}, more("PV", "17.5")])
def test_what_changed_a_moment_ago_is_still_being_counted(world, changes):
    assert world.flow(at=just_now(), **changes).said("day7.totals") == "counting"


def test_a_clock_that_was_changed_decides_nothing(world):
    ahead = (NOW + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%MZ")
    assert world.flow(at=ahead, trades="700").said("day7.totals") == "counting"


def test_the_messages_of_another_learner(world):
    world.flow(**more("PV", "17.5")).at[REGION].items[named("state")][0]["Value"] = {"N": "1.23"}
    assert world.said("day7.totals") == "other_learner_trades"


def test_a_first_trade_that_has_a_newer_version_is_nobody_else_s(world):
    world.flow("both", **more("PV", "-17.5", "both")).at[REGION].items[named("state")][0] |= {
        "Value": {"N": "1.23"},
        "Version": {"N": "2"},
    }
    assert world.said("day7.totals") == "lost_update"


def test_the_second_run_half_way_is_measured_by_both(world):
    world.flow("both", trades="3000").measured("Errors", "map")
    assert world.said("day7.totals") == "short"


@pytest.mark.parametrize("milestone", ["day7.totals", "day7.exactly_once"])
def test_no_totals(world, milestone):
    assert world.said(milestone) == "no_table"
    assert world.table("aggregate").said(milestone) == "empty"


@pytest.mark.parametrize("milestone", ["day7.totals", "day7.exactly_once"])
def test_totals_that_are_none(world, milestone):
    world.table("aggregate", {**texts(Identifier="PV"), "Value": {"S": "12"}})
    assert world.said(milestone) == "not_a_number"


@pytest.mark.parametrize("milestone", ["day7.totals", "day7.exactly_once"])
def test_a_table_of_other_things(world, milestone):
    world.table("aggregate", *[{**texts(Identifier=str(n)), "Value": {"N": "1"}} for n in range(200)])
    assert world.said(milestone) == "crowded"


# exactly_once


@pytest.fixture
def faulty(world):
    return world.flow("both")


def failed(world, *functions):
    for what in ("map", "reduce"):
        world.measured("Invocations", what, 90)
    for what in functions:
        world.measured("Errors", what, 20)
    return world


def test_right_in_spite_of_failures(faulty):
    assert failed(faulty, "map", "reduce").said("day7.exactly_once") is None


@pytest.mark.parametrize("functions", [(), ("map",), ("reduce",)])
def test_right_without_failures_shows_nothing(faulty, functions):
    assert failed(faulty, *functions).said("day7.exactly_once") == "no_failures"


def test_failures_that_cloudwatch_does_not_know_yet(world):
    assert world.flow("both", just_now()).said("day7.exactly_once") == "metrics_late"


def test_the_second_run_has_not_begun(world):
    assert failed(world.flow(), "map", "reduce").said("day7.exactly_once") == "not_run"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"trades": "3731"}, "double_count"),
        (more("Delta", "1", "both"), "double_count"),
        (more("Delta", "-1", "both"), "lost_update"),
        (more("Delta", "0.001", "both"), "inexact"),
        ({"trades": "3600"}, "short"),
        ({"x": "1"}, "strange"),
    ],
)
def test_exactly_once(faulty, changes, code):
    failed(faulty.flow("both", **changes), "map", "reduce")
    assert faulty.said("day7.exactly_once") == code


def test_nothing_failed_and_something_is_missing(world):
    assert world.flow("both", trades="3600").said("day7.exactly_once") == "swallowed"


def test_the_beginning_was_missed(world):
    world.flow("both", trades="3600").mappings[0]["StartingPosition"] = "LATEST"
    assert world.said("day7.exactly_once") == "latest_missed"


def test_the_last_message_won(world):
    assert world.flow("last_wins").said("day7.exactly_once") == "old_versions"


def test_it_still_counts(world):
    assert world.flow("both", just_now(), trades="3600").said("day7.exactly_once") == "counting"


def test_another_learner_s_messages(world):
    world.flow("both", **more("PV", "17.5", "both"))
    world.at[REGION].items[named("state")][0]["Value"] = {"N": "1.23"}
    assert world.said("day7.exactly_once") == "other_learner_trades"
