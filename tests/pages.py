"""The pages' scripts, run whole, with the output of each section told apart."""

import itertools
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from checkday import curriculum, resources
from checkday.cli.workshop import COMMANDS

SHARED = resources.shared()


def _is_run(task):
    """The solved world is the one before a clean-up; and a chart is drawn once there is a command for it."""
    return not task.endswith("/cleanup") and (task != "day4/dashboard" or "dashboard" in COMMANDS)


TASKS = [
    task.id
    for day in curriculum.load(curriculum.days()).days.values()
    for task in day.tasks
    if _is_run(task.id)
]


def sections(task, environment):
    """Section -> what it printed. Run whole, because later sections use what earlier ones define."""
    script = SHARED / "cmd" / f"{task}.sh"
    marked = re.sub(r"# --8<-- \[(start|end):(\w+)\]", r"printf '\\001%s %s\\001' \1 \2", script.read_text())
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", marked],
            env=environment | {"PATH": path, "HOME": folder},
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, f"{script}: {done.stderr[-2000:]}"
    parts = done.stdout.split("\x01")
    return {mark.split()[1]: text for mark, text in itertools.pairwise(parts) if mark.startswith("start ")}
