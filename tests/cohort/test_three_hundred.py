"""What an instructor does with a class of 300: grade, killed half-way, grade again, and again next week.

`pytest -s` shows how long it took, and how much memory.
"""

import csv
import itertools
import os
import resource
import subprocess
import time

import pytest

import worlds
from checkday.lab import NotYet
from checkday.roster import Learner
from cohort_runs import called, command, count, learner, report, rows, until, verdicts, written
from worlds import World

pytestmark = pytest.mark.audit

_ALL = 300


@pytest.fixture(scope="module")
def cohort(sandbox):
    """Every fifth has done Day 1, every fifth has made a bucket that is open, the rest has done nothing."""
    ids = [learner(number).id for number in range(1, _ALL + 1)]
    accounts = {}
    with pytest.MonkeyPatch.context() as patch:
        for name, state in zip(ids, itertools.cycle(["solved", "open", "", "", ""]), strict=False):
            patch.setattr(worlds, "LEARNER", name)
            world = World(sandbox)
            if state == "solved":
                world.solved()
            elif state == "open":
                world.bucket()
                world.client("s3").delete_public_access_block(Bucket=world.bucket_name)
            accounts[name] = world.account
    return [Learner(name, f"Học viên {name}", account) for name, account in accounts.items()]


def test_a_class_is_graded_killed_graded_again_and_judged_anew(
    cohort, tmp_path, monkeypatch, record_property
):
    roster, folder = written(tmp_path, *cohort), tmp_path / "run1"
    line = ("grade", roster, "--out", folder, "--sandbox", "--lang", "en", "--excuse", "not_submitted")
    with subprocess.Popen(command(*line), env=os.environ, stdout=subprocess.DEVNULL) as first:
        until(lambda: count(folder) >= _ALL // 2, 600)
        first.kill()
    kept = rows(folder)
    assert first.returncode < 0
    assert _ALL // 2 <= len(kept) < _ALL

    began = time.monotonic()
    done = subprocess.run(command(*line), env=os.environ, capture_output=True, text=True, check=False)
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    seconds = time.monotonic() - began
    print(f"the other {_ALL - len(kept)}: {seconds:.0f} s, at most {largest} MiB a process")  # noqa: T201
    found = rows(folder)
    assert (done.returncode, done.stderr.count("Traceback")) == (0, 0), done
    assert f"Going on: {len(kept)} accounts are done" in done.stdout
    assert len(found) == _ALL
    assert {one[0] for one in found.values()} == {"good"}
    assert all(found[name] == row for name, row in kept.items())
    assert len(list((folder / "snapshots").iterdir())) >= _ALL
    with (folder / "gradebook.csv").open(encoding="utf-8", newline="") as file:
        assert [one["id"] for one in csv.DictReader(file)] == [one.id for one in cohort]

    solved, opened = cohort[0].id, cohort[1].id
    assert verdicts(report(folder, solved))["day1.reference"] == "passed"
    assert verdicts(report(folder, opened))["day1.bucket_private"] == "failed"
    monkeypatch.setattr("checkday.checks.day1.bucket_private", lambda lab: {"bucket": lab.name("bucket")})
    monkeypatch.setattr("checkday.checks.day1.reference", stricter)
    began = time.monotonic()
    ended = called("regrade", folder, "--lang", "en")
    print(f"all judged again: {time.monotonic() - began:.0f} s")  # noqa: T201
    assert f"{_ALL // 5} learners gain, {_ALL // 5} lose" in ended.out
    assert verdicts(report(folder, solved))["day1.reference"] == "passed"
    assert verdicts(report(folder, opened))["day1.bucket_private"] == "passed"
    with (folder / "comparison.csv").open(encoding="utf-8", newline="") as file:
        told = {(one["milestone"], one["effect"]) for one in csv.DictReader(file)}
    assert {("day1.bucket_private", "gain"), ("day1.reference", "loss")} <= told
    called("regrade", folder, "--lang", "en", "--accept-losses")
    assert verdicts(report(folder, solved))["day1.reference"] == "failed"


def stricter(lab):
    raise NotYet("empty", key=lab.name("bucket"))
