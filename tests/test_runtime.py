"""The runtime of the course's functions: one setting, and supported for longer than a course takes."""

import json
import re
from datetime import date, timedelta
from pathlib import Path

from checkday import names, resources

KNOWN = json.loads((Path(__file__).parent / "lambda_runtimes.json").read_text())
SCRIPTS = sorted((resources.shared() / "cmd").rglob("*.sh"))
A_COURSE = timedelta(days=180)


def test_lambda_supports_it_for_longer_than_a_course():
    """When this fails, name a newer runtime in names.py, or a newer table if AWS has moved its dates."""
    assert date.fromisoformat(KNOWN["deprecated"][names.RUNTIME]) > date.today() + A_COURSE  # noqa: DTZ011


def test_scripts_take_it_from_the_setting():
    given = [match for one in SCRIPTS for match in re.findall(r"--runtime \S+", one.read_text())]
    assert given
    assert set(given) == {'--runtime "$RUNTIME"'}


def test_no_other_runtime_is_named():
    named = {match for one in SCRIPTS for match in re.findall(r"python3\.\d+", one.read_text())}
    assert named <= {names.RUNTIME}
