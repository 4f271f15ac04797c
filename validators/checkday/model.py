"""The nouns of the course and of a judgement: plain data, no input or output."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from checkday.errors import BadSetting, CheckdayError, Unwritable

__all__ = [
    "LANGUAGES",
    "OTHER_PATH",
    "BadSetting",
    "Blocked",
    "CheckdayError",
    "Code",
    "Course",
    "Day",
    "Evidence",
    "Finding",
    "Milestone",
    "NotYet",
    "OtherPath",
    "Outcome",
    "Pending",
    "Proof",
    "Report",
    "Sighting",
    "Task",
    "Text",
    "Unwritable",
    "Verdict",
]

Evidence = Mapping[str, Any]
"""What a check saw: small facts fit for a gradebook (names, ARNs, counts), JSON-able."""

Text = Mapping[str, str]
"""One sentence in every language: {"vi": ..., "en": ...}."""

LANGUAGES = ("vi", "en")


class Verdict(StrEnum):
    """What is known of a milestone. Only FAILED is zero points; the last four leave the cell open."""

    PASSED = "passed"
    FAILED = "failed"
    PENDING = "pending"
    BLOCKED = "blocked"
    SKIPPED = "skipped"
    ERROR = "error"


class Proof(StrEnum):
    """Where a passed milestone was seen."""

    LIVE = "live"
    SNAPSHOT = "snapshot"
    TRACE = "trace"
    RECORD = "record"
    LOCAL = "local"


class Outcome(Exception):
    """Why a check did not return: a code of its milestone, with facts for the code's words."""

    def __init__(self, code: str, /, **facts: Any) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts


class NotYet(Outcome):
    """The look succeeded, and the milestone is absent or wrong."""


class Pending(Outcome):
    """AWS is still working; `retry_in` is in seconds."""

    def __init__(self, code: str, retry_in: int, /, **facts: Any) -> None:
        super().__init__(code, **facts)
        self.retry_in = retry_in


class Blocked(Outcome):
    """Nothing can be said, for a reason that is not the learner's work; the code is the cause."""


OTHER_PATH = "other_path"
"""The code of a milestone that was reached in another accepted way."""


class OtherPath(dict[str, Any]):
    """Evidence of a milestone that was reached in another accepted way."""


@dataclass(frozen=True, slots=True)
class Code:
    """One way a milestone can be not passed."""

    name: str
    seen: Text
    todo: Text
    absent: bool = False
    """The subject is not there, rather than wrong: only then may an older proof speak."""
    existed: bool = False
    """Absent, and the look itself shows that it was once there: that is never a zero."""


@dataclass(frozen=True, slots=True)
class Milestone:
    """The finest thing a learner can get right; its id is the address of its check."""

    id: str
    task: str
    title: Text
    points: int
    lasts: str
    """`state` true now, `event` it happened, `absence` gone now and once there, `local`."""
    needs: tuple[str, ...]
    gives: tuple[str, ...]
    codes: Mapping[str, Code]
    of: tuple[str, ...] = ()
    """The milestones whose subject an absence is about."""
    proof: str | None = None
    """What its trace shows: `full` the very fact, `part` only enough to anchor a Record."""
    hints: tuple[Text, ...] = ()
    """Where to look, what is usually wrong, the command; `{section}` stands for one of the task's script."""

    @property
    def day(self) -> int:
        return int(self.id[3 : self.id.index(".")])

    @property
    def name(self) -> str:
        return self.id.partition(".")[2]


@dataclass(frozen=True, slots=True)
class Task:
    """One page of a day."""

    id: str
    title: Text
    outcome: Text
    minutes: int
    cost_usd: float
    milestones: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Day:
    number: int
    title: Text
    summary: Text
    tasks: tuple[Task, ...]


@dataclass(frozen=True, slots=True)
class Course:
    version: str
    title: Text
    days: Mapping[int, Day]
    milestones: Mapping[str, Milestone]
    """Every milestone of the days that were loaded, in curriculum order."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """One answer of AWS that a check rested on."""

    call: str
    region: str
    request_id: str
    at: str
    digest: str


@dataclass(frozen=True, slots=True)
class Finding:
    """The judgement of one milestone."""

    milestone: Milestone
    verdict: Verdict
    code: str | None = None
    facts: Evidence = field(default_factory=dict)
    proof: Proof | None = None
    anchored: bool | None = None
    """Of a proof from the Record: whether a trace of AWS agrees with it."""
    gone: bool = False
    """Not there today, though it once was."""
    trust: str | None = None
    """Of a mark in a cohort: `observed`, `corroborated`, `bound` or `claimed`; only grading sets it."""
    cause: str | None = None
    retry_in: int | None = None
    evidence: Sequence[Sighting] = ()
    seconds: float = 0.0

    @property
    def points(self) -> int | None:
        """The points, or None while the cell is open."""
        if self.verdict is Verdict.PASSED:
            return self.milestone.points
        return 0 if self.verdict is Verdict.FAILED else None


@dataclass(frozen=True, slots=True)
class Report:
    """One learner, one run; written as design section 9 says by `outputs`."""

    course_version: str
    tool_version: str
    learner: str
    account: str | None
    principal: str | None
    regions: tuple[str, str]
    origin: str
    mode: str
    started: str
    finished: str
    findings: tuple[Finding, ...]
    requests: int
    causes: tuple[Finding, ...] = ()
    """Findings outside the selection that a selected one rests on; they weigh on the exit code only."""
