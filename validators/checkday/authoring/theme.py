"""What every page carries of the course, so that it can say what is next: the milestones in order."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from checkday.authoring.tree import DOCS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from checkday.authoring.tree import Tree

SCRIPTS = DOCS / "_theme" / "overrides" / "workshop"


def theme(tree: Tree) -> Iterator[tuple[Path, str]]:
    """The generated files of the theme; none for a course without one."""
    if (tree.root / SCRIPTS).is_dir():
        for language in tree.languages:
            yield SCRIPTS / f"course.{language}.json", _course(tree, language)


def _course(tree: Tree, language: str) -> str:
    tasks = {
        task.id: {
            "title": task.data["title"][language],
            "milestones": [one.name for one in tree.milestones if one.task == task.id],
        }
        for task in tree.tasks
        if task.day in tree.listed
    }
    causes = [
        key.split(".")[1] for key in tree.words.data if key.startswith("cause.") and key.endswith(".seen")
    ]
    # As in any script of a page, `<` would be free to end it.
    return json.dumps({"tasks": tasks, "causes": causes}, ensure_ascii=False).replace("<", "\\u003c") + "\n"
