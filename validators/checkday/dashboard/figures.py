"""The numbers behind the charts, and what they say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from checkday.dashboard.asking import Answer
from checkday.plain import plain
from checkday.writer import NotSent

NOTHING = "∅"
"""Stands for a name that is NULL; a mark, because it must read alike in every language."""

Device = int | str
Cell = tuple[Device, str, int]
Tile = tuple[str, int]

_CALL = "athena:GetQueryResults"
_LARGEST = 2**63 - 1
"""Of a bigint."""

_STEPS = 6
"""Shades of a chart: more cannot be told apart."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Plays by device and track, and by artist: the most plays first."""

    cells: Sequence[Cell]
    artists: Sequence[Tile]

    @property
    def total(self) -> int:
        return sum(plays for _, _, plays in self.cells)

    @property
    def played(self) -> int:
        """Plays of all artists: as many as `total`, unless the table changed between the two queries."""
        return sum(plays for _, plays in self.artists)

    @property
    def tracks(self) -> Sequence[Tile]:
        """Plays by track, the most first."""
        return _ranked((track, plays) for _, track, plays in self.cells)

    @property
    def devices(self) -> Sequence[tuple[Device, int]]:
        """Plays by device, the most first."""
        return _ranked((device, plays) for device, _, plays in self.cells)

    @property
    def fans(self) -> int:
        """How many devices spend more than half of their plays on one track."""
        most = {device: plays for device, _, plays in reversed(self.cells)}
        return sum(2 * most[device] > plays for device, plays in self.devices)

    def chart(self) -> dict[str, Any]:
        """Both lists as `checkday.chart` keeps them."""
        return {
            "heat_map": [list(cell) for cell in self.cells],
            "tree_map": [list(one) for one in self.artists],
        }


def read(heat_map: Answer, tree_map: Answer) -> Figures:
    """The figures of the two answers.

    Raises:
        NotSent: there are none, or they are not what was asked for.

    """
    try:
        cells = [
            (_device(device), _name(track), _count(plays))
            for device, track, plays in _of(heat_map, "device_id", "track_name", "plays")
        ]
        artists = [(_name(artist), _count(plays)) for artist, plays in _of(tree_map, "artist_name", "plays")]
    except ValueError as error:
        raise NotSent("cause.bad_answer", endpoint="Athena", call=_CALL) from error
    if not cells or not artists:
        raise NotSent("dashboard.empty")
    return Figures(
        sorted(cells, key=lambda cell: (-cell[2], str(cell[0]), cell[1])),
        sorted(artists, key=lambda one: (-one[1], one[0])),
    )


def steps(plays: Sequence[int]) -> list[int]:
    """Where each shade of these counts begins: the round numbers 1, 2, 5, 10, 20, 50... that they span.

    Steps that grow by factors keep a few devoted fans from hiding everyone else.
    """
    found = [1]
    while (following := found[-1] * (2.5 if str(found[-1])[0] == "2" else 2)) <= max(plays):
        found.append(int(following))
        if following <= min(plays):
            found = found[-1:]
    return found[-_STEPS:]


def step(plays: int, starts: Sequence[int]) -> int:
    """The shade of so many plays; the lightest also takes what lies below it."""
    return max(sum(plays >= start for start in starts) - 1, 0)


def _of(answer: Answer, *columns: str) -> Iterable[list[str | None]]:
    if answer.columns != list(columns):
        raise ValueError(answer.columns)
    return answer.rows


def _device(value: str | None) -> Device:
    text = _name(value)
    return int(text) if text.isascii() and text.isdigit() and text == str(int(text)) else text


def _count(value: str | None) -> int:
    count = int(value or "")
    if not 1 <= count <= _LARGEST:
        raise ValueError(value)
    return count


def _name(value: str | None) -> str:
    return NOTHING if value is None else plain(value)


def _ranked(pairs: Iterable[tuple[Any, int]]) -> list[tuple[Any, int]]:
    found: Counter[Any] = Counter()
    for name, plays in pairs:
        found[name] += plays
    return sorted(found.items(), key=lambda one: (-one[1], str(one[0])))
