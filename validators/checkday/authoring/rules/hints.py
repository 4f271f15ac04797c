"""Hints: two that make one think, then the command, taken from the script that the tests run."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from checkday.authoring.sections import script, sections
from checkday.authoring.sentences import BadSentenceError, placeholders
from checkday.authoring.tree import SHARED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checkday.authoring.problem import Problem
    from checkday.authoring.tree import Item, Tree

_COMMAND = re.compile(r"(?<![\w./-])(aws|check-day|curl|eval|workshop) [\w$\"-]|\{\w+\}")
_LAST = 2


def problems(tree: Tree) -> Iterator[Problem]:
    for milestone in tree.milestones:
        for at, text in enumerate(milestone.data["hints"]):
            for language, sentence in text.items():
                yield from _levels(milestone, at, language, sentence)
            if at == _LAST:
                yield from _sections(tree, milestone, text.values())


def _levels(milestone: Item, at: int, language: str, sentence: str) -> Iterator[Problem]:
    has_command = _COMMAND.search(sentence) is not None
    if has_command and at < _LAST:
        yield milestone.problem("lint.early_command", "hints", at, language, id=milestone.id)
    elif at == _LAST and not has_command:
        yield milestone.problem("lint.no_command", "hints", at, language, id=milestone.id)


def _sections(tree: Tree, milestone: Item, sentences: Iterable[str]) -> Iterator[Problem]:
    known = sections(tree.root / SHARED, milestone.task)
    file = (SHARED / script(milestone.task)).as_posix()
    for name in sorted({name for sentence in sentences for name in _names(sentence)} - known.keys()):
        yield milestone.problem("lint.no_section", "hints", _LAST, name=name, file=file)


def _names(sentence: str) -> frozenset[str]:
    try:
        return placeholders(sentence)
    except BadSentenceError:
        return frozenset()  # told by the rule of sentences
