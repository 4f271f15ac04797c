"""Whatever ends a run half-way, the same command goes on: nothing is lost, and nobody is done twice."""

import os
import random
import re
import signal
import subprocess

import pytest

from cohort_endpoint import Endpoint, nothing_there
from cohort_runs import alive, called, children, command, count, learner, rows, until, written

_KILLS = int(os.environ.get("CHECKDAY_KILLS", "2"))
"""`make audit` asks for more."""


@pytest.fixture
def aws():
    with Endpoint() as server:
        server.says = nothing_there
        yield server


@pytest.fixture
def cohort(tmp_path):
    """A roster of so many learners, and the arguments of the command that grades them."""

    def _cohort(number):
        roster = written(tmp_path, *(learner(one) for one in range(1, number + 1)))
        return tmp_path / "run", ("grade", roster, "--out", tmp_path / "run", "--days", "1", "--lang", "en")

    return _cohort


def begun(aws, line, *before):
    line = [*before, *command(*line, "--jobs", "1")]
    everywhere = os.environ | {"AWS_ENDPOINT_URL": aws.url}
    return subprocess.Popen(line, env=everywhere, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def entered(aws, name):
    return aws.assumed.count(f"{int(name.removeprefix('le')):012d}")


def test_no_kill_of_the_command_loses_a_row_or_does_one_twice(aws, cohort):
    everybody = 30 * (_KILLS + 1)
    folder, line = cohort(everybody)
    chance, kept, asked = random.Random(3), {}, {}  # noqa: S311 - not a secret
    for kill in range(_KILLS):
        enough = len(kept) + chance.randint(1, 9)
        with begun(aws, line) as run:
            until(lambda enough=enough: count(folder) >= enough)
            acknowledged = rows(folder)
            run.kill()
        assert run.returncode == -signal.SIGKILL, f"nothing was left to do at kill {kill}"
        now = rows(folder)
        assert all(now[name] == row for name, row in (kept | acknowledged).items())
        kept, asked = now, asked | {name: entered(aws, name) for name in now if name not in asked}
    ended = called(*line, aws=aws.url)
    assert f"Going on: {len(kept)} accounts are done" in ended.out
    found = rows(folder)
    assert len(found) == everybody
    assert {one[0] for one in found.values()} == {"good"}
    assert all(found[name] == row for name, row in kept.items())
    assert {name: entered(aws, name) for name in kept} == asked


def test_ctrl_c_keeps_what_was_done_and_says_how_to_go_on(aws, cohort):
    folder, line = cohort(40)
    with begun(aws, line) as run:
        until(lambda: count(folder))
        workers = children(run.pid)
        run.send_signal(signal.SIGINT)
        _, told = run.communicate(timeout=30)
    assert run.returncode == 130
    assert b"What was graded is kept: the same command goes on from here." in told
    assert b"Traceback" not in told
    until(lambda: not any(map(alive, workers)), 10)
    assert workers
    kept = rows(folder)
    assert 0 < len(kept) < 40
    asked = {name: entered(aws, name) for name in kept}
    ended = called(*line, aws=aws.url)
    assert int(re.search(r"Going on: (\d+)", ended.out)[1]) == len(kept)
    assert count(folder) == 40
    assert {name: entered(aws, name) for name in kept} == asked


def test_expired_credentials_stop_the_run_and_it_goes_on_later(aws, cohort):
    folder, line = cohort(99)
    aws.roles |= {f"{number:012d}": "ExpiredToken" for number in range(50, 100)}
    ended = called(*line, aws=aws.url)
    assert ended.code == 4
    assert "aws sso login" in ended.err
    kept = rows(folder)
    assert 0 < len(kept) < 50
    assert len(set(aws.assumed)) < 99
    asked = {name: entered(aws, name) for name in kept}
    aws.roles.clear()
    called(*line, aws=aws.url)
    assert count(folder) == 99
    assert {name: entered(aws, name) for name in kept} == asked


@pytest.mark.audit
def test_a_full_disk_stops_the_run_and_it_goes_on_later(aws, cohort):
    folder, line = cohort(40)
    full = (
        "bash",
        "-c",
        'ulimit -f 96; exec "$@"',
        "full",
    )  # no file grows beyond, as on a disk that is full
    with begun(aws, line, *full) as run:
        _, told = run.communicate(timeout=100)
    assert run.returncode == 5, told
    assert b"run the same command again" in told
    kept = rows(folder)
    assert 0 < len(kept) < 40
    asked = {name: entered(aws, name) for name in kept}
    called(*line, aws=aws.url)
    assert count(folder) == 40
    assert {name: entered(aws, name) for name in kept} == asked
