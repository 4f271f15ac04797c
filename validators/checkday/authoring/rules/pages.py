"""Pages: each task has one in every language, with an anchor for each milestone and each code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from checkday.authoring.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from checkday.authoring.tree import Item, Tree

_ATTRIBUTES = re.compile(r"\{[^{}]*?#([\w.-]+)[^{}]*\}")
_FENCE = re.compile(r" *(```|~~~)")


def problems(tree: Tree) -> Iterator[Problem]:
    for task in tree.tasks:
        wanted = list(_wanted(tree, task))
        for language in tree.languages:
            page = tree.page(task.id, language)
            if (tree.root / page).is_file():
                yield from _page(tree.root, page, wanted)
            else:
                yield task.problem("lint.no_page", "id", id=task.id, page=page.as_posix())


def anchors(text: str) -> dict[str, int]:
    """The explicit ids of a page and their lines; what stands in code blocks is none."""
    found: dict[str, int] = {}
    fenced = False
    for number, line in enumerate(text.splitlines(), 1):
        fenced ^= bool(_FENCE.match(line))
        if not fenced:
            found |= dict.fromkeys(_ATTRIBUTES.findall(line), number)
    return found


def _wanted(tree: Tree, task: Item) -> Iterator[str]:
    for milestone in tree.milestones:
        if milestone.task == task.id:
            yield milestone.name
            yield from (f"{milestone.name}.{code}" for code in milestone.data["codes"])


def _page(root: Path, page: Path, wanted: list[str]) -> Iterator[Problem]:
    found = anchors((root / page).read_text(encoding="utf-8"))
    for anchor in wanted:
        if anchor not in found:
            yield Problem(page, 1, "lint.no_anchor", {"anchor": anchor})
    for anchor, line in found.items():
        # Anchors with a dot are the mistake codes; others belong to the page's own headings.
        if "." in anchor and anchor not in wanted:
            yield Problem(page, line, "lint.stale_anchor", {"anchor": anchor})
