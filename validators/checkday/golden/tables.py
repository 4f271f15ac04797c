"""Day 5: which items of the four tables a learner is asked about, and what they hold, by the files."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from checkday.resources import sample_data

Item = Mapping[str, Mapping[str, Any]]

TABLES = ("catalog", "forum", "thread", "reply")
_MANY = 4
"""Replies of a thread that is worth a question."""


def day5(seed: int) -> dict[str, Any]:
    """The items by table, what is asked of this seed under `asked`, and the right answers under `right`."""
    items = {name: _items(name) for name in TABLES}
    asked = _asked(seed, items)
    return {**items, "asked": asked, "right": _right(asked, items)}


def _items(table: str) -> list[Item]:
    text = (sample_data() / "ddb" / f"{table}.json").read_text(encoding="utf-8")
    items: list[Item] = json.loads(text)
    return items


def _asked(seed: int, items: Mapping[str, Sequence[Item]]) -> dict[str, Any]:
    """What fills the questions: other things for other learners, each with an answer worth the asking."""
    choose = Choice(seed)
    priced = [item for item in items["catalog"] if "Price" in item]
    threads = _by_thread(items["reply"])
    long = sorted(thread for thread, replies in threads.items() if len(replies) >= _MANY)
    thread, other = choose.of(long), choose.of(long)
    category = choose.of(["Bicycle", "Book"])
    prices = sorted(_number(item, "Price") for item in priced if _text(item, "Category") == category)
    return {
        "item": choose.of([_number(item, "Id") for item in priced]),
        "thread": thread,
        "since": _text(threads[thread][choose.of([0, 1])], "ReplyDateTime"),
        "forum": choose.of(sorted({_text(item, "ForumName") for item in items["thread"]})),
        "category": category,
        "price": choose.of(prices[2:-3]),
        "newest": other,
        "poster": choose.of(sorted({_text(item, "PostedBy") for item in items["reply"]})),
    }


class Choice:
    """One choice after the other from the digits of one number: as good as chance, and always the same."""

    def __init__(self, seed: int) -> None:
        self._left = seed

    def of(self, options: Sequence[Any]) -> Any:
        self._left, place = divmod(self._left, len(options))
        return options[place]


def _right(asked: Mapping[str, Any], items: Mapping[str, Sequence[Item]]) -> dict[str, int]:
    threads = _by_thread(items["reply"])
    catalog = {_number(item, "Id"): item for item in items["catalog"]}
    return {
        "price": _number(catalog[asked["item"]], "Price"),
        "later": sum(_text(one, "ReplyDateTime") > asked["since"] for one in threads[asked["thread"]]),
        "views": sum(
            _number(one, "Views") for one in items["thread"] if _text(one, "ForumName") == asked["forum"]
        ),
        "dearer": sum(
            _number(one, "Price") > asked["price"]
            for one in items["catalog"]
            if "Price" in one and _text(one, "Category") == asked["category"]
        ),
        "likes": _number(threads[asked["newest"]][-1], "Likes"),
        "posted": sum(_text(one, "PostedBy") == asked["poster"] for one in items["reply"]),
    }


def _by_thread(replies: Iterable[Item]) -> dict[str, list[Item]]:
    """The replies of each thread, oldest first."""
    found: dict[str, list[Item]] = defaultdict(list)
    for reply in replies:
        found[_text(reply, "Id")].append(reply)
    return {name: sorted(those, key=lambda one: _text(one, "ReplyDateTime")) for name, those in found.items()}


def _text(item: Item, name: str) -> str:
    return str(item[name]["S"])


def _number(item: Item, name: str) -> int:
    return int(item[name]["N"])
