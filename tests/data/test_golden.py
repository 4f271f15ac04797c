"""The counts: right on records one can count by hand, and kept safely."""

import json
import stat
from collections import Counter

import pytest

from checkday import golden
from checkday.golden import cache
from checkday.resources import cache_folder, sample_data

TRACKS = [
    json.loads(line) for line in (sample_data() / "lake" / "tracks_reference.json").read_text().splitlines()
]


def record(uuid="a", moment="2026-01-15 08:00:00.000", device=1, temperature=30, track=1, activity="Running"):
    given = {
        "uuid": uuid,
        "device_ts": moment,
        "device_id": device,
        "device_temp": temperature,
        "track_id": track,
        "activity_type": activity,
    }
    return {name: value for name, value in given.items() if value is not None}


ROWS = [
    record("a"),
    record("a"),
    record("b", track=0, activity="Unknown"),
    record("c", temperature=None, track=2, moment="2026-01-16 23:00:00.000"),
    record("d", moment="2026-01-14 23:00:00.000", device=2, temperature=33, activity="Sitting"),
]


@pytest.fixture(scope="module")
def counts():
    return golden.day2(iter(ROWS))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("rows", 5),
        ("uuids", 4),
        ("duplicates", 1),
        ("unknown", 1),
        ("without_temperature", 1),
        ("late", 1),
        ("devices", 2),
        ("joined", 4),
        ("unmatched", 1),
        ("activities", {"Running": 3, "Sitting": 1, "Unknown": 1}),
        ("tracks", {"0": 1, "1": 3, "2": 1}),
        ("days", {"2026-01-14": 1, "2026-01-15": 3, "2026-01-16": 1}),
        ("hours", {"08": 3, "23": 2}),
        ("first", "2026-01-14 23:00:00.000"),
        ("last", "2026-01-16 23:00:00.000"),
    ],
)
def test_counts(counts, name, value):
    assert counts[name] == value


def test_bytes_are_those_of_the_lines(counts):
    text = "".join(json.dumps(row) + "\n" for row in ROWS)
    assert counts["raw_bytes"] == len(text.encode())


def test_means_are_left_to_whoever_rounds_them(counts):
    assert counts["temperatures"]["Running"] == {"count": 2, "sum": 60}
    assert counts["temperatures"]["Sitting"] == {"count": 1, "sum": 33}


def test_charts_count_what_a_join_leaves(counts):
    first, second = TRACKS[:2]
    plays = Counter({first["artist_name"]: 3}) + Counter({second["artist_name"]: 1})
    assert counts["top_artists"] == [list(pair) for pair in plays.most_common()]
    assert counts["top_tracks"][0] == [1, first["track_name"], 3]
    assert counts["top_device_tracks"][0] == [1, first["track_name"], 1, 2]
    cells = [[1, first["track_name"], 1, 2], [1, second["track_name"], 2, 1], [2, first["track_name"], 1, 1]]
    assert counts["device_tracks"] == cells
    assert sum(counts["artists"].values()) == sum(counts["genres"].values()) == counts["joined"]


def test_no_records_are_counted_too():
    assert golden.day2([])["rows"] == 0


# The cache


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "checkday" / "golden"


class Maker:
    """Makes the rows, and counts how often it had to."""

    def __init__(self):
        self.calls = 0

    def __call__(self):
        self.calls += 1
        return ROWS


def test_a_seed_is_counted_once(counts):
    make = Maker()
    assert [golden.cached(1, make, "v1") for _ in range(3)] == [counts] * 3
    assert make.calls == 1


@pytest.mark.parametrize(("seed", "version"), [(2, "v1"), (1, "v2")])
def test_another_seed_or_version_is_another_entry(seed, version):
    make = Maker()
    golden.cached(1, make, "v1")
    golden.cached(seed, make, version)
    assert make.calls == 2


def test_another_way_of_counting_is_another_entry(monkeypatch):
    make = Maker()
    golden.cached(1, make, "v1")
    monkeypatch.setattr(cache, "_own_version", lambda: "other")
    golden.cached(1, make, "v1")
    assert make.calls == 2


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[:-1],
        lambda _: b"",
        lambda content: content.replace(b'"rows": 5', b'"rows": 6'),
        lambda _: b"\xff",
    ],
    ids=["cut", "empty", "changed", "binary"],
)
def test_a_damaged_entry_is_made_anew(folder, counts, damage):
    make = Maker()
    golden.cached(1, make, "v1")
    (entry,) = folder.iterdir()
    entry.write_bytes(damage(entry.read_bytes()))
    assert golden.cached(1, make, "v1") == counts
    assert golden.cached(1, make, "v1") == counts
    assert make.calls == 2


def test_nothing_is_left_of_a_write_that_failed(folder, monkeypatch):
    def fail(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(cache.os, "replace", fail)
    with pytest.raises(KeyboardInterrupt):
        golden.cached(1, Maker(), "v1")
    assert list(folder.iterdir()) == []


def test_a_cache_that_cannot_be_written_is_no_error(monkeypatch, tmp_path, counts):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert golden.cached(1, Maker(), "v1") == counts


def test_the_folder_is_the_user_s_alone(folder):
    golden.cached(1, Maker(), "v1")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert folder.parent == cache_folder()
