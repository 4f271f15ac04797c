"""Checks and words: each milestone has its function, each code its sentences, and nothing is left over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkday.authoring.code import DayCode, Raised, day_code
from checkday.authoring.sentences import BadSentenceError, placeholders
from checkday.authoring.tree import CHECKS, Item, Tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checkday.authoring.problem import Problem

_TRACE = "_trace"


def problems(tree: Tree) -> Iterator[Problem]:
    for day in tree.days:
        code = day_code(tree, day)
        milestones = {one.name: one for one in tree.milestones if one.day == day}
        yield from _unowned(code, set(milestones))
        yield from _unclear(code)
        for milestone in milestones.values():
            yield from _milestone(code, milestone)


def _unowned(code: DayCode, names: set[str]) -> Iterator[Problem]:
    for function in code.public:
        if function.name.removesuffix(_TRACE) not in names:
            yield function.module.problem(function.node, "lint.no_milestone", name=function.name)


def _unclear(code: DayCode) -> Iterator[Problem]:
    for function in code.functions.values():
        for raised in function.raised(code.functions.values()):
            if raised.code is None:
                yield raised.module.problem(raised.node, "lint.unclear_code")


def _milestone(code: DayCode, milestone: Item) -> Iterator[Problem]:
    if milestone.name not in code.functions:
        file = (CHECKS / f"day{milestone.day}.py").as_posix()
        yield milestone.problem("lint.no_function", "id", name=milestone.name, file=file)
        return
    functions = [name for name in (milestone.name, milestone.name + _TRACE) if name in code.functions]
    raised = [one for name in functions for one in code.raised(name)]
    yield from _codes(milestone, raised)
    for name in functions:
        # What only anchors a Record is no evidence of its own.
        if not name.endswith(_TRACE) or milestone.data.get("proof") == "full":
            yield from _evidence(code, milestone, name)


def _codes(milestone: Item, raised: list[Raised]) -> Iterator[Problem]:
    known = milestone.data["codes"]
    for one in raised:
        if one.code and one.code not in known:
            yield one.module.problem(one.node, "lint.unknown_code", id=milestone.id, code=one.code)
        elif one.code and one.facts is not None:
            yield from _facts(milestone, one, one.code, one.facts)
    for code in known:
        if code not in {one.code for one in raised}:
            yield milestone.problem("lint.unused_code", "codes", code, id=milestone.id, code=code)


def _facts(milestone: Item, raised: Raised, code: str, facts: frozenset[str]) -> Iterator[Problem]:
    try:
        wanted = {name for text in _sentences(milestone, code) for name in placeholders(text)}
    except BadSentenceError:
        return  # told by the rule of sentences
    if lacking := sorted(wanted - facts):
        yield raised.module.problem(raised.node, "lint.lacking_facts", name=code, facts=", ".join(lacking))


def _sentences(milestone: Item, code: str) -> Iterator[str]:
    for text in ("seen", "todo"):
        yield from milestone.data["codes"][code][text].values()


def _evidence(code: DayCode, milestone: Item, name: str) -> Iterator[Problem]:
    wanted = set(milestone.data["gives"])
    for returned in code.returned(name):
        if returned.keys is None:
            yield returned.module.problem(returned.node, "lint.unclear_return", id=milestone.id)
        elif lacking := sorted(wanted - returned.keys):
            keys = ", ".join(lacking)
            yield returned.module.problem(returned.node, "lint.lacking_evidence", id=milestone.id, keys=keys)
