"""The workflow that publishes the pages: our own commands, the least rights, nothing that floats."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOW = yaml.safe_load((ROOT / ".github" / "workflows" / "pages.yml").read_text(encoding="utf-8"))
JOBS = WORKFLOW["jobs"]


def steps(part):
    return [step[part] for job in JOBS.values() for step in job["steps"] if part in step]


def test_no_job_has_more_rights_than_it_needs():
    assert WORKFLOW["permissions"] == {}
    assert {name: job["permissions"] for name, job in JOBS.items()} == {
        "build": {"contents": "read", "pages": "read"},
        "deploy": {"pages": "write", "id-token": "write"},
        "zensical": {"contents": "read"},
    }


@pytest.mark.parametrize("action", sorted({*steps("uses")}))
def test_every_action_is_of_one_version(action):
    assert re.fullmatch(r"actions/[a-z-]+@(v\d+|[0-9a-f]{40})", action)


@pytest.mark.parametrize("command", sorted({*steps("run")}))
def test_every_command_is_a_target_of_the_makefile(command):
    target = re.fullmatch(r"make (\w+)", command)[1]
    assert re.search(rf"^{target}:.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


def test_what_is_built_is_what_is_published():
    build, published = JOBS["build"]["steps"][-2:]
    assert build["env"] == {"WORKSHOP_SITE": "${{ steps.pages.outputs.base_url }}"}
    assert published["with"] == {"path": "site"}
    assert JOBS["deploy"]["needs"] == "build"


def test_nothing_waits_for_the_other_builder():
    assert [name for name, job in JOBS.items() if "zensical" in job.get("needs", "")] == []
