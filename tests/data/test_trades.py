"""Day 7's messages: what goes wrong in them, and what they come to, counted in two ways."""

from collections import Counter
from fractions import Fraction

import pytest

from checkday import data, golden
from checkday.data import trades
from checkday.data.loads import LOADS
from checkday.golden.trades import totals

SEEDS = [data.seed_of(f"learner-{number}") for number in range(60)]


@pytest.fixture(params=SEEDS[:20])
def seed(request):
    return request.param


def refused(messages):
    """How many a table turns down that keeps the newest version of each trade."""
    stored, count = {}, 0
    for one in messages:
        count += one["Version"] <= stored.get(one["TradeID"], 0)
        stored[one["TradeID"]] = max(one["Version"], stored.get(one["TradeID"], 0))
    return count


def test_the_first_run_is_one_message_a_trade(seed):
    found = trades.clean(seed)
    assert len({one["TradeID"] for one in found}) == len(found) == 2000
    assert {one["Version"] for one in found} == {1}
    assert refused(found) == 0


def test_what_goes_wrong_in_the_second_run(seed):
    found = trades.faulty(seed)
    times = Counter((one["TradeID"], one["Version"]) for one in found)
    assert len(found) == 2000
    assert sum(count - 1 for count in times.values()) == 250
    assert sum(version == 2 for _, version in times) == 60
    assert refused(found) == 270


def test_late_first_versions_come_after_the_second(seed):
    found = trades.faulty(seed)
    second = {one["TradeID"]: at for at, one in enumerate(found) if one["Version"] == 2}
    late = {one["TradeID"] for at, one in enumerate(found) if second.get(one["TradeID"], at) < at}
    assert len(late) == 20


def test_the_totals_are_exact_and_of_the_newest_versions(seed):
    messages = [*trades.clean(seed), *trades.faulty(seed)]
    newest = {one["TradeID"]: one for one in sorted(messages, key=lambda one: one["Version"])}
    counted = golden.day7(trades.clean(seed), trades.faulty(seed))["both"]
    assert counted["trades"] == str(len(newest)) == "3690"
    for path in ("PV", "Delta:Spot", "PV:Options:EMEA"):
        parts = path.split(":")
        fitting = [
            one for one in newest.values() if [one["Risk"], one["Desk"], one["Place"]][: len(parts)] == parts
        ]
        assert Fraction(counted[path]) == sum(Fraction(one["Value"]) for one in fitting)
    assert len(counted) == 19


def test_every_run_and_every_mistake_comes_to_something_else(seed):
    counted = golden.day7(trades.clean(seed), trades.faulty(seed))
    for path in ("PV", "Delta"):
        assert len({counted[run][path] for run in ("clean", "both", "last_wins")}) == 3


def test_learners_have_other_totals():
    assert len({str(totals(trades.clean(seed))) for seed in SEEDS}) == len(SEEDS)


def test_floats_would_not_give_the_sum():
    found = trades.clean(SEEDS[0])
    exact = totals(found)
    sums = {
        path: sum(float(one["Value"]) for one in found if one["Risk"] == path) for path in ("PV", "Delta")
    }
    assert any(str(total) != exact[path] for path, total in sums.items())


def test_as_items_they_are_this_learner_s():
    load = LOADS["state-faulty"].of(SEEDS[0])
    assert load.items() == trades.items(trades.faulty(SEEDS[0]))
    assert load.items()[0].keys() == {"TradeID", "Version", "Value", "Time", "Hierarchy"}


def test_the_library_has_twelve_films_and_thirty_bookmarks():
    found = LOADS["global"].items()
    assert found == golden.library()
    assert Counter(one["PK"]["S"] == "library" for one in found) == {True: 12, False: 30}
    assert len({(one["PK"]["S"], one["SK"]["S"]) for one in found}) == 42
    films = {one["SK"]["S"] for one in found if one["PK"]["S"] == "library"}
    assert {one["SK"]["S"] for one in found} == films
