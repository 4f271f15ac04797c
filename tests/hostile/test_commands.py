"""What the commands say: whatever a text holds, a terminal, a pipe and a shell only ever show it."""

import argparse
import hashlib
import io
import json
import re
import shlex
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from checkday.account.answers import canonical
from checkday.cli import arguments, doctor, exits, hint, learner, leftovers, rosters, solving, terminal
from checkday.doctor.diagnosis import mend
from checkday.errors import BadSetting
from checkday.leftovers.items import Item, Leftovers, Unseen
from checkday.leftovers.shell import fill
from checkday.outputs import as_text
from checkday.plain import plain
from checkday.prices import Cost
from checkday.solve import Failure
from checkday.words import Words
from hostile.values import HOSTILE, raw
from test_outputs import COURSE, SITE, report

EN = Words("en")
EACH = pytest.mark.parametrize("value", HOSTILE, ids=lambda value: ascii(value)[:24])
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
FACTS = dict.fromkeys(("detail", "call", "endpoint", "permission", "code", "region", "path", "value"))


def harmless(text):
    """Nothing paints, and no line passes for one of ours."""
    assert raw(text) == set()
    assert not any(line.startswith("day1: PASS") for line in text.splitlines())


@EACH
def test_a_sentence_holds_nothing_that_paints(value, capsys):
    arguments.tell(EN, "internal", detail=value)
    arguments.tell(EN, "output.unwritable", path=value, reason=value)
    terminal.warn(EN, "record.unreadable", {"path": value, "reason": value})
    said = capsys.readouterr().err
    harmless(said)
    assert plain(value) in said


@EACH
def test_on_a_terminal_only_our_own_colours_are_painted(value, monkeypatch):
    class Terminal(io.StringIO):
        encoding = "utf-8"

        def isatty(self):
            return True

    monkeypatch.setattr(sys, "stdout", shown := Terminal())
    monkeypatch.setenv("TERM", "xterm-256color")
    terminal.paint(as_text.lines(report(value), COURSE, EN, SITE))
    text = shown.getvalue()
    assert "\x1b[1m" in text
    assert set(COLOURS.findall(text)) <= {f"\x1b[{one}m" for one in (0, 1, 2, 31, 32, 33, 35, "1;31", "1;32")}
    harmless(COLOURS.sub("", text))
    assert plain(value) in COLOURS.sub("", text).replace("\n", "")


def left_over(value):
    commands = fill(("aws s3 rb s3://{name} --force",), name=value)
    some = {"arn": value, "region": value, "why": "free", "facts": {}, "cost": Cost(), "urgent": False}
    item = Item(kind="table", name=value, keep=None, commands=commands, **some)
    unseen = Unseen("table", value, "denied", FACTS | {"permission": value, "call": value})
    return Leftovers([item, replace(item, keep="until_graded")], [unseen], commands)


@EACH
def test_what_is_left_over_is_named_and_does_nothing(value, capsys):
    terminal.paint(leftovers.lines(report("an01"), left_over(value), EN, profile=value))
    said = capsys.readouterr().out
    harmless(said)
    assert plain(value) in said
    commands = [line for line in said.splitlines() if line.startswith(("aws", "export AWS_PROFILE"))]
    assert [shlex.split(line) for line in commands] == [
        ["export", f"AWS_PROFILE={plain(value)}"],
        ["aws", "s3", "rb", f"s3://{plain(value)}", "--force"],
    ]


@EACH
def test_a_diagnosis_paints_nothing(value, capsys):
    one = mend("cause.denied", **FACTS | dict.fromkeys(FACTS, value))
    terminal.paint(doctor._lines(one, EN))
    harmless(capsys.readouterr().out)


@EACH
def test_our_own_fault_is_told_without_painting(value, capsys, monkeypatch):
    monkeypatch.setattr(exits.os, "_exit", lambda code: (_ for _ in ()).throw(SystemExit(code)))
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the message is what is tried
        int("none")
    error = ValueError(value).with_traceback(caught.tb)
    with pytest.raises(SystemExit) as left:
        exits._internal(EN, ValueError, error, caught.tb)
    said = capsys.readouterr().err
    assert left.value.code == exits.BROKEN
    harmless(said)
    assert "test_commands.py" in said


@EACH
def test_an_argument_that_is_none_is_told_without_painting(value, capsys):
    with pytest.raises(BadSetting) as error:
        hint._milestone(COURSE, value)
    arguments.tell(EN, error.value.key, **error.value.facts)
    parser = arguments.Parser(EN, "check-day")
    with pytest.raises(SystemExit):
        parser.parse_args([f"--no-such{value}"])
    harmless(capsys.readouterr().err)


@pytest.mark.parametrize(
    "memory", ['{"day1.bucket": "\\u001b[2J"}', '{"\\u001b[2J": 2}', "[[", "[" * 100_000, "NaN"]
)
def test_a_spoilt_memory_of_hints_is_never_shown(memory, state, capsys):
    state.mkdir()
    (state / "hints.json").write_text(memory, encoding="utf-8")
    given = argparse.Namespace(id="day1.bucket", level=None, reset=False)
    assert hint.hint(given, EN) == exits.PASSED
    harmless(capsys.readouterr().out)


def test_a_record_that_was_written_by_hand_paints_nothing(state, capsys):
    """Its lines carry a digest, but anybody can count one."""
    state.mkdir()
    with open(state / "record.jsonl", "wb") as file:
        file.writelines(
            record_line(value.encode("utf-8", "backslashreplace").decode()) for value in HOSTILE[:-1]
        )
    assert learner.status(argparse.Namespace(lang=None), EN) == exits.PASSED
    said = capsys.readouterr().out
    harmless(said)
    assert "day1.bucket" in said


def record_line(value):
    value = value.encode("utf-8", "backslashreplace").decode()
    entry = {"origin": "live", "account": value, "learner": "an01", "id": "day1.bucket"}
    entry |= {"evidence": {"name": value}, "course_version": "v", "at": "2026-01-15T08:00:00Z"}
    body = canonical(entry)
    return f"{hashlib.sha256(body.encode()).hexdigest()[:16]} {body}\n".encode()


@pytest.mark.parametrize("account", ["\x1b[2J", "1234", "'; rm -rf ~ #", "12345678901\u0662"])
def test_the_shell_is_told_no_account_that_is_none(account, monkeypatch, capsys):
    said = {"Account": account, "Arn": "arn:aws:iam::1:user/an", "UserId": "u"}
    monkeypatch.setattr("checkday.account.Account.response", lambda *_: said)
    with pytest.raises(BadSetting, match="bad_answer"):
        learner.env(argparse.Namespace(lang=None, sandbox=False, profile=None), EN)
    assert capsys.readouterr().out == ""


@EACH
def test_a_fault_in_a_roster_is_told_without_painting(value, tmp_path, capsys):
    rows = [{"id": value, "name": value, "account": value}]
    path = tmp_path / "roster.yaml"
    path.write_text(json.dumps({"cohort": "k1", "learners": rows}), encoding="utf-8")
    assert rosters.roster_of(str(path), EN) is None
    harmless(capsys.readouterr().err)


@EACH
def test_a_script_that_fails_paints_nothing(value, capsys):
    failure = Failure("day1/bucket", Path("x.sh"), 3, value, 255, ("An error occurred", *value.splitlines()))
    assert solving._tell(failure, EN) == exits.FAILED
    assert raw(capsys.readouterr().err) == set()
