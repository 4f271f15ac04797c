"""The folders of a lake, and which of their objects to look into."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from checkday.sandbox.overlay.wire import Stored

_Item = TypeVar("_Item")

_MOST_OF_FOLDER = 10
_MOST = 600
_BUDGET = 16 * 1024 * 1024
_LEAST_HEAD, _MOST_HEAD = 32 * 1024, 1024 * 1024


@dataclass(slots=True)
class Folder:
    """A folder with what lies directly in it."""

    path: str
    folders: dict[str, Folder] = field(default_factory=dict)
    objects: list[Stored] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.path.rstrip("/").rpartition("/")[2]


def tree(objects: Iterable[Stored], prefix: str) -> Folder:
    """The folders under a prefix."""
    root = Folder(prefix)
    for one in objects:
        at = root
        *names, _ = one.key[len(prefix) :].split("/")
        for name in names:
            if name not in at.folders:
                at.folders[name] = Folder(f"{at.path}{name}/")
            at = at.folders[name]
        at.objects.append(one)
    return root


def leaves(folder: Folder) -> Iterator[Folder]:
    """Every folder that holds objects; without recursion, as keys may be a thousand folders deep."""
    waiting = [folder]
    while waiting:
        at = waiting.pop()
        if at.objects:
            yield at
        waiting += at.folders.values()


def samples(roots: Iterable[Folder]) -> list[Stored]:
    """Objects from all over the tree: some of every folder, or, of too many folders, one of some."""
    found = [leaf for root in roots for leaf in leaves(root)]
    folders = _spread(found, _MOST)
    each = max(1, min(_MOST_OF_FOLDER, _MOST // max(len(folders), 1)))
    return [one for leaf in folders for one in _spread(leaf.objects, each)]


def head_size(objects: int) -> int:
    """Bytes to read from the beginning of each of so many objects."""
    return max(_LEAST_HEAD, min(_MOST_HEAD, _BUDGET // max(objects, 1)))


def _spread(items: list[_Item], most: int) -> list[_Item]:
    return items if len(items) <= most else [items[index * len(items) // most] for index in range(most)]
