"""The sources of the course in one checkout: where they lie, and the things an author wrote in them."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from checkday.authoring.problem import BadSources, Problem
from checkday.authoring.source import Place, Source, read
from checkday.model import BadSetting

PACKAGE = Path("validators/checkday")
CURRICULUM = PACKAGE / "curriculum"
CHECKS = PACKAGE / "checks"
DOCS = Path("docs")
SHARED = DOCS / "_shared"
TESTS = Path("tests/checks")

_DAY = re.compile(r"day([1-9][0-9]*)")


@dataclass(frozen=True, slots=True)
class Item:
    """A task or a milestone as written, and where."""

    source: Source
    place: Place
    data: Mapping[str, Any]
    day: int
    task: str

    @property
    def id(self) -> str:
        return str(self.data["id"])

    @property
    def name(self) -> str:
        """What a milestone's function and anchors are called."""
        return self.id.partition(".")[2]

    def problem(self, key: str, *place: str | int, **facts: str) -> Problem:
        return self.source.problem(key, *self.place, *place, **facts)


@dataclass(frozen=True, slots=True)
class Module:
    """One Python file, parsed."""

    path: Path
    tree: ast.Module

    @property
    def day(self) -> int | None:
        """The day whose checks it holds: checks/dayN.py, or any file of the package checks/dayN."""
        parts = self.path.relative_to(CHECKS).parts if self.path.is_relative_to(CHECKS) else ()
        found = _DAY.fullmatch(parts[0].removesuffix(".py")) if parts else None
        return int(found[1]) if found else None

    def problem(self, node: ast.AST, key: str, **facts: str) -> Problem:
        return Problem(self.path, getattr(node, "lineno", 1), key, facts)


@dataclass(frozen=True)
class Tree:
    """Everything the author's tools read."""

    root: Path
    course: Source
    days: Mapping[int, Source]
    words: Source
    reads: Source
    causes: Source

    @property
    def languages(self) -> list[str]:
        return list(self.course.data["languages"])

    @property
    def listed(self) -> dict[int, Source]:
        """The days that are part of the course; a file may be there before its day is finished."""
        return {day: source for day, source in self.days.items() if day in self.course.data["days"]}

    @cached_property
    def tasks(self) -> list[Item]:
        return [
            Item(source, ("tasks", at), task, day, task["id"])
            for day, source in self.days.items()
            for at, task in enumerate(source.data["tasks"])
        ]

    @cached_property
    def milestones(self) -> list[Item]:
        return [
            Item(task.source, (*task.place, "milestones", at), milestone, task.day, task.id)
            for task in self.tasks
            for at, milestone in enumerate(task.data["milestones"])
        ]

    @cached_property
    def modules(self) -> list[Module]:
        """Every Python file of the package.

        Raises:
            BadSources: one of them is not Python.

        """
        files = sorted((self.root / PACKAGE).rglob("*.py"))
        return [_module(self.root, file.relative_to(self.root)) for file in files]

    @property
    def checks(self) -> Iterator[Module]:
        return (module for module in self.modules if module.path.is_relative_to(CHECKS))

    def page(self, task: str, language: str) -> Path:
        return DOCS / language / f"{task}.md"


def load(root: Path) -> Tree:
    """Read all sources.

    Raises:
        BadSetting: this is no checkout of the course.
        BadSources: files that are missing or not plain YAML, all of them.

    """
    if not (root / CURRICULUM).is_dir():
        raise BadSetting("author.no_checkout", path=str(root.resolve()))
    found = _Reader(root)
    course, words = found(CURRICULUM / "course.yaml"), found(CURRICULUM / "words.yaml")
    reads, causes = found(PACKAGE / "account/reads.yaml"), found(PACKAGE / "account/causes.yaml")
    days = {day: found(path.relative_to(root)) for day, path in _day_files(root)}
    if found.problems:
        raise BadSources(found.problems)
    return Tree(root, course, days, words, reads, causes)


class _Reader:
    """Reads on after a broken file, so that an author sees all of them at once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.problems: list[Problem] = []

    def __call__(self, path: Path) -> Source:
        try:
            return read(self.root, path)
        except BadSources as error:
            self.problems.extend(error.problems)
            return Source(path, None, {(): 1})


def _day_files(root: Path) -> list[tuple[int, Path]]:
    named = [(_DAY.fullmatch(path.stem), path) for path in (root / CURRICULUM).glob("day*.yaml")]
    return sorted((int(found[1]), path) for found, path in named if found)


def _module(root: Path, path: Path) -> Module:
    try:
        return Module(path, ast.parse((root / path).read_bytes(), filename=path.as_posix()))
    except SyntaxError as error:
        raise BadSources([Problem(path, error.lineno or 1, "lint.python", {"detail": error.msg})]) from error


Rule = Callable[[Tree], Iterator[Problem]]
