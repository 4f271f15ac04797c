"""Day 7: what the messages come to, counted from the messages themselves, newest version first of all."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from checkday.resources import sample_data

Message = Mapping[str, Any]
Totals = dict[str, str]

COUNTED = "trades"
"""Under this name stands how many trades there are; all other names are paths of risk, desk and place."""


def day7(clean: Sequence[Message], faulty: Sequence[Message]) -> dict[str, Any]:
    """The totals after the first run and after both, and what they come to when the last message wins.

    `first` is a trade of the first run, `second` the id of one that only the second run brings.
    """
    return {
        "clean": totals(clean),
        "both": totals([*clean, *faulty]),
        "first": {name: clean[0][name] for name in ("TradeID", "Value")},
        "second": max(one["TradeID"] for one in faulty),
        "last_wins": totals(_renumbered([*clean, *faulty])),
    }


def library() -> list[Any]:
    """Every sample item of the global table."""
    folder = sample_data() / "global"
    names = ("library.json", "bookmarks.json")
    return [item for name in names for item in json.loads((folder / name).read_text(encoding="utf-8"))]


def totals(messages: Iterable[Message]) -> Totals:
    """The number of trades, and the sum of each path's values, exact to the cent."""
    newest: dict[str, Message] = {}
    for one in messages:
        known = newest.get(one["TradeID"])
        if known is None or known["Version"] < one["Version"]:
            newest[one["TradeID"]] = one
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for one in newest.values():
        risk, desk, place = one["Risk"], one["Desk"], one["Place"]
        for path in (risk, f"{risk}:{desk}", f"{risk}:{desk}:{place}"):
            sums[path] += Decimal(one["Value"])
    return {COUNTED: str(len(newest)), **{path: str(sums[path]) for path in sorted(sums)}}


def _renumbered(messages: Iterable[Message]) -> list[Message]:
    """As if each message were newer than all before it: what an unconditional put believes."""
    return [{**one, "Version": number} for number, one in enumerate(messages)]
