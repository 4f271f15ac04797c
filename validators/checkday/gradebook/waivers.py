"""What does not count for a learner: a waiver with its reason and its last day, or an excused cause.

A waiver is shown and counted out; it never changes a finding, and never takes a point that was earned.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import yaml

from checkday.errors import BadSetting
from checkday.model import Course, Verdict
from checkday.roster import Roster
from checkday.words import Words

_LARGEST = 1024 * 1024
_LONGEST = 300
_REQUIRED = ("learner", "reason", "until", "by")
_SUBJECTS = ("milestone", "day")


@dataclass(frozen=True, slots=True)
class Waiver:
    """One learner is let off one milestone or one day, for looks made up to and on the day `until`."""

    learner: str
    subject: str
    """A milestone's id, or `day4`."""
    reason: str
    until: date
    by: str

    def covers(self, milestone: str) -> bool:
        return milestone == self.subject or milestone.startswith(f"{self.subject}.")

    def holds(self, at: str) -> bool:
        """Whether it is in force for a look at this time (UTC, ISO 8601); for one still to come it is."""
        return at[:10] <= self.until.isoformat()


@dataclass(frozen=True, slots=True)
class Excuse:
    """Why one finding does not count: a waiver, or a code that the instructor excused for everybody."""

    milestone: str
    waiver: Waiver | None = None
    code: str | None = None


class Excuses:
    """Decides for each finding whether it counts."""

    def __init__(self, codes: Collection[str] = (), waivers: Iterable[Waiver] = ()) -> None:
        self._codes = frozenset(codes)
        self._waivers: dict[str, list[Waiver]] = {}
        for one in waivers:
            self._waivers.setdefault(one.learner, []).append(one)

    def __bool__(self) -> bool:
        return bool(self._codes or self._waivers)

    def every_waiver(self) -> list[Waiver]:
        """All of them, learner by learner."""
        return [one for waivers in self._waivers.values() for one in waivers]

    def waivers(self, learner: str) -> list[Waiver]:
        """Those of one learner, in force or not."""
        return self._waivers.get(learner, [])

    def of(self, learner: str, finding: Mapping[str, Any], at: str) -> Excuse | None:
        """The excuse of a finding, or None; what is passed needs none."""
        if finding["verdict"] == Verdict.PASSED:
            return None
        for one in self.waivers(learner):
            if one.covers(finding["id"]) and one.holds(at):
                return Excuse(finding["id"], waiver=one)
        code = next((finding.get(key) for key in ("code", "cause") if finding.get(key) in self._codes), None)
        return Excuse(finding["id"], code=code) if code else None


def known_codes(codes: Collection[str], course: Course, words: Words) -> frozenset[str]:
    """The same codes, if each is one that a finding can have.

    Raises:
        BadSetting: the course has no such code or cause: a typing mistake would excuse nobody, silently.

    """
    own = {code for one in course.milestones.values() for code in one.codes}
    for code in codes:
        if code not in own and f"cause.{code}.seen" not in words:
            raise BadSetting("gradebook.unknown_code", value=code)
    return frozenset(codes)


def read(path: str, course: Course, roster: Roster) -> list[Waiver]:
    """The waivers in a YAML file: a list of `{learner, milestone or day, reason, until, by}`.

    Raises:
        BadSetting: the file cannot be read, or an entry of it is wrong; an entry is counted from 1.

    """
    entries = _entries(path)
    learners = {one.id for one in roster.learners}
    waivers = [_waiver(path, row, entry, course, learners) for row, entry in enumerate(entries, 1)]
    seen: dict[tuple[str, str], int] = {}
    for row, one in enumerate(waivers, 1):
        if (first := seen.setdefault((one.learner, one.subject), row)) != row:
            raise BadSetting("gradebook.waiver_twice", path=path, row=row, first=first)
    return waivers


def _entries(path: str) -> list[Any]:
    try:
        with open(path, "rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        raise BadSetting("gradebook.unreadable", path=path, reason=error.strerror or "") from error
    if len(content) > _LARGEST:
        raise BadSetting("gradebook.waivers_too_large", path=path, megabytes=_LARGEST // 1024 // 1024)
    try:
        # The base loader makes text, lists and mappings of text, and no other object, whatever a tag asks.
        entries = yaml.load(content.decode("utf-8-sig"), Loader=yaml.BaseLoader)  # noqa: S506
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        reason = str(error).partition("\n")[0]
        raise BadSetting("gradebook.waivers_damaged", path=path, reason=reason) from error
    if not entries:
        return []
    if not isinstance(entries, list):
        raise BadSetting("gradebook.waivers_damaged", path=path, reason="-")
    return entries


def _waiver(path: str, row: int, entry: Any, course: Course, learners: Collection[str]) -> Waiver:
    values = _texts(path, row, entry)
    if values["learner"] not in learners:
        raise BadSetting("gradebook.waiver_learner", path=path, row=row, value=values["learner"])
    return Waiver(
        values["learner"],
        _subject(path, row, values, course),
        values["reason"],
        _until(path, row, values["until"]),
        values["by"],
    )


def _texts(path: str, row: int, entry: Any) -> dict[str, str]:
    if not isinstance(entry, dict) or not all(isinstance(one, str) for pair in entry.items() for one in pair):
        raise BadSetting("gradebook.waiver_shape", path=path, row=row)
    values = {key: " ".join(value.split()) for key, value in entry.items()}
    for key, value in values.items():
        if key not in {*_REQUIRED, *_SUBJECTS}:
            raise BadSetting("gradebook.waiver_key", path=path, row=row, key=key)
        if len(value) > _LONGEST:
            raise BadSetting("gradebook.waiver_long", path=path, row=row, key=key, longest=_LONGEST)
    for key in _REQUIRED:
        if not values.get(key):
            raise BadSetting("gradebook.waiver_lacks", path=path, row=row, key=key)
    return values


def _subject(path: str, row: int, values: Mapping[str, str], course: Course) -> str:
    given = [key for key in _SUBJECTS if values.get(key)]
    if len(given) != 1:
        raise BadSetting("gradebook.waiver_subject", path=path, row=row)
    key = given[0]
    subject = values[key] if key == "milestone" else f"day{values[key].removeprefix('day')}"
    known = course.milestones if key == "milestone" else {f"day{number}" for number in course.days}
    if subject not in known:
        raise BadSetting("gradebook.waiver_unknown", path=path, row=row, value=values[key])
    return subject


def _until(path: str, row: int, value: str) -> date:
    try:
        return datetime.strptime(value, "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError as error:
        raise BadSetting("gradebook.waiver_date", path=path, row=row, value=value) from error
