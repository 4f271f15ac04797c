"""The journal of what AWS has taken: right after every kind of end, and for one process at a time."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from checkday.writer import Journal, settle
from checkday.writer.journal import Doubt

KEY = {"stream": "one", "seed": 1}
UUIDS = ["u0", "u1"]


@pytest.fixture(autouse=True)
def folder(state):
    """Each test has a state folder of its own."""


def journal(wait=lambda: None):
    return Journal.opened(KEY, wait)


def test_a_line_cut_short_is_as_good_as_none():
    with journal() as book:
        book.end(book.begin([0, 1, 2, 7]), [0, 1, 7])
        path = book.path
        book.begin([2])
    with open(path, "r+b") as file:
        file.truncate(os.path.getsize(path) - 5)
    with journal() as book:
        assert book.accepted == {0, 1, 7}
        assert not book.doubts
        book.end(book.begin([2]), [2])
    with journal() as book:
        assert book.accepted == {0, 1, 2, 7}


def test_nonsense_in_a_journal_is_passed_over():
    with journal() as book:
        path = book.path
        book.end(book.begin([0]), [0])
    with open(path, "ab") as file:
        file.write(
            b'[]\n7\n{"try": 9}\n{"end": 1, "records": "x"}\n\xff\n{"try": "q", "records": "1-2", "at": 1}\n'
        )
    with journal() as book:
        assert book.accepted == {0}


def test_a_try_without_an_end_is_a_doubt():
    with journal() as book:
        book.begin([3, 4])
    with journal() as book:
        assert book.doubts == {1: Doubt([3, 4], book.newest)}
        assert book.left(6) == [0, 1, 2, 5]


def test_to_start_over_forgets_everything():
    with journal() as book:
        book.end(book.begin([0]), [0])
        book.start_over()
    with journal() as book:
        assert book.left(2) == [0, 1]


HOLD = """
import sys
sys.path.insert(0, sys.argv[1])
from test_journal import journal
with journal():
    print("open", flush=True)
    sys.stdin.readline()
"""


def test_the_second_waits_and_says_so():
    command = [sys.executable, "-c", HOLD, str(Path(__file__).parent)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, text=True, **pipes) as first:
        assert first.stdout.readline() == "open\n"
        said = []
        with journal(wait=lambda: (said.append("waiting"), first.communicate("go on\n"))):
            assert said == ["waiting"]


# Doubts


def test_settling_looks_again_until_all_is_there(monkeypatch):
    looks = iter([Counter(), Counter(UUIDS[:1]), Counter(UUIDS[:2])])
    monkeypatch.setattr("checkday.writer.settling.time.sleep", lambda _: None)
    with journal() as book:
        book.begin([0, 1])
        settle(book, UUIDS, lambda _: next(looks), patience=60)
        assert book.accepted == {0, 1}


def test_a_planted_copy_does_not_stand_for_the_doubtful_one():
    with journal() as book:
        book.end(book.begin([0]), [0])
        book.begin([1])
        settle(book, ["same", "same"], lambda _: Counter({"same": 1}), patience=0)
        assert book.accepted == {0}
