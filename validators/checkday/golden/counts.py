"""Counts over the records of the lake: every number that Days 2 to 4 ask for, by plain counting."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from checkday.resources import sample_data

Record = Mapping[str, Any]
Counts = dict[str, Any]

_TOP = 5
_LATE = timedelta(days=1)
_VALID = ("Running", "Sitting", "Traveling", "Walking", "Working")


def day2(records: Iterable[Record]) -> Counts:
    """The counts, fit for JSON; `joined` is what an inner join with the reference list leaves."""
    rows, tracks = list(records), _reference()
    joined = [row for row in rows if row["track_id"] in tracks]
    return {
        **_volume(rows),
        **_quality(rows),
        "activities": _tally(row["activity_type"] for row in rows),
        "tracks": _tally(row["track_id"] for row in rows),
        "days": _tally(row["device_ts"][:10] for row in rows),
        "hours": _tally(row["device_ts"][11:13] for row in rows),
        "temperatures": _temperatures(rows),
        "joined": len(joined),
        "unmatched": len(rows) - len(joined),
        **_charts(joined, tracks),
    }


def _volume(rows: list[Record]) -> Counts:
    # One text is made in a third of the time of many; two characters of it stand for each line's end.
    text = json.dumps(rows, ensure_ascii=False).encode()
    return {
        "rows": len(rows),
        "raw_bytes": len(text) - len(rows) if rows else 0,
        "devices": len({row["device_id"] for row in rows}),
        "first": min((row["device_ts"] for row in rows), default=None),
        "last": max((row["device_ts"] for row in rows), default=None),
    }


def _quality(rows: list[Record]) -> Counts:
    uuids = {row["uuid"] for row in rows}
    return {
        "uuids": len(uuids),
        "duplicates": len(rows) - len(uuids),
        "unknown": sum(row["activity_type"] not in _VALID for row in rows),
        "without_temperature": sum(row.get("device_temp") is None for row in rows),
        "late": _late(rows),
    }


def _late(rows: list[Record]) -> int:
    """Records a day and more behind the newest one before them."""
    newest, late = "", 0
    for row in rows:
        moment = row["device_ts"]  # text of one form, so that the later is the greater
        if moment >= newest:
            newest = moment
        else:
            late += datetime.fromisoformat(newest) - datetime.fromisoformat(moment) > _LATE
    return late


def _temperatures(rows: list[Record]) -> Counts:
    """By activity, the number and the sum: a mean that nobody has rounded yet."""
    known = [row for row in rows if row.get("device_temp") is not None]
    numbers = Counter(row["activity_type"] for row in known)
    sums: Counter[str] = Counter()
    for row in known:
        sums[row["activity_type"]] += row["device_temp"]
    return {name: {"count": numbers[name], "sum": sums[name]} for name in sorted(numbers)}


def _charts(joined: list[Record], tracks: Mapping[int, Record]) -> Counts:
    artists = Counter(tracks[row["track_id"]]["artist_name"] for row in joined)
    genres = Counter(tracks[row["track_id"]]["genre"] for row in joined)
    plays = Counter(row["track_id"] for row in joined)
    pairs = Counter((row["device_id"], row["track_id"]) for row in joined)
    return {
        "artists": dict(sorted(artists.items())),
        "genres": dict(sorted(genres.items())),
        "top_artists": [[artist, number] for artist, number in artists.most_common(_TOP)],
        "top_tracks": [
            [track, tracks[track]["track_name"], number] for track, number in plays.most_common(_TOP)
        ],
        "top_device_tracks": [_pair(tracks, *pair) for pair in pairs.most_common(_TOP)],
        "device_tracks": [_pair(tracks, *pair) for pair in sorted(pairs.items())],
    }


def _pair(tracks: Mapping[int, Record], pair: tuple[int, int], number: int) -> list[Any]:
    """One cell of the heat map: device, track by name and id, plays."""
    device, track = pair
    return [device, tracks[track]["track_name"], track, number]


def _tally(values: Iterable[Any]) -> dict[str, int]:
    """How often each value comes; JSON wants its keys to be strings."""
    return {str(value): number for value, number in sorted(Counter(values).items())}


def _reference() -> dict[int, Record]:
    """The list that learners put into their bucket on Day 1, by track id."""
    text = (sample_data() / "lake" / "tracks_reference.json").read_text(encoding="utf-8")
    tracks = map(json.loads, text.splitlines())
    return {track["track_id"]: track for track in tracks}
