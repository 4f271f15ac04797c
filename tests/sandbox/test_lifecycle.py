"""One server at a time, found again, stopped in peace, and never mistaken for somebody else's process."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import threading

import pytest

from checkday.errors import BadSetting, CheckdayError, Unwritable
from checkday.sandbox import lifecycle, process
from checkday.sandbox.lifecycle import down, find, reset, up

R1 = "ap-southeast-1"
FOREGROUND = """
from checkday.sandbox.lifecycle import up
def say(key, **facts): print(key, flush=True)
up(port=None, region="ap-southeast-1", foreground=True, say=say)
print("ended", flush=True)
"""
WITHOUT_EMULATOR = """
import sys
from checkday.sandbox.lifecycle import up
up(port=None, region="ap-southeast-1")
assert "ministack" not in sys.modules and "hypercorn" not in sys.modules
"""


def kill(running):
    born = process.birth(running.pid)
    os.kill(running.pid, signal.SIGKILL)
    while process.birth(running.pid) == born:
        pass


def card(state):
    return json.loads((state / "server.json").read_text())


def test_up_finds_what_runs_and_down_stops_it(state):
    first = up(port=None, region=R1)
    assert up(port=None, region=R1) == find() == first
    assert first.endpoint == f"http://127.0.0.1:{first.port}"
    assert down()
    assert find() is None
    assert process.birth(first.pid) is None
    assert not down()


def test_up_starts_in_good_time_and_says_so(state):
    said = []
    up(port=None, region=R1, say=lambda key, **facts: said.append((key, sorted(facts))))
    assert said == [("sandbox.starting", ["port"])]


def test_the_command_never_loads_the_emulator(state):
    subprocess.run([sys.executable, "-c", WITHOUT_EMULATOR], check=True)


def test_the_port_is_kept_for_next_time(state):
    port = up(port=None, region=R1).port
    down()
    assert up(port=None, region=R1).port == port


def test_a_kept_port_that_is_taken_is_left_alone(state):
    port = up(port=None, region=R1).port
    down()
    with socket.create_server(("127.0.0.1", port)):
        assert up(port=None, region=R1).port != port


def test_a_given_port_that_is_taken_is_refused(state):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(BadSetting) as caught:
            up(port=port, region=R1)
    assert (caught.value.key, caught.value.facts) == ("sandbox.port_in_use", {"port": port})


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_a_port_that_is_none_is_refused(state, port):
    with pytest.raises(BadSetting, match=r"sandbox\.bad_port"):
        up(port=port, region=R1)


def test_a_killed_server_does_not_hinder_the_next(state):
    killed = up(port=None, region=R1)
    kill(killed)
    assert find() is None
    assert up(port=None, region=R1).pid != killed.pid


@pytest.mark.parametrize("content", ["", "{", "[]", '{"port": "x"}', '{"pid": 1, "port": 2}'])
def test_a_damaged_card_is_no_card(state, content):
    state.mkdir(parents=True)
    (state / "server.json").write_text(content)
    assert find() is None
    assert up(port=None, region=R1)


def test_the_card_is_for_its_owner_only(state):
    up(port=None, region=R1)
    assert stat.S_IMODE((state / "server.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(state.stat().st_mode) == 0o700


def test_a_stranger_with_the_same_process_id_is_not_stopped(state):
    up(port=None, region=R1)
    down()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        (state / "server.json").write_text(json.dumps({**card(state), "pid": stranger.pid}))
        assert find() is None
        assert not down()
        assert stranger.poll() is None
        stranger.communicate(b"\n")
    assert stranger.returncode == 0


def test_ps_tells_the_birth_of_a_process_where_there_is_no_proc():
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        born = process._birth_in_ps(child.pid)
        assert born == process._birth_in_ps(child.pid)
        child.communicate(b"\n")
    assert born is not None
    assert process._birth_in_ps(child.pid) is None


def test_a_server_that_ignores_its_end_is_killed_at_last(monkeypatch):
    monkeypatch.setattr(process, "_GRACE", 0.2)
    code = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); signal.pause()"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as deaf:
        deaf.stdout.readline()
        process.stop(deaf.pid, process.birth(deaf.pid))
    assert deaf.returncode == -signal.SIGKILL


def test_two_at_once_start_one_server(state):
    found = []
    threads = [threading.Thread(target=lambda: found.append(up(port=None, region=R1))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found[0] == found[1]


def test_a_server_that_cannot_start_is_reported_with_its_log(state, monkeypatch):
    monkeypatch.setenv("CHECKDAY_SANDBOX_CREATING", "not a number")
    with pytest.raises(CheckdayError) as caught:
        up(port=None, region=R1)
    assert (caught.value.key, caught.value.facts) == (
        "sandbox.not_started",
        {"log": str(state / "server.log")},
    )
    assert "ValueError" in (state / "server.log").read_text()
    assert find() is None


def test_ctrl_c_while_it_starts_leaves_no_server(state, monkeypatch):
    def interrupted(port):
        raise KeyboardInterrupt

    monkeypatch.setattr(lifecycle, "_answers", interrupted)
    with pytest.raises(KeyboardInterrupt):
        up(port=None, region=R1)
    assert process.birth(card(state)["pid"]) is None


def test_without_the_extra_nothing_is_started(state, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(BadSetting, match=r"sandbox\.not_installed"):
        up(port=None, region=R1)


def test_a_state_folder_that_cannot_be_written_is_reported(tmp_path, monkeypatch):
    (tmp_path / "checkday").write_text("a file where the folder should be")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    with pytest.raises(Unwritable, match=r"sandbox\.unwritable"):
        up(port=None, region=R1)


def test_reset_forgets_everything(state, connect):
    connect(up(port=None, region=R1), "s3", "us-east-1").create_bucket(Bucket="forgotten")
    reset()
    assert find() is None
    assert [entry.name for entry in state.iterdir()] == ["lock"]
    assert connect(up(port=None, region=R1), "s3").list_buckets()["Buckets"] == []


def test_the_foreground_server_ends_with_ctrl_c(state):
    command = [sys.executable, "-c", FOREGROUND]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as parent:
        assert [parent.stdout.readline().strip() for _ in range(2)] == [
            "sandbox.starting",
            "sandbox.foreground",
        ]
        running = find()
        os.killpg(parent.pid, signal.SIGINT)
        assert parent.stdout.read().strip() == "ended"
    assert parent.returncode == 0
    assert process.birth(running.pid) is None


def test_the_foreground_server_ends_with_its_command(state):
    command = [sys.executable, "-c", FOREGROUND]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert [parent.stdout.readline().strip() for _ in range(2)] == [
            "sandbox.starting",
            "sandbox.foreground",
        ]
        born = process.birth(pid := find().pid)
        parent.kill()
    assert process._gone(pid, born, 5)


def test_the_log_is_named_where_it_is(state):
    assert lifecycle.log_file() == state / "server.log"
