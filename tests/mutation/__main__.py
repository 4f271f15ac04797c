"""How many small mistakes in the checks, and in the mapping of verdicts, the tests notice.

`python -m mutation` from the root, with `tests` on PYTHONPATH: records what each check is shown by the
tests, looks in that recording for the tests that should notice each mistake, and runs those tests with the
mistake in the program: with a sample of the mistakes, or with `--sample 0` all. `--cases FOLDER` keeps the
recording and uses one that is there; `--only PART` takes the modules whose path holds PART.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from mutation import plan, score
from mutation.codes import unsaid
from mutation.judging import Judge
from mutation.recording import FOLDER
from mutation.replaying import load
from mutation.telling import say

ROOT = Path(__file__).resolve().parents[2]
_UNRECORDED = ("test_faults.py", "test_day7_faults.py", "test_coverage.py")
"""Every fault over every read adds an hour and no verdict but `blocked`."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m mutation", description=__doc__.partition("\n")[0])
    parser.add_argument("--cases", type=Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--sample", type=int, default=200, help="mutants tried with the real tests; 0: all")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        cases = given.cases or Path(scratch)
        if not any(cases.glob("cases-*.pickle")):
            record(cases)
        heard, told = load(cases)
        say(f"{len(heard)} of {len(told)} cases say again what they said; the others depend on their test")
        found = plan.made(Judge(heard), given.only)
        plan.confirm(found, Path(scratch), given.sample)
    missing = unsaid(told)
    for milestone, code in missing:
        say(f"no test has heard it: {milestone} {code}")
    return max(score.tell(found, whole=not given.only), int(bool(missing)))


def record(folder: Path) -> None:
    """Run the tests of the checks once, as they are."""
    left_out = [f"--ignore=tests/checks/{name}" for name in _UNRECORDED]
    tests = [sys.executable, "-m", "pytest", "-q", "-p", "mutation.recording", "tests/checks", *left_out]
    tests += ["-n", "2", "--dist", "loadfile"]
    subprocess.run(tests, cwd=ROOT, env=os.environ | {FOLDER: str(folder)}, check=True)


if __name__ == "__main__":
    sys.exit(main())
