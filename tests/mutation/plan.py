"""From every mutant to the tests that should notice it, and to those that did."""

import json
import os
import pickle
import random
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from mutation.confirming import NOTICED, PLAN
from mutation.judging import Judge
from mutation.mutants import SOURCE, Mutant, mutants_of
from mutation.telling import say

ROOT = Path(__file__).resolve().parents[2]
MAPPING = ("absence", "finding", "judgement", "looking", "proofs")
"""The modules of `checkday.engine` that turn what a check said into a verdict."""

_ALL = "*"
_MAPPING_TESTS = ("tests/test_engine.py", "tests/test_engine_proofs.py", "tests/test_engine_mapping.py")
_PROCESSES = 2
_ENDS = (0, 5)
"""pytest's own words for "all is well" and for "no tests": the runs with mistakes are not counted by it."""
_SEED = 7


@dataclass
class Found:
    """A mutant, the tests that should notice it, and the one that did."""

    mutant: Mutant
    tests: list[str] = field(default_factory=list)
    told: bool = False
    """Whether some case told something else, if only in its facts."""
    noticed_by: str | None = None
    tried: bool = False
    """Whether the tests were run with the mistake; a mutant without tests needs no trial."""


def made(judge: Judge, only: str) -> list[Found]:
    """Every mutant with its tests; those of the mapping are shown to all tests of the engine."""
    found: list[Found] = []
    for path in _modules(only):
        for one in mutants_of(path):
            tests, told = ([_ALL], True) if path.parent.name == "engine" else judge.witnesses(one)
            found.append(Found(one, tests, told))
        say(f"{len(found)} mutants, up to {path.relative_to(SOURCE)}")
    return found


def _modules(only: str) -> Iterator[Path]:
    checks = sorted((SOURCE / "checks").rglob("*.py"))
    engine = [SOURCE / "engine" / f"{name}.py" for name in MAPPING]
    yield from (path for path in (*checks, *engine) if only in str(path.relative_to(SOURCE)))


def confirm(found: list[Found], scratch: Path, sample: int) -> None:
    """Run the named tests with mistakes in the program: all of the mapping, and a sample of the checks.

    `sample` is how many; 0 takes all, for an hour or two.
    """
    mapping = [one for one in found if _ALL in one.tests]
    others = [one for one in found if one.tests and _ALL not in one.tests]
    if sample:
        others = random.Random(_SEED).sample(others, min(sample, len(others)))  # noqa: S311 - no secret
    shares = [(others[at::_PROCESSES], ("tests/checks",)) for at in range(_PROCESSES)]
    noticed = {}
    running = [_start(share, tests, scratch / str(at)) for at, (share, tests) in enumerate(shares) if share]
    running += [_start(mapping, _MAPPING_TESTS, scratch / "mapping")] if mapping else []
    for process, result in running:
        if process.wait() not in _ENDS or not result.exists():
            raise SystemExit(f"the tests ended without a result: {process.args}")
        noticed |= json.loads(result.read_text(encoding="utf-8"))
    for one in (*mapping, *others):
        one.tried, one.noticed_by = True, noticed.get(one.mutant.key)


def _start(share: list[Found], tests: tuple[str, ...], place: Path):
    plan = defaultdict(list)
    for one in share:
        for test in one.tests:
            plan[test].append(one.mutant)
    place.mkdir()
    (place / "plan.pickle").write_bytes(pickle.dumps(dict(plan)))
    result = place / "noticed.json"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "mutation.confirming"]
    command += ["-o", "timeout=0", *tests]
    names = {PLAN: str(place / "plan.pickle"), NOTICED: str(result)}
    with open(place / "output", "w", encoding="utf-8") as output:
        return subprocess.Popen(
            command, cwd=ROOT, env=os.environ | names, stdout=output, stderr=output
        ), result
