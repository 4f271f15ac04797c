"""The pages' scripts, run whole, with the output of each section told apart."""

import itertools
import os
import re
import subprocess
import tempfile
from pathlib import Path

from checkday import curriculum, resources
from checkday.solve import scripts
from warm_aws import warm_aws

SHARED = resources.shared()
COURSE = curriculum.load(curriculum.days())
TASKS = scripts([task.id for day in COURSE.days.values() for task in day.tasks])
CLEANING = [task for task in TASKS if task.endswith("cleanup")]
BUILDING = [task for task in TASKS if task not in CLEANING]


def sections(task, environment, programs):
    """Section -> what it printed. Run whole, because later sections use what earlier ones define."""
    script = SHARED / "cmd" / f"{task}.sh"
    marked = re.sub(r"# --8<-- \[(start|end):(\w+)\]", r"printf '\\001%s %s\\001' \1 \2", script.read_text())
    path = f"{programs}:{os.environ['PATH']}"
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


def printed_by(tasks, environment, keys=lambda _: {}):
    """(day, section) -> what it printed, for each script in its order, run by who has the keys for it."""
    with tempfile.TemporaryDirectory() as folder, warm_aws(Path(folder)) as programs:
        return {
            (task.partition("/")[0], name): text
            for task in tasks
            for name, text in sections(task, environment | keys(task), programs).items()
        }
