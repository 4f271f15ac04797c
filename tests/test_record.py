"""The Record: append-only, told apart by account, and whole after whatever happens to it."""

import hashlib
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from checkday.account.answers import canonical
from checkday.record import Key, Record, everything

KEY = Key("live", "111122223333", "an01")
ENTRY = {
    "origin": "live",
    "account": "111122223333",
    "learner": "an01",
    "id": "day1.bucket",
    "evidence": {"bucket": "b"},
    "at": "2026-01-01T00:00:00Z",
}


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "folder" / "record.jsonl")


def add(path, proofs, key=KEY):
    Record(key, path).add(proofs, course_version="v", at="2026-01-01T00:00:00Z")


def proofs(path, key=KEY):
    record = Record(key, path)
    record.load()
    return record.proofs


def test_what_was_added_is_there_again(path):
    add(path, {"day1.bucket": {"bucket": "b"}})
    assert proofs(path) == {"day1.bucket": {"bucket": "b"}}


@pytest.mark.parametrize(
    "other",
    [
        Key("simulated", "111122223333", "an01"),
        Key("live", "444455556666", "an01"),
        Key("live", "111122223333", "b2"),
    ],
)
def test_nobody_elses_proof_counts(path, other):
    add(path, {"day1.bucket": {}}, other)
    assert proofs(path) == {}


def test_the_same_proof_is_written_once(path):
    record = Record(KEY, path)
    for _ in range(3):
        record.load()
        record.add({"day1.bucket": {"a": 1}}, course_version="v", at="t")
    with open(path, encoding="utf-8") as file:
        assert len(file.readlines()) == 1


@pytest.mark.parametrize("cut", [2, 10, 80])
def test_half_a_line_is_set_aside_and_costs_no_other(path, cut):
    add(path, {"day1.bucket": {}})
    add(path, {"day1.stream": {}})
    os.truncate(path, os.path.getsize(path) - cut)
    add(path, {"day1.account": {}})
    record = Record(KEY, path)
    record.load()
    assert set(record.proofs) == {"day1.bucket", "day1.account"}
    assert record.damaged == 1
    assert os.path.exists(f"{path}.damaged")


def test_a_forged_or_garbled_line_is_no_proof(path):
    add(path, {"day1.bucket": {}})
    with open(path, "ab") as file:
        file.write(b'0123456789abcdef {"id": "day1.stream"}\n\xff\xfe\x00\n' + b"x" * 100_000 + b"\n")
    assert set(proofs(path)) == {"day1.bucket"}


FORGED = {
    "no time": {"at": None},
    "another time": {"at": "yesterday"},
    "a time without a zone": {"at": "2026-01-01T00:00:00"},
    "a list for an id": {"id": ["day1.bucket"]},
    "a list for an account": {"account": ["111122223333"]},
    "a list of evidence": {"evidence": [1]},
    "no origin": {"origin": None},
}
BODIES = {
    "a list": "[1]",
    "no JSON": "{bad",
    "a depth": "[" * 60_000,
    "a number too long": '{"n":' + "9" * 5000 + "}",
    "nothing": "null",
} | {name: canonical(ENTRY | changes) for name, changes in FORGED.items()}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_line_with_a_right_digest_and_a_wrong_shape_is_no_proof(path, monkeypatch, body):
    add(path, {"day1.stream": {"stream": "s"}})
    with open(path, "ab") as file:
        file.write(f"{hashlib.sha256(body.encode()).hexdigest()[:16]} {body}\n".encode())
    assert proofs(path) == {"day1.stream": {"stream": "s"}}
    monkeypatch.setattr("checkday.record.state_folder", lambda: Path(path).parent)
    assert [one.proofs for one in everything("an01")] == [{"day1.stream": {"stream": "s"}}]


def test_many_writers_at_once_lose_nothing(path):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: add(path, {f"day1.m{number}": {"n": number}}), range(64)))
    assert len(proofs(path)) == 64


def test_kill_minus_nine_loses_no_acknowledged_line(path):
    program = (
        "import sys; sys.path.insert(0, sys.argv[2])\n"
        "from test_record import add\n"
        "for n in range(10_000):\n"
        "    add(sys.argv[1], {f'day1.m{n}': {}})\n"
        "    print(n, flush=True)\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", program, path, os.path.dirname(__file__)], stdout=subprocess.PIPE, text=True
    )
    acknowledged = [int(child.stdout.readline()) for _ in range(50)]
    child.kill()
    acknowledged += [int(line) for line in child.stdout]
    child.wait()
    child.stdout.close()
    assert {f"day1.m{n}" for n in acknowledged} <= set(proofs(path))


def test_a_folder_that_cannot_be_written_is_told_not_hidden(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        add(str(tmp_path / "file" / "record.jsonl"), {"day1.bucket": {}})
