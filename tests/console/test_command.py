"""`workshop console` as a person runs it: its address, its end, and two clear lines for every mistake."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

WORKSHOP = Path(sys.executable).parent / "workshop"


def start(*arguments, **environment):
    return subprocess.Popen(
        [WORKSHOP, "console", *arguments],
        env=os.environ | {"LC_ALL": "en_US.UTF-8"} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def get(port, path):
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        return answer


def failed(*arguments, **environment):
    """The exit code and the lines of a call that cannot work."""
    with start(*arguments, **environment) as program:
        output, errors = program.communicate(timeout=60)
    assert output == ""
    return program.returncode, errors.splitlines()


@pytest.mark.parametrize(("number", "language"), [(signal.SIGINT, "vi"), (signal.SIGTERM, "en")])
def test_console_prints_its_address_serves_and_ends_cleanly(sandbox, number, language):
    with start("--lang", language) as program:
        port = int(re.search(r"http://127\.0\.0\.1:(\d+)/", program.stdout.readline())[1])
        assert get(port, "/").headers["Location"] == f"/{language}/ap-southeast-1"
        assert get(port, f"/{language}/ap-southeast-1/dynamodb").status == 200
        program.send_signal(number)
        output, errors = program.communicate(timeout=30)
    assert (program.returncode, errors) == (0, "")
    assert len(output.splitlines()) == 1


def test_sandbox_that_does_not_run_is_told_of_in_two_lines(tmp_path):
    code, lines = failed(XDG_STATE_HOME=str(tmp_path))
    assert (code, lines[0]) == (2, "The sandbox is not running.")
    assert "workshop sandbox up" in lines[1]


def test_port_in_use_is_told_of_in_the_users_language(sandbox):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, lines = failed("--port", str(port), "--lang", "vi")
    assert (code, len(lines)) == (2, 2)
    assert lines[0] == f"Cổng {port} đang được chương trình khác dùng."


@pytest.mark.parametrize("port", ["0", "65536", "x", "-1", "99999999999"])
def test_port_that_is_none_is_told_of(sandbox, port):
    code, lines = failed(f"--port={port}")
    assert (code, lines[0]) == (2, f"{port} is not a usable port number.")


def test_missing_extra_is_told_of_in_two_lines(sandbox, tmp_path):
    # Python that finds no starlette stands for an environment without the extra.
    (tmp_path / "sitecustomize.py").write_text(
        "import importlib.util as u\nreal = u.find_spec\n"
        "u.find_spec = lambda name, *a: None if name == 'starlette' else real(name, *a)\n"
    )
    code, lines = failed(PYTHONPATH=str(tmp_path))
    assert (code, lines[0]) == (2, "What the console needs is not installed.")
    assert ".[sandbox]" in lines[1]


def test_other_commands_do_not_load_the_console():
    loaded = "import sys; sys.argv = ['workshop', 'sandbox', 'status']; from checkday.cli import workshop;"
    ask = f"{loaded} workshop.main(); print([m for m in ('starlette', 'jinja2') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
