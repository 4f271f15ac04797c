"""The local executor: many tasks a process, and nothing outlives its maker."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from concurrent.futures import wait

import pytest

from checkday.cohort.processes import Processes, WorkerLost
from checkday.errors import BadSetting
from cohort_runs import alive, children, refuse, unpicklable, until


@pytest.fixture(scope="module")
def pool():
    with Processes(1, 8) as made:
        yield made


def test_tasks_share_a_process_and_do_not_wait_for_a_slow_one(pool):
    slow = pool.submit(time.sleep, 1.5)
    began = time.monotonic()
    pids = {pool.submit(os.getpid).result() for _ in range(4)}
    assert len(pids) == 1
    assert os.getpid() not in pids
    assert time.monotonic() - began < 1.4
    assert not slow.done()


def test_an_error_comes_back_as_it_was(pool):
    with pytest.raises(BadSetting) as caught:
        pool.submit(refuse).result()
    assert (caught.value.key, caught.value.facts) == ("grade.no_run", {"path": "x"})


def test_an_error_that_cannot_travel_is_told_by_its_text(pool):
    with pytest.raises(RuntimeError, match="ValueError: held"):
        pool.submit(unpicklable).result()


def test_a_killed_process_loses_what_it_had_and_is_replaced(pool):
    first = pool.submit(os.getpid).result()
    lost = [pool.submit(time.sleep, 60) for _ in range(3)]
    os.kill(first, signal.SIGKILL)
    wait(lost, timeout=20)
    assert all(isinstance(one.exception(), WorkerLost) for one in lost)
    assert pool.submit(os.getpid).result() != first


_MAKER = textwrap.dedent("""
    import os, time
    from checkday.cohort.processes import Processes
    if __name__ == "__main__":
        pool = Processes(2, 4)
        print(*{pool.submit(os.getpid).result() for _ in range(1)}, flush=True)
        for _ in range(8):
            pool.submit(time.sleep, 60)
        time.sleep(60)
""")


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT])
def test_workers_end_with_their_coordinator(tmp_path, end):
    script = tmp_path / "maker.py"
    script.write_text(_MAKER)
    with subprocess.Popen(
        [sys.executable, script], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as maker:
        known = int(maker.stdout.readline())
        workers = children(maker.pid)
        maker.send_signal(end)
        maker.wait()
    assert known in workers
    until(lambda: not any(map(alive, workers)), 10)
