"""check-day --watch: what it looks at again, how often, and what it leaves on the screen. Nothing sleeps."""

import os
import pty
import re
import signal
import subprocess
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from checkday import curriculum
from checkday.cli import watching
from checkday.cli.check_day import check_day
from checkday.cli.watching import watch
from checkday.errors import BadSetting
from checkday.model import Finding, Report, Verdict
from checkday.words import Words
from worlds import World

COURSE = curriculum.load([1])
SELECTED = ("day1.bucket", "day1.stream", "day1.stream_role")
PASSED, FAILED, PENDING, BLOCKED = Verdict.PASSED, Verdict.FAILED, Verdict.PENDING, Verdict.BLOCKED
MISSING = (FAILED, "missing")
CREATING = (PENDING, "creating")


def report(state, retry_in=30, causes=()):
    """A report of these states: milestone -> verdict, or verdict and code."""

    def finding(name, said):
        verdict, code = said if isinstance(said, tuple) else (said, None)
        wait = retry_in if verdict is PENDING else None
        return Finding(COURSE.milestones[name], verdict, code, {"name": "fcj-an01"}, retry_in=wait)

    findings = tuple(finding(name, said) for name, said in state.items() if name not in causes)
    others = tuple(finding(name, said) for name, said in state.items() if name in causes)
    return Report(
        *("sha256:0", "1", "an01", "123456789012", "arn", ("ap-southeast-1", "us-east-1"), "live", "check"),
        *("2026-01-15T08:00:00Z", "2026-01-15T08:00:01Z", findings, 7, others),
    )


class Account:
    """Answers each look with the next of the states, and notes what was asked for."""

    def __init__(self, *states, **options):
        self.states, self.options, self.asked = list(states), options, []

    def __call__(self, names):
        self.asked.append(list(names))
        state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        return report({name: said for name, said in state.items() if name in names}, **self.options)


class Screen:
    def __init__(self):
        self.shown = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.closed = True

    def looking(self):
        pass

    def show(self, shown, pause):
        self.shown.append((shown, pause))


def watched(account, *, selected=SELECTED, rounds=20):
    """The exit code, the pauses and the last report; Ctrl-C once enough was seen."""
    screen, pauses = Screen(), []

    def sleep(seconds):
        pauses.append(seconds)
        if len(pauses) == rounds:
            raise KeyboardInterrupt

    try:
        code = watch(account, selected, screen, sleep=sleep)
    except KeyboardInterrupt:
        code = 130
    assert screen.closed
    return code, pauses, screen.shown[-1][0] if screen.shown else None


def state(bucket, stream, role=PASSED):
    return dict(zip(SELECTED, (bucket, stream, role), strict=True))


def test_all_passed_ends_at_once():
    assert watched(Account(state(PASSED, PASSED)))[:2] == (0, [])


def test_only_what_is_not_passed_is_looked_at_again():
    account = Account(state(MISSING, MISSING), state(PASSED, MISSING), state(PASSED, PASSED))
    code, _, last = watched(account)
    assert code == 0
    assert account.asked == [list(SELECTED), ["day1.bucket", "day1.stream"], ["day1.stream"]]
    assert [one.verdict for one in last.findings] == [PASSED] * 3
    assert last.requests == 21


def test_it_backs_off_while_nothing_changes_and_starts_again_when_something_does():
    still = [state(MISSING, MISSING)] * 8
    _, pauses, _ = watched(Account(*still, state(PASSED, MISSING)), rounds=11)
    assert pauses == [5, 8, 11, 17, 25, 38, 57, 60, 5, 8, 11]


@pytest.mark.parametrize(("retry_in", "wanted"), [(30, 30), (2, 5), (300, 60)])
def test_while_only_aws_works_its_own_time_counts(retry_in, wanted):
    account = Account(state(PASSED, CREATING), retry_in=retry_in)
    assert watched(account, rounds=3)[1] == [wanted] * 3


def test_while_the_learner_works_too_aws_does_not_slow_the_look():
    account = Account(state(MISSING, CREATING), retry_in=10)
    assert watched(account, rounds=4)[1] == [5, 8, 10, 10]


def test_a_need_that_is_gone_again_is_told_and_looked_at_again():
    regress = report(state(MISSING, MISSING), causes=("day1.bucket", "day1.stream_role"))
    answers = [report(state(PASSED, MISSING)), regress, report(state(PASSED, PASSED))]
    asked = []
    code, _, _ = watched(lambda names: (asked.append(list(names)), answers.pop(0))[1])
    assert (code, asked[2]) == (0, ["day1.bucket", "day1.stream"])


