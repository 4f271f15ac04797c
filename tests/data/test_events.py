"""The records: their form, what is planted in them, and that every question has one answer."""

import json
import re
import subprocess
import sys
import time
from collections import Counter
from hashlib import sha256
from itertools import pairwise

import pytest

from checkday import data, golden
from checkday.data import bad, events, sanity

SEEDS = [data.DOCS_SEED, *(data.seed_of(f"an{number:02}") for number in range(49))]
FIELDS = ["uuid", "device_ts", "device_id", "device_temp", "track_id", "activity_type"]
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
MOMENT = re.compile(r"2026-01-1[3-7] [0-2]\d:[0-5]\d:[0-5]\d\.\d{3}")


@pytest.fixture(scope="module")
def stream():
    return list(data.records(data.DOCS_SEED))


@pytest.fixture(scope="module")
def counts(stream):
    return golden.day2(stream)


# The same everywhere


def test_a_known_seed_gives_known_bytes(stream):
    """Fails on a Python or platform whose chance falls otherwise, and on any change of the generator."""
    digest = sha256(data.ndjson(stream)).hexdigest()
    assert digest == "f82e898e4dd1a83b9a70424ac4e1ed830a9845094220ecf279a611825ad48f0d"


def test_a_seed_decides_everything(stream):
    assert list(data.records(data.DOCS_SEED)) == stream
    assert next(data.records(1)) != next(data.records(2))


def test_another_process_makes_the_same():
    program = "from checkday import data; print(data.ndjson(data.records(7, 50)).decode(), end='')"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout == data.ndjson(data.records(7, 50))


def test_the_first_records_are_the_first_of_all(stream):
    assert list(data.records(data.DOCS_SEED, 2_000)) == stream[:2_000]
    assert not list(data.records(data.DOCS_SEED, 0))


@pytest.mark.parametrize("count", [-1, 20_001])
def test_there_are_no_more_than_all(count):
    with pytest.raises(ValueError, match=str(count)):
        data.records(1, count)


def test_a_learner_has_one_seed_of_eight_bytes():
    assert data.seed_of("an01") == data.seed_of("an01") != data.seed_of("an02")
    assert data.seed_of("an01") == int.from_bytes(sha256(b"fcj7days:an01").digest()[:8], "big")


def test_the_version_is_the_generator_s(monkeypatch):
    assert re.fullmatch("[0-9a-f]{64}", data.version())


def test_twenty_thousand_take_less_than_half_a_second():
    list(data.records(1))
    began = time.process_time()
    list(data.records(1))
    assert time.process_time() - began < 0.5


# Their form


def test_fields_stand_in_their_order_and_have_their_types(stream):
    for event in stream:
        assert list(event) == [name for name in FIELDS if name in event]
        assert [type(value) for name, value in event.items() if name != "device_temp"] == [
            str,
            str,
            int,
            int,
            str,
        ]
        assert type(event.get("device_temp", 0)) is int
        assert UUID.fullmatch(event["uuid"])
        assert MOMENT.fullmatch(event["device_ts"])


def test_a_record_is_about_170_bytes_on_one_line(stream):
    lines = data.ndjson(stream).splitlines()
    assert len(lines) == 20_000
    assert 160 < sum(map(len, lines)) / len(lines) < 180
    assert json.loads(lines[0]) == stream[0]
    assert data.lines(stream) == lines


def test_records_come_in_the_order_of_time_but_for_the_planted(stream):
    back = sum(later["device_ts"] < earlier["device_ts"] for earlier, later in pairwise(stream))
    assert back <= events.TWICE + events.LATE


def test_most_listen_at_eight_in_the_evening_in_vietnam(counts):
    assert max(counts["hours"], key=counts["hours"].get) == "13"
    assert min(counts["hours"], key=counts["hours"].get) in {"20", "21"}


def test_runners_are_four_degrees_warmer(counts):
    mean = {name: one["sum"] / one["count"] for name, one in counts["temperatures"].items()}
    assert 3.8 < mean["Running"] - mean["Traveling"] < 4.2


# What must hold for every learner


@pytest.mark.parametrize("seed", SEEDS)
def test_every_seed_is_sane(seed):
    rows = list(data.records(seed))
    found = golden.day2(rows)
    planted = ("rows", "duplicates", "unknown", "without_temperature", "late", "devices")
    assert [found[name] for name in planted] == [20_000, 60, 40, 20, 5, 51]
    assert set(found["days"]) - {"2026-01-13", "2026-01-14"} == {"2026-01-15", "2026-01-16", "2026-01-17"}
    assert sum(found["days"].get(day, 0) for day in ("2026-01-13", "2026-01-14")) == 5
    assert set(found["tracks"]) == {str(number) for number in range(31)}
    assert min(found["tracks"].values()) > 100
    assert 450 < found["unmatched"] < 750
    _has_the_weights(found["activities"])
    _has_five_fans(rows)
    for name in ("top_artists", "top_tracks", "top_device_tracks"):
        plays = [line[-1] for line in found[name]]
        assert sorted(set(plays), reverse=True) == plays
        assert len(plays) == 5


def _has_the_weights(activities):
    for name, share in {
        "Running": 0.1,
        "Working": 0.2,
        "Walking": 0.2,
        "Traveling": 0.3,
        "Sitting": 0.2,
    }.items():
        assert abs(activities[name] / 20_000 - share) < 0.015
    assert len(set(activities.values())) == 6


def _has_five_fans(rows):
    plays = Counter((row["device_id"], row["track_id"]) for row in rows)
    devices = Counter(row["device_id"] for row in rows)
    fans = [pair for pair, number in plays.items() if number > 0.4 * devices[pair[0]]]
    assert len(fans) == 5
    assert len({track for _, track in fans} - {0}) == 5


def test_a_copy_is_whole_and_comes_soon(stream):
    first, gaps = {}, []
    for place, event in enumerate(stream):
        if event["uuid"] in first:
            assert event == stream[first[event["uuid"]]]
            gaps.append(place - first[event["uuid"]])
        first.setdefault(event["uuid"], place)
    assert len(gaps) == 60
    assert max(gaps) <= 200


def test_a_tie_or_a_number_of_another_lab_is_not_sane():
    assert not sanity._is_clear(Counter(a=9, b=7, c=7))
    assert not sanity._is_clear(Counter(a=10_000))
    assert sanity._is_clear(Counter(a=9, b=8, c=7, d=6, e=5, f=4, g=4))


def test_an_insane_draw_is_followed_by_another(monkeypatch):
    verdicts = iter([True, False, True])
    monkeypatch.setattr(events, "is_sane", lambda *_: next(verdicts))
    assert list(data.records(7, 10)) != list(data.records(7, 10))
    assert not list(verdicts)


# What is broken on purpose


@pytest.fixture(scope="module")
def broken(stream):
    return {name: content.decode() for name, content in bad.variants(stream).items()}


def test_each_break_is_what_its_name_says(broken, stream):
    assert "}{" in broken["no_newline"]
    assert "\n" not in broken["no_newline"]
    assert len(json.loads(broken["array"])) == 10
    assert broken["csv"].splitlines()[0] == ",".join(FIELDS)
    assert json.loads(broken["quoted_numbers"].splitlines()[0])["track_id"] == str(stream[0]["track_id"])
    assert '"deviceId": ' in broken["wrong_fields"].splitlines()[0]


def test_the_last_record_is_cut_short_and_the_others_are_not(broken):
    *whole, cut = broken["cut_short"].splitlines()
    assert len([json.loads(line) for line in whole]) == 9
    with pytest.raises(ValueError, match="Unterminated"):
        json.loads(cut)
