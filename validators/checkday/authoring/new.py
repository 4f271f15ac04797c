"""`author new`: the stubs of one milestone in every file that must know it; lint names what is left."""

from __future__ import annotations

import re
from dataclasses import dataclass
from keyword import iskeyword
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from checkday.authoring import inserting, schema
from checkday.authoring.problem import BadSources
from checkday.authoring.rules.unfinished import MARK
from checkday.authoring.tree import CHECKS, TESTS, Item, Module, Tree, load
from checkday.model import BadSetting, Unwritable

if TYPE_CHECKING:
    from collections.abc import Iterator

_STUBS = Path(__file__).parent / "stubs"
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_TRACE = "_trace"
_LAB = ("checkday.lab", ["Evidence", "Lab", "NotYet"])
_FRONT = re.compile(r"(?<=^milestones: \[)(.*)(?=\]$)", re.MULTILINE)


def new(root: Path, milestone: str, task: str) -> list[Path]:
    """Write the stubs of a milestone, all or none of them.

    Returns the files that were changed, relative to the root.

    Raises:
        BadSetting: the id is taken or no id of this task, or there is no such task.
        BadSources: the sources have not the agreed shape, or the task has no page.
        Unwritable: a file cannot be written.

    """
    tree = load(root)
    if problems := schema.problems(tree):
        raise BadSources(problems)
    stub = _Stub(tree, _task(tree, task), milestone)
    stub.check_id()
    texts = dict(stub.texts())
    for path, text in texts.items():
        _write(root / path, path, text)
    return sorted(texts)


def _task(tree: Tree, wanted: str) -> Item:
    for task in tree.tasks:
        if task.id == wanted:
            return task
    raise BadSetting("author.unknown_task", value=wanted, known=", ".join(task.id for task in tree.tasks))


@dataclass(frozen=True)
class _Stub:
    tree: Tree
    task: Item
    id: str

    @property
    def name(self) -> str:
        return self.id.partition(".")[2]

    def check_id(self) -> None:
        day, name = self.task.day, self.name
        fits = self.id == f"day{day}.{name}" and _NAME.fullmatch(name)
        if not fits or iskeyword(name) or name.endswith(_TRACE):
            raise BadSetting("author.bad_id", value=self.id, task=self.task.id)
        for other in self.tree.milestones:
            if other.id == self.id:
                self._taken(other.source.path, other.source.line(*other.place))
        for module in self.tree.checks:
            line = inserting.defined(module.tree, name) if module.day == day else None
            if line is not None:
                self._taken(module.path, line)

    def texts(self) -> Iterator[tuple[Path, str]]:
        """Each file with the stub in it."""
        yield self._curriculum()
        yield from self._checks()
        yield from self._pages()
        tests = TESTS / f"test_day{self.task.day}.py"
        yield tests, self._text(tests, "tests_module.py.in") + self._filled("tests.py.in")

    def _taken(self, path: Path, line: int) -> None:
        raise BadSetting("author.exists", name=self.id, path=path.as_posix(), line=str(line))

    def _curriculum(self) -> tuple[Path, str]:
        path = self.task.source.path
        entry = self._filled(
            "milestone.yaml.in",
            text=self._sentence(MARK),
            seen=self._sentence(f"{MARK} {{name}}"),
            command=self._sentence(f"{MARK} {{{self.name}}}"),
        )
        return path, inserting.milestone(path, self._text(path), self.task.place, entry)

    def _checks(self) -> Iterator[tuple[Path, str]]:
        own = [one.name for one in self.tree.milestones if one.task == self.task.id]
        home = self._home(own)
        text = inserting.imports(self._text(home, "module.py.in"), *_LAB)
        yield home, inserting.function(text, self._filled("check.py.in"), after=own)
        package = home.parent / "__init__.py"
        if home.parent != CHECKS and home != package:
            # The engine finds a check in the day's module: the package hands on what its tasks define.
            module = ".".join(("checkday", *home.relative_to(CHECKS.parent).with_suffix("").parts))
            imported = inserting.imports(self._text(package), module, [self.name])
            yield package, inserting.exported(imported, self.name)

    def _home(self, names: list[str]) -> Path:
        """The file of the task's other checks."""
        modules = [module for module in self.tree.checks if module.day == self.task.day]
        for module in modules:
            if any(_defines(module, name) for name in names):
                return module.path
        day = CHECKS / f"day{self.task.day}"
        if (self.tree.root / day).is_dir():
            return day / f"{self.task.id.partition('/')[2]}.py"
        return day.with_suffix(".py")

    def _pages(self) -> Iterator[tuple[Path, str]]:
        for language in self.tree.languages:
            page = self.tree.page(self.task.id, language)
            if not (self.tree.root / page).is_file():
                problem = self.task.problem("lint.no_page", "id", id=self.task.id, page=page.as_posix())
                raise BadSources([problem])
            text = _FRONT.sub(self._listed, self._text(page), count=1)
            yield page, text.rstrip("\n") + "\n" + self._filled("page.md.in")

    def _listed(self, ids: re.Match[str]) -> str:
        return f"{ids[1]}, {self.id}" if ids[1] else self.id

    def _text(self, path: Path, otherwise: str = "") -> str:
        """The file as it is, or the beginning of a new one."""
        file = self.tree.root / path
        if file.is_file():
            return file.read_text(encoding="utf-8")
        return self._filled(otherwise) if otherwise else ""

    def _filled(self, stub: str, **facts: str) -> str:
        template = Template((_STUBS / stub).read_text(encoding="utf-8"))
        return template.substitute(facts, id=self.id, name=self.name, mark=MARK, day=str(self.task.day))

    def _sentence(self, text: str) -> str:
        return "{" + ", ".join(f'{language}: "{text}"' for language in self.tree.languages) + "}"


def _defines(module: Module, name: str) -> bool:
    return inserting.defined(module.tree, name, functions_only=True) is not None


def _write(file: Path, path: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
    except OSError as error:
        raise Unwritable("author.unwritable", path=path.as_posix(), reason=error.strerror or "") from error
