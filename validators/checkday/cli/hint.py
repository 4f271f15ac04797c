"""`workshop hint`: where to look, what is usually wrong, and only then the command. AWS is not asked."""

from __future__ import annotations

import json
import os
from collections.abc import Generator, Iterator
from string import Formatter
from typing import TYPE_CHECKING

from checkday import curriculum, resources
from checkday.authoring.sections import sections
from checkday.cli import exits, terminal
from checkday.errors import BadSetting, Unwritable
from checkday.outputs.sentences import page

if TYPE_CHECKING:
    import argparse

    from checkday.model import Course, Milestone
    from checkday.outputs.as_text import Line
    from checkday.words import Words

_LAST = 3


def hint(given: argparse.Namespace, words: Words) -> int:
    """Show the next level of a milestone's hints, or the one that was asked for."""
    from checkday.cli.checking import pages_site

    course = curriculum.load(curriculum.days())
    milestone = _milestone(course, given.id)
    shown = _shown()
    before = 0 if given.reset else shown.get(milestone.id, 0)
    level = int(given.level) if given.level else min(before + 1, _LAST)
    terminal.paint(_lines(milestone, level, words, pages_site()))
    _remember(shown | {milestone.id: max(before, level)}, words)
    return exits.PASSED


def _milestone(course: Course, name: str) -> Milestone:
    if name in course.milestones:
        return course.milestones[name]
    same_day = [one for one in course.milestones if one.startswith(name.partition(".")[0] + ".")]
    known = ", ".join(same_day or course.milestones)
    raise BadSetting("hint.unknown", value=name, known=known)


def _lines(milestone: Milestone, level: int, words: Words, site: str) -> Iterator[Line]:
    title = milestone.title[words.language]
    heading = words("hint.heading", id=milestone.id, title=title, level=level, count=_LAST)
    yield ((heading, "bold"),)
    yield ()
    has_commands = yield from _hint(milestone, milestone.hints[level - 1][words.language])
    if has_commands:
        yield ((words("hint.environment"), "dim"),)
    if level < _LAST:
        yield ((words("hint.more", id=milestone.id), "dim"),)
    address = f"{page(milestone.task, words, site)}#{milestone.name}"
    yield ((words("hint.page", page=address), "dim"),)


def _hint(milestone: Milestone, text: str) -> Generator[Line, None, bool]:
    """The sentences; where they name a section of the task's script, its lines, ready to be copied."""
    commands = sections(resources.shared(), milestone.task) if "{" in text else {}
    for sentence, name, _, _ in Formatter().parse(text):
        if sentence.strip():
            yield ((sentence.strip(), ""),)
            yield ()
        if name:
            for line in commands.get(name, name).splitlines():
                yield ((line, "cyan"),)
            yield ()
    return bool(commands)


def _shown() -> dict[str, int]:
    """The highest level shown of each milestone; a damaged file is as good as none."""
    try:
        with open(_file(), encoding="utf-8") as file:
            levels = json.load(file)
    except (OSError, ValueError, RecursionError):
        return {}
    known = levels.items() if isinstance(levels, dict) else ()
    return {name: level for name, level in known if level in range(1, _LAST + 1)}


def _remember(levels: dict[str, int], words: Words) -> None:
    path = _file()
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        terminal.write(path, json.dumps(levels, indent=1) + "\n")
    except OSError as error:
        terminal.warn(words, "hint.unwritable", {"path": path, "reason": error.strerror or ""})
    except Unwritable as error:
        terminal.warn(words, "hint.unwritable", error.facts)


def _file() -> str:
    return str(resources.state_folder() / "hints.json")
