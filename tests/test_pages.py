"""The pages' own commands, run as a learner runs them: the checks pass because of nothing else."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from checkday import curriculum, resources
from checkday.solve import solve

SHARED = resources.shared()
TASKS = [task.id for day in curriculum.load(curriculum.days()).days.values() for task in day.tasks]
EXPECTED = sorted((SHARED / "expected").rglob("*.txt"))


def test_the_checks_pass_because_of_the_pages_commands(solved_by_pages):
    for day in curriculum.days():
        assert set(solved_by_pages.verdicts(day).values()) == {"passed"}


@pytest.mark.parametrize("task", TASKS)
def test_a_second_run_changes_nothing_and_succeeds(solved_by_pages, environment, task):
    assert solve([int(task[3])], tasks=[task], environment=environment, say=lambda _: None) is None


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_what_a_page_promises_is_what_is_printed(solved_by_pages, environment, expected):
    day = expected.parent.name
    command = next(text for task in TASKS if task.startswith(day) and (text := section(task, expected.stem)))
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        env=environment | {"PATH": path, "HOME": os.environ["HOME"]},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == expected.read_text().strip()


def section(task, name):
    """The lines of one section of a page's script."""
    text = (SHARED / "cmd" / f"{task}.sh").read_text()
    found = re.search(rf"# --8<-- \[start:{name}\]\n(.*?)# --8<-- \[end:{name}\]", text, re.DOTALL)
    return found[1] if found else ""


def test_every_section_of_a_script_stands_on_a_page():
    pages = "".join(path.read_text() for path in (SHARED.parent / "vi").rglob("*.md"))
    for path in (SHARED / "cmd").rglob("*.sh"):
        inside = path.relative_to(SHARED).as_posix()
        for name in re.findall(r"\[start:(\w+)\]", path.read_text()):
            assert f'"{inside}:{name}"' in pages, f"{inside}:{name}"
