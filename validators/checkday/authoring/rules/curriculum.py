"""Ids, days and needs: the course as a graph."""

from __future__ import annotations

import unicodedata
from graphlib import CycleError, TopologicalSorter
from itertools import chain
from typing import TYPE_CHECKING

from checkday.authoring.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checkday.authoring.tree import Item, Tree


def problems(tree: Tree) -> Iterator[Problem]:
    yield from _days(tree)
    yield from _twice(tree.tasks)
    yield from _twice(tree.milestones)
    yield from _misplaced(tree)
    yield from _needs(tree)
    yield from _cycle(tree)
    yield from _unnormalised(tree)


def _days(tree: Tree) -> Iterator[Problem]:
    listed = tree.course.data["days"]
    for at, day in enumerate(listed):
        if day not in tree.days:
            yield tree.course.problem("lint.day_without_file", "days", at, day=str(day))
    for day, source in tree.days.items():
        if day not in listed:
            yield source.problem("lint.unlisted_day", day=str(day))
        if source.data["day"] != day:
            yield source.problem("lint.wrong_day", "day", id=str(source.data["day"]), day=str(day))


def _twice(items: Iterable[Item]) -> Iterator[Problem]:
    seen: set[str] = set()
    for item in items:
        if item.id in seen:
            yield item.problem("lint.duplicate_id", "id", id=item.id)
        seen.add(item.id)


def _misplaced(tree: Tree) -> Iterator[Problem]:
    for item, separator in chain(
        ((task, "/") for task in tree.tasks), ((one, ".") for one in tree.milestones)
    ):
        if not item.id.startswith(f"day{item.day}{separator}"):
            yield item.problem("lint.wrong_day", "id", id=item.id, day=str(item.day))


def _needs(tree: Tree) -> Iterator[Problem]:
    days = {milestone.id: milestone.day for milestone in tree.milestones}
    for milestone in tree.milestones:
        for at, need in enumerate(milestone.data["needs"]):
            if need not in days:
                yield milestone.problem("lint.unknown_need", "needs", at, id=milestone.id, need=need)
            elif days[need] > milestone.day:
                yield milestone.problem("lint.later_need", "needs", at, id=milestone.id, need=need)


def _cycle(tree: Tree) -> Iterator[Problem]:
    milestones = {milestone.id: milestone for milestone in tree.milestones}
    try:
        TopologicalSorter({one.id: one.data["needs"] for one in milestones.values()}).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        first = next(one for name, one in milestones.items() if name in circle)
        yield first.problem("lint.need_cycle", "needs", ids=", ".join(sorted(set(circle))))


def _unnormalised(tree: Tree) -> Iterator[Problem]:
    """Decomposed letters look the same and are found by no search."""
    for source in (tree.course, tree.words, *tree.days.values()):
        lines = (tree.root / source.path).read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines, 1):
            if not unicodedata.is_normalized("NFC", line):
                yield Problem(source.path, number, "lint.not_nfc")