def test_without_a_source_there_is_nothing_to_watch():
    assert watched(lambda _: None)[:2] == (4, [])


def test_ctrl_c_closes_the_screen():
    assert watched(Account(state(MISSING, MISSING)), rounds=1)[0] == 130


# What is shown


@pytest.fixture
def printed(capsys):
    with watching.screen(COURSE, Words("en"), "https://example.org") as screen:
        yield screen, lambda: capsys.readouterr().out


def test_without_a_terminal_only_news_is_printed_with_its_time(printed):
    screen, said = printed
    screen.show(report(state(MISSING, CREATING)), 5)
    lines = said().splitlines()
    assert len(lines) == 3
    assert all(re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d day1\.", line) for line in lines)
    assert "day1.bucket: not done. This account does not have the bucket fcj-an01 yet. Create" in lines[0]
    screen.show(report(state(MISSING, CREATING)), 8)
    assert said() == ""
    screen.show(report(state(PASSED, CREATING)), 5)
    assert said().endswith(" day1.bucket: passed.\n")
    screen.show(report(state(PASSED, PASSED)), None)
    assert said().endswith("passed 3 · points 7/7\nAll passed. Well done!\n")


def test_rich_is_imported_for_a_terminal_alone():
    program = (
        "import sys; from checkday.cli import watching; from checkday.words import Words\n"
        "watching.screen(None, Words('en'), '')\n"
        "print('rich' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_a_name_cannot_paint_the_view(monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    hostile = replace(report(state(MISSING, MISSING)), learner="[bold green]\x1b[2J")
    screen = watching.screen(COURSE, Words("en"), "")
    text = watching._joined(list(screen._lines(hostile)))
    assert text.plain.startswith("[bold green]\\u001b[2J · ")
    assert "\x1b" not in text.plain


# From the command


@pytest.mark.parametrize(
    ("arguments", "other"),
    [
        (["--format", "json"], "--format json"),
        (["--format", "html"], "--format html"),
        (["--output", "x"], "--output"),
        (["--snapshot", "x"], "--snapshot"),
        (["--replay", "x"], "--replay"),
    ],
)
def test_a_watch_is_text_on_the_screen_of_a_live_account(arguments, other):
    with pytest.raises(BadSetting) as error:
        check_day(["1", "--watch", *arguments], Words("en"))
    assert (error.value.key, error.value.facts["one"], error.value.facts["other"]) == (
        "usage.conflict",
        "--watch",
        other,
    )


def test_a_learner_who_mends_things_sees_them_turn_green(sandbox, monkeypatch, state_of_its_own, capsys):
    world = World(sandbox)
    repairs = [world.bucket, world.reference]
    monkeypatch.setenv("AWS_ENDPOINT_URL", sandbox)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", world.account)
    monkeypatch.setenv("WORKSHOP_LEARNER", "an01")
    monkeypatch.setattr(watching, "watch", partial(watch, sleep=lambda _: repairs.pop(0)()))
    only = ["--only", "day1.bucket", "--only", "day1.reference"]
    assert check_day(["1", "--watch", *only], Words("en")) == 0
    said = capsys.readouterr().out
    verdicts = re.findall(r"day1\.(\w+): (not done|waits|passed)\.", said)
    assert verdicts == [
        ("bucket", "not done"),
        ("reference", "waits"),
        ("bucket", "passed"),
        ("reference", "not done"),
        ("reference", "passed"),
    ]
    assert repairs == []


@pytest.fixture
def state_of_its_own(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))


def test_ctrl_c_on_a_terminal_is_130_and_leaves_the_last_state(state_of_its_own):
    ours, theirs = pty.openpty()
    keys = {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "WORKSHOP_LANG": "en",
        "TERM": "xterm",
        "COLUMNS": "120",
    }
    command = [Path(sys.executable).parent / "check-day", "1", "--watch"]
    child = subprocess.Popen(command, env=os.environ | keys, stdout=theirs, stderr=theirs)
    os.close(theirs)
    said = read_until(ours, "looking again in 5 seconds")
    child.send_signal(signal.SIGINT)
    said += read_until(ours, "no such text, so to its end")
    os.close(ours)
    assert child.wait(timeout=20) == 130
    assert "Looking…" in said
    assert "No connection to http://127.0.0.1:9." in said
    assert said.endswith("Stopped.\r\n")
    assert said.count("\x1b[?25h") == 1  # the cursor is back


def read_until(terminal, text):
    said = b""
    while text.encode() not in said:
        try:
            chunk = os.read(terminal, 4096)
        except OSError:  # what Linux answers once the other end is closed
            break
        said += chunk
    return said.decode()
