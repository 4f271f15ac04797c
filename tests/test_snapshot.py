"""Recording and judging again: equal to the live run, equal to itself, safe against damaged files."""

import gzip
import json

import pytest

from checkday import curriculum, snapshot
from checkday.engine import examine
from checkday.errors import BadSetting, Unwritable
from checkday.outputs import as_json
from checkday.settings import Settings
from worlds import World


@pytest.fixture(scope="module")
def run(sandbox):
    return World(sandbox).solved().settled().run()


def taken(run):
    report = run.report
    answers = snapshot.of(run.account.answers())
    return snapshot.Snapshot(report.learner, report.regions, report.origin, report.started, answers)


def replay(path):
    found = snapshot.read(str(path))
    settings = Settings(found.learner, *found.regions)
    course = curriculum.load([1])
    return examine(
        course, course.milestones, found, settings, origin=lambda: found.origin, replayed=found.taken
    ).report


@pytest.mark.parametrize("name", ["s.json", "s.json.gz"])
def test_live_equals_replay_but_for_mode_and_times(run, tmp_path, name):
    snapshot.write(str(tmp_path / name), taken(run))
    assert timeless(replay(tmp_path / name)) == timeless(run.report)


def timeless(report):
    document = as_json.document(report)
    for key in ("mode", "started", "finished"):
        document.pop(key)
    for finding in document["findings"]:
        finding.pop("seconds")
    return document


def test_two_replays_are_equal_to_the_byte(run, tmp_path):
    snapshot.write(str(tmp_path / "s"), taken(run))
    assert as_json.render(replay(tmp_path / "s")) == as_json.render(replay(tmp_path / "s"))


def test_what_was_never_asked_is_blocked(run, tmp_path):
    found = taken(run)
    found.answers.clear()
    snapshot.write(str(tmp_path / "s"), found)
    assert {(one.verdict, one.code) for one in replay(tmp_path / "s").findings} == {
        ("blocked", "not_recorded")
    }


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"[" * 100_000,
        b"\x1f\x8b\x08",
        b'{"schema":"checkday.snapshot/9"}',
        b"\xff\xfe",
    ],
)
@pytest.mark.parametrize("name", ["s.json", "s.json.gz"])
def test_a_damaged_file_is_a_clear_error(tmp_path, content, name):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadSetting):
        snapshot.read(str(tmp_path / name))


@pytest.mark.parametrize(
    "change",
    [
        {"learner": None},
        {"learner": 5},
        {"regions": [1, 2]},
        {"origin": "elsewhere"},
        {"taken": None},
        {"taken": ""},
        {"taken": "yesterday"},
        {"quizzes": [1]},
        {"quizzes": {"three": {}}},
        {"quizzes": {"3": 5}},
    ],
)
def test_a_value_that_write_never_writes_is_damage(run, tmp_path, change):
    refused(run, tmp_path, lambda content: content | change)


@pytest.mark.parametrize(
    "change",
    [
        {"pages": []},
        {"pages": [{"response": [], "request_id": "", "at": ""}]},
        {"pages": [{"response": {}, "request_id": "", "at": ""}]},
        {"cause": "unheard-of"},
        {"cause": {}},
        {"cause": "denied", "facts": 7},
        {"sent": float("inf")},
    ],
)
def test_an_answer_that_write_never_writes_is_damage(run, tmp_path, change):
    refused(run, tmp_path, lambda content: content | {"answers": [content["answers"][0] | change]})


def refused(run, tmp_path, changed):
    snapshot.write(str(tmp_path / "s"), taken(run))
    content = json.loads((tmp_path / "s").read_text())
    (tmp_path / "s").write_text(json.dumps(changed(content)))
    with pytest.raises(BadSetting, match="damaged"):
        snapshot.read(str(tmp_path / "s"))


def test_a_packed_file_with_a_spoilt_middle_is_damage(run, tmp_path):
    snapshot.write(str(tmp_path / "s.gz"), taken(run))
    packed = bytearray((tmp_path / "s.gz").read_bytes())
    packed[60:90] = b"\xff" * 30
    (tmp_path / "s.gz").write_bytes(packed)
    with pytest.raises(BadSetting, match="damaged"):
        snapshot.read(str(tmp_path / "s.gz"))


def test_a_bomb_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(snapshot, "_LARGEST", 1000)
    (tmp_path / "s.gz").write_bytes(gzip.compress(b" " * 10_000))
    with pytest.raises(BadSetting, match="too_large"):
        snapshot.read(str(tmp_path / "s.gz"))


def test_a_place_that_cannot_be_written(run, tmp_path):
    with pytest.raises(Unwritable):
        snapshot.write(str(tmp_path / "missing" / "s"), taken(run))


def test_no_secret_is_recorded(run, tmp_path):
    snapshot.write(str(tmp_path / "s"), taken(run))
    text = (tmp_path / "s").read_text()
    assert "testing" not in text
    assert "Authorization" not in text
    json.loads(text)
