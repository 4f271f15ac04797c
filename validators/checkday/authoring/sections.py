"""The named sections of a task's script: what pages include and hints show is one and the same text."""

from __future__ import annotations

import re
from pathlib import Path

COMMANDS = Path("cmd")
"""Beside the pages' other shared files: one script a task."""

_SECTION = re.compile(r"^# --8<-- \[start:(\w+)\]\n(.*?)^# --8<-- \[end:\1\]$", re.DOTALL | re.MULTILINE)


def script(task: str) -> Path:
    """Where the task's commands lie, below the shared files."""
    return COMMANDS / f"{task}.sh"


def sections(shared: Path, task: str) -> dict[str, str]:
    """Every section by its name, those of the task's own clean-up last; none if the task has no script."""
    return in_file(shared / script(task)) | in_file(shared / script(f"{task}-cleanup"))


def in_file(path: Path) -> dict[str, str]:
    """The sections of one script; none if it is not there."""
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    return {name: body.rstrip("\n") for name, body in _SECTION.findall(text)}
