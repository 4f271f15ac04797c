"""Who is graded, and what one look at a learner gave: plain data that collecting and marking share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Report = Mapping[str, Any]
"""One report as design section 9 has it (`checkday.report/1`), read from JSON."""


@dataclass(frozen=True, slots=True)
class Learner:
    """One row of a roster. What a school typed is shown, never run: names may hold anything."""

    id: str
    name: str
    account: str
    role_arn: str | None = None
    external_id: str | None = None
    region: str | None = None
    replica_region: str | None = None
    email: str | None = None
    lms_id: str | None = None
    section: str | None = None
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class Roster:
    """A cohort in the order of its file."""

    cohort: str
    learners: tuple[Learner, ...]
    course_version: str | None = None
    digest: str = ""
    """What the learners are, as a hash: another content is another run."""


class State(StrEnum):
    """How the look at one learner ended; what it found is in the report."""

    GOOD = "good"
    UNREACHABLE = "unreachable"
    """The account could not be looked at: a cause that is not the learner's work."""
    INTERNAL = "internal"
    """Our own error: counted apart, loud, and failing the run."""


@dataclass(frozen=True, slots=True)
class Graded:
    """One learner in one run."""

    learner: Learner
    state: State
    at: str
    """When it was looked at, in UTC: 2026-11-25T12:00:00Z."""
    report: Report | None = None
    """None only if `state` is INTERNAL."""
    cause: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    snapshot: str | None = None
    """The file of recorded answers, relative to the run's folder."""
    seconds: float = 0.0
    requests: int = 0
