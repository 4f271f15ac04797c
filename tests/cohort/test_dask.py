"""The same run on the workers of a dask scheduler: what dies there is done again, and nothing is lost."""

import os
import re
import signal
import subprocess
import sys

import pytest

from cohort_endpoint import Endpoint, nothing_there
from cohort_runs import command, learner, rows, until, workshop, written

pytestmark = pytest.mark.audit


@pytest.fixture
def aws():
    with Endpoint() as server:
        server.says = nothing_there
        yield server


@pytest.fixture
def cluster(aws, tmp_path):
    """A scheduler and two workers; their processes, and the address."""
    everywhere = os.environ | {"AWS_ENDPOINT_URL": aws.url, "PYTHONUNBUFFERED": "1"}
    started: list[subprocess.Popen] = []

    def start(module, *arguments):
        log = (tmp_path / f"{len(started)}.log").open("wb")
        line = [sys.executable, "-m", f"distributed.cli.{module}", *arguments, "--no-dashboard"]
        started.append(subprocess.Popen(line, env=everywhere, stdout=log, stderr=log, cwd=tmp_path))
        log.close()

    start("dask_scheduler", "--host", "127.0.0.1", "--port", "0")
    address = said(tmp_path / "0.log", rb"tcp://127.0.0.1:\d+").decode()
    for number in (1, 2):
        start("dask_worker", address, "--nthreads", "1", "--no-nanny", "--host", "127.0.0.1")
        said(tmp_path / f"{number}.log", rb"Registered to")
    yield started, address
    for one in started:
        one.kill()
        one.wait()


def said(log, pattern):
    until(lambda: re.search(pattern, log.read_bytes()))
    return re.search(pattern, log.read_bytes())[0]


def begin(aws, folder, roster, address):
    line = command("grade", roster, "--out", folder, "--days", "1", "--lang", "en", "--scheduler", address)
    everywhere = os.environ | {"AWS_ENDPOINT_URL": aws.url}
    return subprocess.Popen(line, env=everywhere, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def wait_for_rows(folder):
    until(lambda: any(folder.glob("snapshots/*")))


def test_the_death_of_a_worker_loses_nothing(aws, cluster, tmp_path):
    started, address = cluster
    roster, folder = written(tmp_path, *(learner(number) for number in range(1, 200))), tmp_path / "run"
    with begin(aws, folder, roster, address) as run:
        wait_for_rows(folder)
        started[1].send_signal(signal.SIGKILL)
        _, told = run.communicate(timeout=100)
    assert run.returncode == 4, told
    assert {one[0] for one in rows(folder).values()} == {"good"}
    assert len(rows(folder)) == 199


def test_the_death_of_the_scheduler_stops_the_run_and_it_goes_on(aws, cluster, tmp_path):
    started, address = cluster
    roster, folder = written(tmp_path, *(learner(number) for number in range(1, 200))), tmp_path / "run"
    with begin(aws, folder, roster, address) as run:
        wait_for_rows(folder)
        started[0].send_signal(signal.SIGKILL)
        _, told = run.communicate(timeout=100)
    assert run.returncode == 4, told
    assert b"the same command" in told
    assert 0 < len(rows(folder)) < 199
    line = ("grade", roster, "--out", folder, "--days", "1", "--jobs", "1")
    assert workshop(*line, AWS_ENDPOINT_URL=aws.url).code == 4
    assert len(rows(folder)) == 199
