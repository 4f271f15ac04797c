"""Which learner a line of a school's own list is about: by id or address, never by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from checkday.roster import Learner

WAYS = (
    ("sis user id", "lms_id"),
    ("id", "lms_id"),
    ("integration id", "lms_id"),
    ("sis login id", "lms_id"),
    ("sis login id", "email"),
    ("sis user id", "id"),
    ("sis login id", "id"),
)
"""A column of the list, and what of a learner may stand in it; the first that knows the line decides."""


class People:
    """Finds learners; one that two lines lay claim to belongs to neither, nor one value to two learners."""

    def __init__(self, learners: Sequence[Learner]) -> None:
        self._learners = learners
        self._by: dict[str, dict[str, int | None]] = {name: {} for name in ("lms_id", "email", "id")}
        for position, learner in enumerate(learners):
            for name, known in self._by.items():
                if value := _key(getattr(learner, name)):
                    known[value] = None if value in known else position

    def find(self, line: Mapping[str, str]) -> int | None:
        """The learner's place in the roster; `line` has the columns' names in small letters."""
        for column, name in WAYS:
            position = self._by[name].get(_key(line.get(column)))
            if position is not None:
                return position
        return None


def _key(value: str | None) -> str:
    return (value or "").strip().casefold()
