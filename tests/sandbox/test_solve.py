"""The pages' scripts are run as a learner would, against a sandbox only, and leave nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from checkday import solve as module
from checkday.errors import BadSetting
from checkday.sandbox import process
from checkday.solve import solve

SANDBOX = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Runs a script as the commands of day1/bucket; returns the failure and all that was said."""
    monkeypatch.setattr(module, "shared", lambda: tmp_path)

    def run(*lines, **environment):
        path = tmp_path / "cmd" / "day1" / "bucket.sh"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n")
        said = []
        failure = solve([1], tasks=["day1/bucket"], environment={**SANDBOX, **environment}, say=said.append)
        return failure, said

    return run


def test_what_a_script_says_is_passed_on_line_by_line(run):
    failure, said = run("echo một", "printf 'no end'", "echo ' of line' >&2")
    assert failure is None
    assert said[0] == "# day1/bucket"
    assert sorted(said[1:]) == [" of line", "một", "no end"]


@pytest.mark.parametrize(
    ("lines", "line", "command", "code"),
    [
        (["echo first", "false", "echo never"], 2, "false", 1),
        (["true", "", "cat /never-there \\", "  --really"], 3, "cat /never-there --really", 1),
        (["found=$(cat /never-there)", "echo never"], 1, "found=$(cat /never-there)", 1),
        (["look() {", "  grep -q x /dev/null", "}", "look"], 2, "grep -q x /dev/null", 1),
        (["if true; then", "  echo 'too late' >&2", "  exit 3", "fi"], 3, "exit 3", 3),
        (["echo a | grep b | cat", "echo never"], 1, "cat", 1),
        (["echo $NEVER_SET", "echo never"], 1, "echo $NEVER_SET", 1),
        (["trap 'echo bye' EXIT", "false"], 2, "false", 1),
        (["never-a-command --x"], 1, "never-a-command --x", 127),
        (["echo a", "if then"], 2, "", 2),
        (["false || true", "! true || false", "echo fine", "exit 4"], 2, "false", 1),
    ],
)
def test_the_first_failing_command_is_named(run, lines, line, command, code):
    failure, said = run(*lines)
    assert (failure.line, failure.command, failure.code) == (line, command, code)
    assert failure.script.name == "bucket.sh"
    assert "never" not in said


def test_the_last_words_of_a_failure_are_kept(run):
    failure, _ = run("for n in $(seq 30); do echo line $n >&2; done", "false")
    assert failure.stderr == tuple(f"line {n}" for n in range(21, 31))


def test_the_scripts_of_the_chosen_days_run_in_order_until_one_fails(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "shared", lambda: tmp_path)
    for task, text in {"day1/b": "echo b", "day1/a": "false", "day1/c": "echo c", "day2/d": "echo d"}.items():
        path = tmp_path / "cmd" / f"{task}.sh"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    said = []
    tasks = ["day2/d", "day1/quiz", "day1/b", "day1/a", "day1/c"]
    failure = solve([1], tasks=tasks, environment=SANDBOX, say=said.append)
    assert said == ["# day1/b", "b", "# day1/a"]
    assert failure.task == "day1/a"


def test_the_environment_is_clean_and_its_own_programs_come_first(run, monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "private")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    failure, said = run(
        'echo "$HOME|$PATH|$PWD|$TMPDIR|$LEARNER"', "env | cut -d= -f1 | sort", LEARNER="an01"
    )
    assert failure is None
    home, path, here, scratch, learner = said[1].split("|")
    assert path.split(os.pathsep)[0] == str(Path(sys.executable).parent)
    assert home != os.environ.get("HOME")
    assert learner == "an01"
    assert not any(Path(folder).exists() for folder in (home, here, scratch))
    shell = {"PWD", "OLDPWD", "SHLVL", "_"}
    assert set(said[2:]) - shell == {"AWS_ENDPOINT_URL", "HOME", "LANG", "LEARNER", "PATH", "TMPDIR"}


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"AWS_ENDPOINT_URL": ""},
        {"AWS_ENDPOINT_URL": "https://s3.amazonaws.com"},
        {"AWS_ENDPOINT_URL": "http://127.0.0.1.example.com:80"},
        {"AWS_ENDPOINT_URL": "http://127.0.0.1@example.com"},
        {"AWS_ENDPOINT_URL": "http://192.0.2.1:4566"},
        {**SANDBOX, "AWS_ENDPOINT_URL_S3": "https://s3.amazonaws.com"},
    ],
)
def test_only_a_sandbox_is_solved(environment):
    with pytest.raises(BadSetting, match=r"solve\.not_sandbox"):
        solve([1], tasks=["day1/bucket"], environment=environment, say=print)


@pytest.mark.parametrize(
    "endpoint", ["http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1", "http://127.8.8.8"]
)
def test_every_name_of_this_machine_is_a_sandbox(run, endpoint):
    assert run("true", AWS_ENDPOINT_URL=endpoint)[0] is None


def test_nothing_to_run_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "shared", lambda: tmp_path)
    with pytest.raises(BadSetting, match=r"solve\.no_script"):
        solve([1], tasks=["day1/bucket"], environment=SANDBOX, say=print)


def test_what_a_script_leaves_running_is_ended(run):
    failure, said = run("sleep 60 &", "echo $!")
    assert failure is None
    assert process.birth(int(said[1])) is None


def test_what_will_not_end_is_killed(run, monkeypatch):
    monkeypatch.setattr(module, "_GRACE", 0.2)
    _, said = run("(trap '' TERM; echo $BASHPID; while true; do sleep 0.1; done) &", "sleep 0.2")
    assert process.birth(int(said[1])) is None


def test_ctrl_c_ends_the_script_and_its_programs(tmp_path):
    script = tmp_path / "cmd" / "day1" / "bucket.sh"
    script.parent.mkdir(parents=True)
    script.write_text("sleep 60 &\necho $! $$\nwait\n")
    code = (
        "import pathlib, checkday.solve as s\n"
        f"s.shared = lambda: pathlib.Path({str(tmp_path)!r})\n"
        "def say(line): print(line, flush=True)\n"
        f"s.solve([1], tasks=['day1/bucket'], environment={SANDBOX!r}, say=say)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as one:
        assert one.stdout.readline() == "# day1/bucket\n"
        pids = [int(pid) for pid in one.stdout.readline().split()]
        one.send_signal(signal.SIGINT)
        assert "KeyboardInterrupt" in one.communicate()[1]
    assert all(process.birth(pid) is None for pid in pids)


def test_scripts_reach_the_sandbox_with_the_aws_command(run, server):
    keys = {
        "AWS_ACCESS_KEY_ID": "123456789012",
        "AWS_SECRET_ACCESS_KEY": "any",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    lines = [
        "aws s3api create-bucket --bucket solved >/dev/null",
        "aws s3api list-buckets --prefix solved --output text",
    ]
    failure, said = run(*lines, AWS_ENDPOINT_URL=server.endpoint, **keys)
    assert failure is None
    assert any("solved" in line for line in said[1:])
