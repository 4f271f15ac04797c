"""Day 7's messages: what a trading desk says of its trades. First in order, then as the world really sends.

A trade has one value, told by its newest version. In the second run messages come twice, newer versions come
later, and a few older ones come after the newer. The numbers are another learner's in nothing but chance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from random import Random
from typing import Any

from checkday.data.chance import seeded, shuffled

Message = dict[str, Any]
"""TradeID, Version, Value (a text, to the cent), Time, and what it counts towards: Risk, Desk, Place."""

_Arrival = tuple[float, Message]
"""When, between 0 and 1, and what."""

RISKS, DESKS, PLACES = ("Delta", "PV"), ("Options", "Spot"), ("AMER", "APAC", "EMEA")

MESSAGES = 2_000
"""Of each run."""

DUPLICATES, NEWER, LATE = 250, 60, 20
"""In the second run: messages that come again, second versions, and first versions that come after them."""

_TRADES = MESSAGES - DUPLICATES - NEWER
"""Trades of the second run."""

_NEWER_OF_CLEAN = 20
"""Second versions of trades that the first run has brought."""

_NEWER_OF_OWN = NEWER - _NEWER_OF_CLEAN - LATE
"""Second versions that come in their order."""

_START_OF_CLEAN, _START_OF_FAULTY = "2026-03-02T01:", "2026-03-03T01:"
_CENTS = 1_000_000


def clean(seed: int) -> list[Message]:
    """One message a trade, in order."""
    random = seeded(seed ^ 0x7A)
    return [_first(number, _START_OF_CLEAN, random) for number in range(1, MESSAGES + 1)]


def faulty(seed: int) -> list[Message]:
    """Other trades, in the order in which they arrive, with all that goes wrong on the way."""
    random = seeded(seed ^ 0x7B)
    firsts = [_first(MESSAGES + number, _START_OF_FAULTY, random) for number in range(1, _TRADES + 1)]
    mixed = shuffled(firsts, random)
    late, others = mixed[:LATE], mixed[LATE:]
    changed, twice = others[:_NEWER_OF_OWN], others[_NEWER_OF_OWN : _NEWER_OF_OWN + DUPLICATES]
    known = shuffled(clean(seed), random)[:_NEWER_OF_CLEAN]
    arriving = [(random.random(), one) for one in [*others, *(_second(one, random) for one in known)]]
    arriving += _after(arriving, changed, lambda one: _second(one, random), random)
    arriving += _after(arriving, twice, dict, random)
    arriving += _late(late, random)
    return [message for _, message in sorted(arriving, key=lambda one: one[0])]


def items(messages: Iterable[Message]) -> list[dict[str, dict[str, Any]]]:
    """The messages as items of the table that keeps the newest of each trade."""
    return [
        {
            "TradeID": {"S": one["TradeID"]},
            "Version": {"N": str(one["Version"])},
            "Value": {"N": one["Value"]},
            "Time": {"S": one["Time"]},
            "Hierarchy": {"M": {name: {"S": one[name]} for name in ("Risk", "Desk", "Place")}},
        }
        for one in messages
    ]


def _first(number: int, start: str, random: Random) -> Message:
    return {
        "TradeID": f"trade-{number:05}",
        "Version": 1,
        "Value": _value(random),
        "Time": f"{start}{number // 60 % 60:02}:{number % 60:02}Z",
        "Risk": RISKS[int(random.random() * len(RISKS))],
        "Desk": DESKS[int(random.random() * len(DESKS))],
        "Place": PLACES[int(random.random() * len(PLACES))],
    }


def _second(first: Message, random: Random) -> Message:
    return {**first, "Version": 2, "Value": _value(random)}


def _value(random: Random) -> str:
    """From 1.00 on; whoever adds such numbers as floats does not get the sum."""
    cents = 100 + int(random.random() * _CENTS)
    return f"{cents // 100}.{cents % 100:02}"


def _after(
    arriving: Iterable[_Arrival],
    chosen: Iterable[Message],
    make: Callable[[Message], Message],
    random: Random,
) -> Iterator[_Arrival]:
    """Another message of each chosen trade, some time after the one that is there."""
    when = {one["TradeID"]: at for at, one in arriving}
    for one in chosen:
        at = when[one["TradeID"]]
        yield at + (1 - at) * random.random(), make(one)


def _late(chosen: Iterable[Message], random: Random) -> Iterator[_Arrival]:
    """The second version, and the first some time after it."""
    for one in chosen:
        at = random.random()
        yield at, _second(one, random)
        yield at + (1 - at) * random.random(), one
