"""What `author new` left for a person to fill in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkday.authoring.problem import Problem
from checkday.authoring.tree import CHECKS, TESTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from checkday.authoring.tree import Tree

MARK = "UNFINISHED"
"""Stands in every stub, and in nothing that is published."""

_LONGEST = 60


def problems(tree: Tree) -> Iterator[Problem]:
    for path in sorted(_files(tree)):
        lines = (tree.root / path).read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines, 1):
            if MARK in line:
                yield Problem(path, number, "lint.unfinished", {"text": line.strip()[:_LONGEST]})


def _files(tree: Tree) -> Iterator[Path]:
    yield from (source.path for source in tree.days.values())
    pages = (tree.page(task.id, language) for task in tree.tasks for language in tree.languages)
    yield from (page for page in pages if (tree.root / page).is_file())
    for folder in (CHECKS, TESTS):
        yield from (path.relative_to(tree.root) for path in (tree.root / folder).rglob("*.py"))
