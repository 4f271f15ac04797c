"""What the theme's pages carry of the course: its milestones in order, and the digests of our scripts."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import TYPE_CHECKING

from checkday.authoring.tree import DOCS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from checkday.authoring.tree import Tree

OVERRIDES = DOCS / "_theme" / "overrides"
SCRIPTS = ("partials/storage.html", "partials/workshop.html")
"""The templates of the scripts that stand in every page."""


def theme(tree: Tree) -> Iterator[tuple[Path, str]]:
    """The generated files of the theme; none for a course without one."""
    if not (tree.root / OVERRIDES / SCRIPTS[0]).is_file():
        return
    for language in tree.languages:
        yield OVERRIDES / "workshop" / f"course.{language}.json", _course(tree, language)
    yield OVERRIDES / "workshop" / "digests.txt", _digests(tree.root / OVERRIDES)


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


def _digests(overrides: Path) -> str:
    """The scripts as the site's builder will write them, named for a Content-Security-Policy."""
    from jinja2 import Environment, FileSystemLoader  # noqa: PLC0415 - only the theme needs it

    pages = Environment(loader=FileSystemLoader(overrides), autoescape=False)  # noqa: S701 - scripts, not pages
    return " ".join(f"'{digest(pages.get_template(name).render())}'" for name in SCRIPTS)


def digest(script: str) -> str:
    """What a policy calls this script."""
    return f"sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}"
