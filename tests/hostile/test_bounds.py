"""Sizes, times and names: nothing that a learner chooses makes us slow, large, or write elsewhere."""

import importlib
import pkgutil
import re
import time
import zipfile

import pytest

import checkday
from checkday import settings
from checkday.account.clients import CONNECT_TIMEOUT, READ_TIMEOUT
from checkday.cohort.recording import file_of
from checkday.errors import BadSetting
from checkday.lab import Lab
from checkday.roster import reading
from checkday.settings import Settings

IDS = (
    *("../../x", "a/b", "a\\b", "CON", "a\0b", "a" * 300, "", "a.b", "a b"),
    *("e\u0301an", "\u00e9an", "An01", "a--b", "-a", "a-", "\u0661"),
)
"""Paths, twins in other letters, and what some system or other takes for something else."""


@pytest.mark.parametrize("value", IDS, ids=lambda value: ascii(value)[:20])
def test_an_id_that_could_be_anything_but_a_name_is_refused(value):
    with pytest.raises(BadSetting):
        settings.checked(Settings(learner=value))


def test_what_is_kept_of_a_learner_is_named_by_us():
    assert re.fullmatch(r"snapshots/an01\.\d{8}T\d{6}Z\.json\.gz", file_of("an01", "2026-11-25T12:00:00Z"))


def test_an_archive_is_no_roster(tmp_path):
    path = tmp_path / "roster.csv"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("../../roster.csv", "id,name,account\n" + "x" * 10_000_000)
    with pytest.raises(BadSetting):
        reading.read(str(path))


BOMBS = (b"[" * 100_000, b'{"a":' * 100_000, b'{"a":' + b"9" * 5000 + b"}", b"\xff", b"{", b"1e999")


@pytest.mark.parametrize("line", BOMBS, ids=lambda line: ascii(line)[:12])
def test_a_line_of_the_lake_that_is_no_object_is_nothing(line):
    assert Lab.json_line(line) is None


def test_a_server_that_never_answers_costs_seconds():
    assert (CONNECT_TIMEOUT, READ_TIMEOUT) == (5, 15)


def patterns():
    """Every regular expression that a module of ours keeps; authors and the sandbox harm only themselves."""
    for found in pkgutil.walk_packages(checkday.__path__, "checkday."):
        if not found.name.startswith(APART) and not found.name.endswith("__main__"):
            values = vars(importlib.import_module(found.name)).values()
            several = (one for value in values for one in (value if isinstance(value, tuple) else (value,)))
            yield from (one for one in several if isinstance(one, re.Pattern))


APART = ("checkday.sandbox", "checkday.authoring", "checkday.site")
SIZE = 4096
"""Characters: four times what any learner's text is cut to before a pattern sees it."""


def test_every_pattern_is_linear():
    every = {one.pattern: one for one in patterns()}
    assert len(every) > 30
    for pattern in every.values():
        letters = {*re.findall(r"[\w ]", str(pattern.pattern))[:12], " ", "-", "a", "0", ".", ",", '"', "="}
        for unit in (*sorted(letters), "a-", "a ", ", ", "select a as b ", "from a ", "table "):
            text = (unit * SIZE)[:SIZE] + "\0"
            started = time.thread_time()
            pattern.search(text if isinstance(pattern.pattern, str) else text.encode())
            assert time.thread_time() - started < 0.25, (pattern.pattern, unit)
