"""`workshop data` as a person runs it: what it asks, says and ends with, and what it survives."""

import io
import os
import pty
import signal
import subprocess
import sys
import threading
from collections import Counter

import pytest

from checkday import data
from checkday.account.live import Live
from checkday.cli import exits
from checkday.cli.workshop import workshop
from checkday.errors import BadSetting, Unwritable
from checkday.words import Words
from loopback import ACCOUNT, BUCKET, Aws, refuse, take, take_slowly
from worlds import World

SOME = ("--count", "1500")


@pytest.fixture
def aws():
    with Aws() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.go_on.set()
        server.shutdown()


@pytest.fixture(autouse=True)
def learner(monkeypatch, state):
    monkeypatch.setenv("WORKSHOP_LEARNER", "an01")
    monkeypatch.setattr("checkday.writer.delivery.pause", lambda _: 0)
    return state


@pytest.fixture
def here(aws, monkeypatch):
    """The environment of `workshop env` points to the fake."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
    return aws


@pytest.fixture
def live(here, monkeypatch):
    """The same, taken for the real AWS."""
    monkeypatch.setattr(Live, "simulated_in", lambda *_: False)
    return here


def run(*arguments, lang="en"):
    return workshop(["data", *arguments], Words(lang))


def started(aws, **streams):
    command = [sys.executable, "-m", "checkday.cli.workshop", "data", "send", "--lang", "en", *SOME]
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | streams
    return subprocess.Popen(command, env=os.environ | {"AWS_ENDPOINT_URL": aws.url}, text=True, **pipes)


def ended(process):
    """Its exit code and what it said, on either stream."""
    said = "".join(process.communicate(timeout=60))
    return process.returncode, said


def was_taken(aws, times=1):
    """Whether each of the records was taken that often; some are planted copies of others."""
    return Counter(aws.taken) == Counter(data.lines(data.records(data.seed_of("an01"), 1500)) * times)


# make


def test_make_writes_the_learner_s_records(tmp_path, capsys):
    assert run("make", "--out", str(tmp_path / "new" / "records")) == exits.PASSED
    written = (tmp_path / "new" / "records" / "events.ndjson").read_bytes()
    assert written == data.ndjson(data.records(data.seed_of("an01")))
    assert f"{len(written)} bytes" in capsys.readouterr().out


def test_make_writes_here_and_as_many_as_wanted(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run("make", "--count", "3") == exits.PASSED
    assert (tmp_path / "events.ndjson").read_bytes().count(b"\n") == 3


def test_make_needs_to_know_the_learner_but_for_the_sandbox(tmp_path, monkeypatch):
    monkeypatch.delenv("WORKSHOP_LEARNER")
    with pytest.raises(BadSetting, match="no_learner"):
        run("make", "--out", str(tmp_path))
    assert run("make", "--sandbox", "--out", str(tmp_path)) == exits.PASSED


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(Unwritable, match=r"data\.unwritable"):
        run("make", "--out", str(tmp_path / "file"))


@pytest.mark.parametrize("count", ["0", "20001", "-1", "x", "1.5", "٣", "9" * 5000])
def test_a_count_that_is_none_is_a_usage_error(count):
    with pytest.raises(BadSetting, match="bad_count"):
        run("make", f"--count={count}")


@pytest.mark.parametrize(
    "arguments",
    [
        ["make", "--direct"],
        ["make", "--yes"],
        ["send", "--out", "x"],
        ["send", "--direct", "--again"],
        ["send", "--sandbox", "--profile", "p"],
    ],
)
def test_what_does_not_go_together_is_a_usage_error(arguments):
    with pytest.raises(BadSetting, match="conflict"):
        run(*arguments)


# send


def test_send_sends_the_learner_s_records_once(here, capsys):
    assert [run("send", *SOME), run("send", *SOME)] == [exits.PASSED] * 2
    assert was_taken(here)
    assert "all 1500 records" in capsys.readouterr().out


@pytest.mark.parametrize("change", [{"CreateTimestamp": 1700000001}, {"Destinations": []}])
def test_a_stream_that_was_made_again_or_delivers_elsewhere_gets_them_all(here, change):
    run("send", *SOME)
    if "Destinations" in change:
        change = {
            "Destinations": [
                {"ExtendedS3DestinationDescription": {"BucketARN": "arn:aws:s3:::b", "Prefix": "x/"}}
            ]
        }
    here.stream = change
    run("send", *SOME)
    assert was_taken(here, 2)


def test_again_only_when_the_buffer_and_the_folder_are_empty(here, monkeypatch, capsys):
    run("send", *SOME)
    assert run("send", *SOME, "--again") == exits.FAILED
    assert "may still hold" in capsys.readouterr().err
    monkeypatch.setattr("checkday.cli.data._SANDBOX_PATIENCE", 0)
    here.flush()
    assert run("send", *SOME, "--again") == exits.FAILED
    assert "aws s3 rm" in capsys.readouterr().err
    here.objects.clear()
    assert run("send", *SOME, "--again") == exits.PASSED
    assert was_taken(here, 2)


def test_what_is_in_the_folder_already_is_told(here, capsys):
    here.objects["data/raw/2026/01/15/00/one"] = b"{}"
    assert run("send", *SOME) == exits.PASSED
    assert "is not empty" in capsys.readouterr().err


def test_a_stream_deleted_while_sending_is_told(here, capsys):
    here.plan = [take, refuse("ResourceNotFoundException")]
    assert run("send", *SOME) == exits.FAILED
    assert "was deleted while" in capsys.readouterr().err


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_expired_credentials_are_told_in_the_words_of_the_checks(here, capsys, lang):
    here.plan = [refuse("ExpiredTokenException")] * 9
    assert run("send", *SOME, lang=lang) == exits.FAILED
    assert Words(lang)("cause.expired.seen") in capsys.readouterr().err


def test_without_the_stream_the_same_records_lie_in_the_bucket(here):
    assert [run("send", "--direct"), run("send", "--direct")] == [exits.PASSED] * 2
    content = b"".join(here.objects[key] for key in sorted(here.objects))
    assert content == data.ndjson(data.records(data.seed_of("an01")))


def test_both_ways_would_count_each_record_twice(here, capsys):
    run("send", "--direct", *SOME)
    assert run("send", *SOME) == exits.FAILED
    assert "--direct wrote" in capsys.readouterr().err
    assert not here.taken


def test_a_sleeping_sandbox_is_told(capsys):
    assert run("send", "--sandbox") == exits.FAILED
    assert "sandbox" in capsys.readouterr().err


# The real AWS


def test_without_a_terminal_nothing_is_sent_unasked(live, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO())
    with pytest.raises(BadSetting, match="no_terminal"):
        run("send", *SOME)
    assert run("send", *SOME, "--yes") == exits.PASSED
    assert was_taken(live)


@pytest.mark.parametrize(
    ("answer", "code", "taken"), [("y", 0, 1500), ("YES ", 0, 1500), ("", 1, 0), ("n", 1, 0)]
)
def test_account_and_effect_are_named_and_the_answer_counts(live, monkeypatch, capsys, answer, code, taken):
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda _: answer)
    assert run("send", *SOME) == code
    assert len(live.taken) == taken
    said = capsys.readouterr().out
    assert all(word in said for word in ("1500", "fcj-an01-stream", ACCOUNT, "cent"))


def test_the_bucket_is_named_where_there_is_no_stream(live, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda _: "n")
    assert run("send", "--direct") == exits.FAILED
    assert f"s3://{BUCKET}/data/raw/" in capsys.readouterr().out


def test_a_missing_learner_is_a_usage_error(live, monkeypatch):
    monkeypatch.delenv("WORKSHOP_LEARNER")
    with pytest.raises(BadSetting, match="no_learner"):
        run("send", "--yes")


# What it survives


def test_ctrl_c_says_what_is_sent_and_the_next_run_sends_the_rest(aws):
    aws.plan = [take, take_slowly]
    sender = started(aws)
    assert aws.reached.wait(30)
    sender.send_signal(signal.SIGINT)
    aws.go_on.set()
    code, said = ended(sender)
    assert code == exits.INTERRUPTED
    assert "of 1500 records are sent" in said
    assert ended(started(aws))[0] == exits.PASSED
    assert was_taken(aws)


def test_after_a_kill_the_next_run_completes_and_duplicates_none(aws):
    aws.plan = [take, take_slowly]
    sender = started(aws)
    assert aws.reached.wait(30)
    sender.kill()
    sender.communicate()
    aws.go_on.set()
    aws.flush()
    code, said = ended(started(aws))
    assert code == exits.PASSED
    assert "cut off" in said
    assert was_taken(aws)


def test_of_two_at_once_the_second_waits_and_sends_nothing(aws):
    aws.plan = [take_slowly]
    first = started(aws)
    assert aws.reached.wait(30)
    second = started(aws)
    assert "Another workshop data send" in second.stderr.readline()
    aws.go_on.set()
    assert ended(first)[0] == exits.PASSED
    code, said = ended(second)
    assert code == exits.PASSED
    assert "nothing is sent twice" in said
    assert was_taken(aws)


def test_progress_on_a_terminal_when_it_takes_a_while(aws):
    aws.plan = [take_slowly]
    terminal, other = pty.openpty()
    with started(aws, stdout=subprocess.DEVNULL, stderr=other):
        os.close(other)
        shown = b""
        while b"Sending to fcj-an01-stream" not in shown:
            shown += os.read(terminal, 1024)
        aws.go_on.set()
    os.close(terminal)


@pytest.mark.sandbox
def test_the_sandbox_takes_them_all_and_nobody_is_asked(sandbox, monkeypatch, capsys):
    world = World(sandbox).solved().settled()
    monkeypatch.setenv("AWS_ENDPOINT_URL", sandbox)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", world.account)
    assert run("send") == exits.PASSED
    assert "all 20000 records" in capsys.readouterr().out
