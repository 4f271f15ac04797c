"""The small course: a whole tree in which exactly one thing is made wrong at a time."""

from pathlib import Path
from shutil import copytree

import pytest

from checkday.authoring import tree

ROOT = Path(__file__).parents[2]


class Small:
    """A copy of the small course that a test may spoil."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, name: str) -> Path:
        """`day1.yaml` or `docs/vi/day1/box.md`, relative to the root."""
        found = [path for path in self.root.rglob(Path(name).name) if path.as_posix().endswith("/" + name)]
        return found[0].relative_to(self.root)

    def plant(self, name: str, old: str, new: str) -> None:
        path = self.root / self.path(name)
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def line(self, name: str, marker: str) -> int:
        lines = (self.root / self.path(name)).read_text(encoding="utf-8").splitlines()
        return next(number for number, line in enumerate(lines, 1) if marker in line)


@pytest.fixture
def small(tmp_path):
    copytree(Path(__file__).parent / "small", tmp_path, dirs_exist_ok=True)
    return Small(tmp_path)


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture(scope="session")
def course():
    """The real sources."""
    return tree.load(ROOT)
