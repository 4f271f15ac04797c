"""How far a run is: a live line where one can be painted, elsewhere a line now and then."""

import io
import re
import sys

import pytest

from checkday.cli.advance import Advance
from checkday.cohort.collect import Tally
from checkday.cohort.look import Looked
from checkday.roster import State
from checkday.words import Words

_STEERING = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def clock(monkeypatch):
    class Clock:
        now = 1000.0

    monkeypatch.setattr("time.monotonic", lambda: Clock.now)
    return Clock


def tally(done=3, total=10):
    """One of those that are done could not be looked at, and one is a mistake of ours."""
    found = Tally(total)
    found.add(Looked("le1", State.UNREACHABLE, cause="role_denied"))
    found.add(Looked("le2", State.INTERNAL, cause="broken_check"))
    for number in range(3, done + 1):
        found.add(Looked(f"le{number}", State.GOOD))
    return found


def test_the_line_says_how_much_is_done_how_fast_and_what_went_wrong(clock, capsys):
    found = tally()
    found.began = clock.now
    clock.now += 6
    with Advance(Words("en")) as advance:
        clock.now += 6
        advance.show(found)
    assert capsys.readouterr().err == (
        "3/10 accounts · 15 a minute · 0:28 left · could not look 1 · our errors 1 (role_denied 1)\n"
    )


def test_a_log_gets_fewer_lines_the_longer_it_takes_and_always_the_last(clock, capsys):
    with Advance(Words("vi")) as advance:
        for _ in range(600):
            clock.now += 1
            advance.show(tally())
        advance.show(tally(10))
    lines = capsys.readouterr().err.splitlines()
    assert 10 < len(lines) < 16
    assert lines[-1].startswith("10/10 tài khoản")
    assert "\x1b" not in "".join(lines)


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_a_terminal_shows_one_line_that_never_wraps(monkeypatch, columns):
    painted = on_a_terminal(monkeypatch, COLUMNS=str(columns), TERM="xterm-256color")
    seen = [line for line in _STEERING.sub("\n", painted).split("\n") if line]
    assert any("3/10 accounts" in line for line in seen)
    assert max(map(len, seen)) <= columns
    assert painted.rstrip().endswith("\x1b[2K")  # the line is gone when it is over


def test_no_colour_where_none_is_wanted(monkeypatch):
    assert "\x1b[38" in on_a_terminal(monkeypatch, TERM="xterm-256color")
    assert not re.search(
        r"\x1b\[[0-9;]*[1-9][0-9;]*m", on_a_terminal(monkeypatch, NO_COLOR="1", TERM="xterm")
    )


def test_a_terminal_that_cannot_paint_gets_lines(monkeypatch):
    assert "\x1b" not in on_a_terminal(monkeypatch, TERM="dumb")


def on_a_terminal(monkeypatch, **environment):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stderr", Terminal())
    with Advance(Words("en")) as advance:
        advance.show(tally())
    return sys.stderr.getvalue()
