"""What must hold in a stream of records, so that every question of the course has one answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from checkday.data.events import Event

_TOP = 5
_OF_OTHER_LABS = frozenset({89, 2_000, 10_000, 100_000})
"""Numbers that the labs before ours print: who copies an answer from there is seen."""


def is_sane(stream: Sequence[Event], artists: Mapping[int, str]) -> bool:
    """Whether no list of first places has a tie, with and without the copies, and nothing is empty."""
    once = list({event["uuid"]: event for event in stream}.values())
    return all(_has_clear_answers(events, artists) for events in (stream, once))


def _has_clear_answers(events: Iterable[Event], artists: Mapping[int, str]) -> bool:
    plays = Counter((event["device_id"], event["track_id"]) for event in events)
    activities = Counter(event["activity_type"] for event in events)
    tracks: Counter[int] = Counter()
    for (_, track), number in plays.items():
        tracks[track] += number
    known = Counter({track: number for track, number in tracks.items() if track in artists})
    by_artist: Counter[str] = Counter()
    for track, number in known.items():
        by_artist[artists[track]] += number
    joined = Counter({pair: number for pair, number in plays.items() if pair[1] in artists})
    lists: Iterable[Counter[Any]] = (activities, tracks, known, by_artist, plays, joined)
    return len(tracks) == max(tracks) + 1 and all(map(_is_clear, lists))


def _is_clear(counts: Counter[Any]) -> bool:
    """No tie down to the place after the last that is asked for, and no number of somebody else's."""
    first = [number for _, number in counts.most_common(_TOP + 1)]
    return len(set(first)) == len(first) and _OF_OTHER_LABS.isdisjoint(first)
