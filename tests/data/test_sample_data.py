"""The sample data: the committed bytes are the generator's, and the course can rest on them."""

import subprocess
import sys
from collections import Counter
from hashlib import sha256
from unicodedata import is_normalized

import pytest

from checkday.data import DOCS_SEED, tracks, write
from checkday.data.reference import ARTISTS, GENRES
from checkday.resources import sample_data

SEEDS = [DOCS_SEED, *range(20)]


def test_the_committed_files_are_the_generator_s(tmp_path):
    write(tmp_path)
    for path in filter(lambda path: path.is_file(), tmp_path.rglob("*")):
        assert path.read_bytes() == (sample_data() / path.relative_to(tmp_path)).read_bytes()


def test_the_checksums_hold():
    for line in (sample_data() / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split("  ")
        assert sha256((sample_data() / name).read_bytes()).hexdigest() == digest


def test_the_command_writes_into_the_folder_it_is_given(tmp_path):
    subprocess.run([sys.executable, "-m", "checkday.data", tmp_path], check=True)
    assert (tmp_path / "lake" / "tracks_reference.json").read_bytes().count(b"\n") == 100


def test_the_file_is_lines_of_plain_utf8():
    content = (sample_data() / "lake" / "tracks_reference.json").read_bytes()
    assert content.endswith(b"}\n")
    assert b"\r" not in content
    assert b"\\u" not in content
    assert content.decode().startswith('{"track_id": 1, "track_name": ')


def test_a_seed_decides_everything():
    assert tracks(7) == tracks(7)
    assert tracks(7) != tracks(8)


@pytest.mark.parametrize("seed", SEEDS)
def test_ids_and_names_are_unique(seed):
    assert [track["track_id"] for track in tracks(seed)] == list(range(1, 101))
    assert len({track["track_name"] for track in tracks(seed)}) == 100


@pytest.mark.parametrize("seed", SEEDS)
def test_one_artist_leads_with_nine_of_forty(seed):
    counts = Counter(track["artist_name"] for track in tracks(seed)).most_common()
    assert set(dict(counts)) == set(ARTISTS)
    assert len(counts) == 40
    assert counts[0][1] == 9 > counts[1][1]


@pytest.mark.parametrize("seed", SEEDS)
def test_an_artist_keeps_to_one_of_six_genres(seed):
    pairs = {(track["artist_name"], track["genre"]) for track in tracks(seed)}
    assert len(pairs) == 40
    assert {genre for _, genre in pairs} == set(GENRES)


@pytest.mark.parametrize("seed", SEEDS)
def test_durations_look_normal(seed):
    durations = [track["duration_s"] for track in tracks(seed)]
    assert all(90 <= duration <= 420 for duration in durations)
    assert 195 < sum(durations) / 100 < 225


@pytest.mark.parametrize("seed", SEEDS)
def test_letters_are_composed_and_some_are_vietnamese(seed):
    text = "".join(track["track_name"] + track["artist_name"] for track in tracks(seed))
    assert is_normalized("NFC", text)
    assert "ữ" in text or "ạ" in text or "ế" in text
