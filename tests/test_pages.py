"""The pages' own commands, run as a learner runs them: the checks pass because of nothing else."""

import itertools
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from checkday import curriculum, resources

SHARED = resources.shared()
TASKS = [task.id for day in curriculum.load(curriculum.days()).days.values() for task in day.tasks]
SHAPE_ONLY = {"show_records_valid", "show_partitions"}
"""Outputs that name the first object of this minute, or this hour."""

EXPECTED = sorted((SHARED / "expected").rglob("*.txt"))


def test_the_checks_pass_because_of_the_pages_commands(solved_by_pages):
    for day in curriculum.days():
        assert set(solved_by_pages.verdicts(day).values()) == {"passed"}


@pytest.fixture(scope="module")
def printed(solved_by_pages, environment):
    """(day, section) -> what it prints when all scripts run once more: safe to run twice, too."""
    return {
        (task.partition("/")[0], name): text
        for task in TASKS
        for name, text in sections(task, environment).items()
    }


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_what_a_page_promises_is_what_is_printed(printed, expected):
    actual, promised = printed[expected.parent.name, expected.stem].strip(), expected.read_text().strip()
    if expected.stem in SHAPE_ONLY:
        actual, promised = shape(actual), shape(promised)
    assert actual == promised


def sections(task, environment):
    """Run a page's script whole, for later sections use what earlier ones define, and tell the outputs apart."""
    script = (SHARED / "cmd" / f"{task}.sh").read_text()
    marked = re.sub(r"# --8<-- \[(start|end):(\w+)\]", r"printf '\\001%s %s\\001' \1 \2", script)
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", marked],
            env=environment | {"PATH": path, "HOME": folder},
            cwd=folder,
            capture_output=True,
            text=True,
            check=True,
        )
    parts = done.stdout.split("\x01")
    return {mark.split()[1]: text for mark, text in itertools.pairwise(parts) if mark.startswith("start ")}


def shape(text):
    """A text without its numbers and strings: they belong to the moment, or to a random name."""
    return re.sub(r'"[^"]*"|[0-9.]+', "#", text)


def test_every_section_of_a_script_stands_on_a_page():
    pages = "".join(path.read_text() for path in (SHARED.parent / "vi").rglob("*.md"))
    for path in (SHARED / "cmd").rglob("*.sh"):
        inside = path.relative_to(SHARED).as_posix()
        for name in re.findall(r"\[start:(\w+)\]", path.read_text()):
            assert f'"{inside}:{name}"' in pages, f"{inside}:{name}"
