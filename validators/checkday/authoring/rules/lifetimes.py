"""Lifetimes: what a clean-up destroys cannot be a state that must hold for ever, and proofs have a trace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkday.authoring.code import day_code

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from checkday.authoring.problem import Problem
    from checkday.authoring.tree import Item, Tree

_TRACE = "_trace"


def problems(tree: Tree) -> Iterator[Problem]:
    yield from _destroyed(list(tree.milestones))
    for day in tree.days:
        functions = day_code(tree, day).functions
        for milestone in (one for one in tree.milestones if one.day == day):
            yield from _traced(milestone, has_trace=f"{milestone.name}{_TRACE}" in functions)


def _destroyed(milestones: list[Item]) -> Iterator[Problem]:
    """Walks the course in order: whatever a clean-up takes away must be an event by then."""
    earlier: dict[str, Item] = {}
    for milestone in milestones:
        for at, subject in enumerate(milestone.data.get("of", ())):
            if subject not in earlier:
                yield milestone.problem("lint.later_subject", "of", at, id=milestone.id, subject=subject)
            for name in _resting_on(subject, earlier):
                if earlier[name].data["lasts"] == "state":
                    yield earlier[name].problem("lint.destroyed_state", "lasts", id=name, by=milestone.id)
        earlier[milestone.id] = milestone


def _resting_on(subject: str, earlier: Mapping[str, Item]) -> set[str]:
    """The subject and all that needs it, directly or through others; needs always come first."""
    found = {subject} & earlier.keys()
    for name, milestone in earlier.items():
        if found & set(milestone.data["needs"]):
            found.add(name)
    return found


def _traced(milestone: Item, *, has_trace: bool) -> Iterator[Problem]:
    name = f"{milestone.name}{_TRACE}"
    if has_trace and "proof" not in milestone.data:
        yield milestone.problem("lint.no_proof", "id", id=milestone.id, name=name)
    if not has_trace and "proof" in milestone.data:
        yield milestone.problem("lint.no_trace", "proof", id=milestone.id, name=name)
