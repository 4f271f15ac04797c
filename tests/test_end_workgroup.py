"""The last command of the course: the workgroup goes when its owner says so, and not before."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from checkday import resources
from worlds import REGION, World

SCRIPT = (resources.shared() / "cmd" / "day7" / "cleanup.sh").read_text()
SECTION = re.search(r"\[start:workgroup\]\n(.*?)# --8<-- \[end:workgroup\]", SCRIPT, re.DOTALL).group(1)


@pytest.mark.parametrize(
    ("said", "left"), [({}, ["fcj-an01-wg", "primary"]), ({"END_WORKGROUP": "yes"}, ["primary"])]
)
def test_the_workgroup_goes_when_its_owner_says_so(sandbox, said, left):
    world = World(sandbox)
    athena = world.client("athena")
    athena.create_work_group(Name="fcj-an01-wg", Configuration={})
    keys = {
        "AWS_ENDPOINT_URL": sandbox,
        "AWS_ACCESS_KEY_ID": world.account,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_PAGER": "",
        "P": "fcj-an01",
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    for _ in range(2):
        subprocess.run(["bash", "-euc", SECTION], env=os.environ | keys | said, check=True)
    assert sorted(one["Name"] for one in athena.list_work_groups()["WorkGroups"]) == left
