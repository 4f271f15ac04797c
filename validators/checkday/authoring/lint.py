"""Everything in the sources that does not fit together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkday.authoring import schema
from checkday.authoring.problem import BadSources, Problem
from checkday.authoring.rules import (
    checks,
    codes,
    curriculum,
    hints,
    lifetimes,
    pages,
    prose,
    reads,
    sentences,
    unfinished,
    words,
)
from checkday.authoring.tree import Rule, load

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Problem", "lint"]

_RULES: tuple[Rule, ...] = (
    curriculum.problems,
    sentences.problems,
    hints.problems,
    unfinished.problems,
    pages.problems,
    codes.problems,
    lifetimes.problems,
    checks.problems,
    reads.problems,
    words.problems,
    prose.problems,
)


def lint(root: Path) -> list[Problem]:
    """All problems of a checkout, by file and line; those of the files' shape first and alone.

    Raises:
        BadSetting: this is no checkout of the course, or the development tools are not installed.

    """
    try:
        tree = load(root)
        found = schema.problems(tree) or [problem for rule in _RULES for problem in rule(tree)]
    except BadSources as error:
        found = list(error.problems)
    return sorted(found, key=lambda problem: problem.order)
