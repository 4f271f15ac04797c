"""The plays of a music service, as its listeners' devices report them: the records of one learner.

Planted in them is what a data engineer must notice: five devices that play one track over and over, plays
of a track that no list knows, records sent twice, an activity that nobody defined, records without a
temperature, and records two days late.
"""

from __future__ import annotations

import itertools
from bisect import bisect
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, islice
from random import Random
from typing import NamedTuple, NotRequired, TypedDict

from checkday.data.chance import seeded, shuffled
from checkday.data.reference import DOCS_SEED, tracks
from checkday.data.sanity import is_sane

TOTAL = 20_000
"""Records of a learner."""

TWICE, UNKNOWN, NO_TEMPERATURE, LATE = 60, 40, 20, 5

DEVICES, TRACKS = 51, 31
"""Both are counted from 0; the reference list begins with track 1."""

DEVOTION = (0.7, 0.65, 0.6, 0.55, 0.5)
"""How much of its plays a fan's device gives to its one track; the steps keep the first places apart."""

ACTIVITIES = ("Running", *["Working"] * 2, *["Walking"] * 2, *["Traveling"] * 3, *["Sitting"] * 2)
"""Each as often as it is likely."""

_WARMTH = {"Running": 36, "Walking": 33, "Traveling": 32, "Working": 32, "Sitting": 31}

_HOURS = (4, 3, 3, 3, 4, 4, 4, 4, 5, 7, 9, 12, 14, 15, 13, 11, 8, 5, 3, 2, 1, 1, 2, 3)
"""Listeners by the hour of UTC: most at 20:00 in Vietnam, fewest at 03:00 and 04:00."""

_UNTIL_HOUR = tuple(accumulate(_HOURS))
_LISTENERS = _UNTIL_HOUR[-1]
_DATES = ("2026-01-15", "2026-01-16", "2026-01-17", "2026-01-13", "2026-01-14")
"""The three days of the records; then, at -2 and -1, the days from which the late ones come."""

_MINUTE = 60_000
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
"""Milliseconds."""

_HOUR_OF = [bisect(_UNTIL_HOUR, listener) * _HOUR for listener in range(_LISTENERS)]
_MINUTES = [f"{date} {at // 60:02}:{at % 60:02}:" for date in _DATES[:3] for at in range(24 * 60)]
_SECONDS, _THOUSANDTHS = [f"{at:02}." for at in range(60)], [f"{at:03}" for at in range(1000)]
"""Looked up instead of formatted: whoever grades a cohort makes the records of everyone in it."""

_SOON = 200
"""Records after which a copy has come at the latest."""


Draw = Callable[[], float]
"""The next number of chance, from 0 to 1."""


class Event(TypedDict):
    """One record, its fields in the order in which they are sent."""

    uuid: str
    device_ts: str
    device_id: int
    device_temp: NotRequired[int]
    track_id: int
    activity_type: str


class _Taste(NamedTuple):
    """What is listened to: the tracks by popularity, and what a fan's device plays how often."""

    charts: Sequence[int]
    fans: dict[int, tuple[int, float]]


_NOBODY = (0, 0.0)


def records(seed: int, count: int = TOTAL) -> Iterator[Event]:
    """The first records of a seed, in the order in which they are sent.

    Raises:
        ValueError: there are not that many.

    """
    if not 0 <= count <= TOTAL:
        raise ValueError(count)
    artists = {track["track_id"]: track["artist_name"] for track in tracks(DOCS_SEED)}
    streams = (_draw(seeded(seed + (again << 64))) for again in itertools.count())
    return islice(next(stream for stream in streams if is_sane(stream, artists)), count)


def _draw(random: Random) -> list[Event]:
    """One whole stream."""
    taste = _taste(random)
    draw = random.random
    stream = [_event(moment, taste, draw) for moment in _moments(draw)]
    _plant(stream, random)
    return stream


def _taste(random: Random) -> _Taste:
    known = range(1, TRACKS)
    favourites = zip(shuffled(known, random), DEVOTION, strict=False)
    fans = dict(zip(shuffled(range(DEVICES), random), favourites, strict=False))
    return _Taste(shuffled(known, random), fans)


def _moments(draw: Draw) -> list[int]:
    """When the records are made, in milliseconds after the first midnight."""
    return sorted(
        [
            int(draw() * 3) * _DAY + _HOUR_OF[int(draw() * _LISTENERS)] + int(draw() * _HOUR)
            for _ in range(TOTAL)
        ]
    )


def _event(moment: int, taste: _Taste, draw: Draw) -> Event:
    device = int(draw() * DEVICES)
    activity = ACTIVITIES[int(draw() * len(ACTIVITIES))]
    # The heads of sixteen coins are as good as normal, in whole numbers that no platform rounds apart.
    heads = int(draw() * 2**16).bit_count()
    return {
        "uuid": _uuid(draw),
        "device_ts": _timestamp(moment),
        "device_id": device,
        "device_temp": _WARMTH[activity] - 8 + heads,
        "track_id": _track(device, taste, draw),
        "activity_type": activity,
    }


def _track(device: int, taste: _Taste, draw: Draw) -> int:
    favourite, devotion = taste.fans.get(device, _NOBODY)
    if draw() < devotion:
        return favourite
    if int(draw() * TRACKS) == 0:
        return 0
    chance = draw()
    return taste.charts[int(chance * chance * len(taste.charts))]


def _uuid(draw: Draw) -> str:
    """Version 4: random but for its two marks."""
    one, two, three = int(draw() * 2**48), int(draw() * 2**48), int(draw() * 2**48)
    return f"{one >> 16:08x}-{one & 0xFFFF:04x}-4{two >> 36:03x}-{0x8000 | two & 0x3FFF:04x}-{three:012x}"


def _timestamp(moment: int) -> str:
    """UTC, as the records write it."""
    minute, rest = divmod(moment, _MINUTE)
    return _MINUTES[minute] + _SECONDS[rest // 1000] + _THOUSANDTHS[rest % 1000]


def _plant(stream: list[Event], random: Random) -> None:
    taken: set[int] = set()
    for place in _places(UNKNOWN, TOTAL, taken, random):
        stream[place]["activity_type"] = "Unknown"
    for place in _places(NO_TEMPERATURE, TOTAL, taken, random):
        del stream[place]["device_temp"]
    # On the first two days, so that two days earlier is before the first of all.
    for place in _places(LATE, TOTAL * 5 // 8, taken, random):
        _delay(stream[place])
    for place in _places(TWICE, TOTAL, taken, random):
        original = place
        while original in taken:
            original = place - 1 - int(random.random() * min(place, _SOON))
        stream[place] = stream[original].copy()


def _places(count: int, end: int, taken: set[int], random: Random) -> list[int]:
    """Places that nothing else has taken, one in each of as many equal parts; never the very first."""
    part, found = end // count, []
    for start in range(0, part * count, part):
        place = start
        while place == start or place in taken:
            place = start + int(random.random() * part)
        taken.add(place)
        found.append(place)
    return found


def _delay(event: Event) -> None:
    day = _DATES.index(event["device_ts"][:10])
    event["device_ts"] = _DATES[day - 2] + event["device_ts"][10:]
