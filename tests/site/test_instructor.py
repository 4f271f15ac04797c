"""What the instructor's pages tell to run is run: a class of two in a sandbox, graded as the pages say."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from checkday.authoring import parity

DOCS = Path(__file__).parents[2] / "docs"
EXPORT = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Day 1 (11)\n"
    "    Points Possible,,,,,10\n"
    "An,101,,an@example.edu,K1,\n"
)


def blocks(name, kind):
    """The contents of a page's fenced blocks of one kind; the same in both languages."""
    found = parity.load(DOCS, "vi", f"instructor/{name}.md").blocks
    return [re.sub(r"\A.*\n|```\n\Z", "", block) for block in found if re.match(rf"`+{kind}\n", block)]


@pytest.fixture(scope="module")
def shell(tmp_path_factory):
    """Runs a script as an instructor does, in a folder of its own; its exit code and output."""
    folder = tmp_path_factory.mktemp("instructor")
    programs = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    own = os.environ | {"PATH": programs, "XDG_STATE_HOME": str(folder / "state"), "WORKSHOP_LANG": "en"}

    def run(script, at=folder):
        return subprocess.run(
            ["bash", "-c", script], cwd=at, env=own, capture_output=True, text=True, timeout=300, check=False
        )

    yield run, folder
    run("workshop sandbox down")


@pytest.mark.audit
def test_the_first_run_is_as_the_pages_say(shell):
    run, folder = shell
    (first,) = (block for block in blocks("setup", "bash") if "sandbox up" in block)
    ended = run(first)
    assert ended.returncode == 0, ended.stderr
    assert "Graded 2 of 2 accounts; 1 learners have open cells" in ended.stdout
    assert (folder / "grading" / "run1" / "gradebook.csv").read_text() == blocks("setup", "text")[0]
    (folder / "grading" / "waivers.yaml").write_text(blocks("results", "yaml")[0].replace("day: 4", "day: 1"))
    (folder / "grading" / "export.csv").write_text(EXPORT)
    codes = {}
    for script in blocks("results", "bash"):
        if "--submissions" not in script:  # of a class on AWS
            codes[script] = run(script).returncode
    assert len(codes) == 7
    assert set(codes.values()) <= {0, 4}, codes
    assert "An,101,,an@example.edu,K1,10" in (folder / "grading" / "run1" / "canvas.csv").read_text()
    assert (
        (folder / "grading" / "run1" / "moodle-day1.csv").read_text().startswith("email,day1,day1_feedback\n")
    )


@pytest.mark.audit
def test_requests_are_counted_as_the_page_counts_them(shell):
    run, folder = shell
    (count,) = blocks("limits", "bash")
    first = blocks("setup", "bash")[0].replace("run1", "run2")
    run(first)
    told = run(count.replace("run1", "run2"), folder).stdout
    shown = r"\('an01', (\d+), .*\n\('binh02', (\d+), "
    assert re.match(shown, told).groups() == re.match(shown, blocks("limits", "text")[0]).groups()


def test_the_sketched_state_machine_is_one():
    (block,) = blocks("scale", "json")
    everybody = json.loads(block)["States"]["Everybody"]
    assert (everybody["Type"], everybody["ItemProcessor"]["ProcessorConfig"]["Mode"]) == (
        "Map",
        "DISTRIBUTED",
    )
    assert everybody["ItemProcessor"]["StartAt"] in everybody["ItemProcessor"]["States"]
