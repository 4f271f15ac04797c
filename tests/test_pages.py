"""The pages' own commands, run as a learner runs them: the checks pass because of nothing else."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from checkday import names, resources
from checkday.settings import Settings
from checkday.solve import solve
from worlds import LEARNER, World

SHARED = resources.shared()
TASKS = ("day1/bucket", "day1/stream")
EXPECTED = sorted((SHARED / "expected" / "day1").glob("*.txt"))


@pytest.fixture(scope="module")
def environment(sandbox):
    variables = names.environment(Settings(learner=LEARNER), "123456789012", str(resources.sample_data()))
    keys = {"AWS_ACCESS_KEY_ID": "123456789012", "AWS_SECRET_ACCESS_KEY": "x", "AWS_ENDPOINT_URL": sandbox}
    return variables | keys


@pytest.fixture(scope="module")
def solved(environment):
    for _ in range(2):  # safe to run twice
        assert solve([1], tasks=TASKS, environment=environment, say=lambda _: None) is None
    return World(environment["AWS_ENDPOINT_URL"], "123456789012")


def test_the_checks_pass_because_of_the_pages_commands(solved):
    assert set(solved.verdicts().values()) == {"passed"}


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda path: path.stem)
def test_what_a_page_promises_is_what_is_printed(solved, environment, expected):
    command = next(text for task in TASKS if (text := section(task, expected.stem)))
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
