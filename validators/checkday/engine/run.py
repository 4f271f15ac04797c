"""One run over one account: judge, remember what was proven, report."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from checkday import __version__
from checkday.account import Account, Look, Source
from checkday.account.answers import canonical
from checkday.chart import Chart
from checkday.engine.golden import Golden
from checkday.engine.judgement import judge
from checkday.engine.proofs import Entry, Keeper, nothing
from checkday.model import Course, Evidence, Finding, Report
from checkday.quiz import Answers
from checkday.record import Key, Record
from checkday.settings import Settings

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Run:
    """What a run leaves behind: the report, the account's answers, and warnings (word key, facts)."""

    report: Report
    account: Account
    answers: Mapping[int, Answers]
    chart: Chart | None = None
    warnings: tuple[tuple[str, Evidence], ...] = ()
    proven: Mapping[str, Evidence] = field(default_factory=dict)
    """What was seen in this run and may be gone tomorrow, by milestone."""


def examine(
    course: Course,
    selected: Collection[str],
    source: Source,
    settings: Settings,
    *,
    origin: Callable[[], str],
    remember: bool = True,
    replayed: str | None = None,
    mode: str | None = None,
    answers: Mapping[int, Answers] | None = None,
    chart: Chart | None = None,
    snapshot: Keeper = nothing,
    record: Keeper = nothing,
    golden: Mapping[str, Any] | None = None,
    progress: Progress = lambda *_: None,
    pool: Executor | None = None,
) -> Run:
    """Judge the selection, and keep in the Record what was proven.

    `origin` is asked after the run, when the hosts that really answered are known. `replayed` is the
    time of the snapshot that is judged again: such a run has no clock and no Record, so that two of
    them are equal to the byte. `answers` are those to the quizzes, by day; without them, quizzes
    and charts are open. `snapshot` is what an instructor saw earlier, `record` a Record that
    was handed in, and `pool` runs the checks.
    """
    started = replayed or _now()
    account = Account(source)
    memory = _Memory(account, settings, origin) if remember and not replayed else None
    judgement = judge(
        course,
        selected,
        account,
        settings,
        now=datetime.fromisoformat(started),
        golden=golden if golden is not None else Golden(settings.named(sandbox=True)),
        answers=answers,
        chart=chart,
        snapshot=snapshot,
        record=memory.recall if memory else record,
        progress=progress,
        pool=pool,
    )
    identity = _identity(account, settings.region)
    report = Report(
        course_version=course.version,
        tool_version=__version__,
        learner=settings.named(sandbox=True),
        account=identity.get("Account"),
        principal=identity.get("Arn"),
        regions=(settings.region, settings.replica_region),
        origin=origin(),
        mode=mode or ("replay" if replayed else "check"),
        started=started,
        finished=replayed or _now(),
        findings=tuple(_timeless(judgement.findings) if replayed else judgement.findings),
        causes=tuple(judgement.causes),
        requests=sum(answer.sent for answer in account.answers()),
    )
    proven = judgement.proven_live()
    warnings = memory.keep(proven, course.version) if memory else ()
    return Run(report, account, answers or {}, chart, warnings, proven)


class _Memory:
    """The learner's Record, opened when it is first needed: only then is the account known."""

    def __init__(self, account: Account, settings: Settings, origin: Callable[[], str]) -> None:
        self._account, self._settings, self._origin = account, settings, origin
        self._record: Record | None = None
        self._warnings: list[tuple[str, Evidence]] = []

    def recall(self, milestone: str) -> Entry | None:
        """What the Record says of a milestone."""
        record = self._open()
        if record is None or milestone not in record.proofs:
            return None
        return Entry(record.proofs[milestone], record.times[milestone])

    def keep(self, proven: dict[str, Evidence], course_version: str) -> tuple[tuple[str, Evidence], ...]:
        record = self._open() if proven else None
        if record is not None:
            try:
                record.add(proven, course_version=course_version, at=_now())
            except OSError as error:
                self._warn("record.unwritable", record, error)
        return tuple(self._warnings)

    def _open(self) -> Record | None:
        if self._record is None:
            identity = _identity(self._account, self._settings.region)
            if not identity:
                return None
            key = Key(self._origin(), identity["Account"], self._settings.named(sandbox=True))
            self._record = self._loaded(Record(key))
        return self._record

    def _loaded(self, record: Record) -> Record:
        try:
            record.load()
        except OSError as error:
            self._warn("record.unreadable", record, error)
        if record.damaged:
            self._warnings.append(("record.damaged", {"path": record.path, "lines": record.damaged}))
        return record

    def _warn(self, key: str, record: Record, error: OSError) -> None:
        self._warnings.append((key, {"path": record.path, "reason": error.strerror or ""}))


def _identity(account: Account, region: str) -> dict[str, str]:
    look = Look(region, "sts", "get_caller_identity", canonical({}))
    for answer in account.answers():
        if answer.look == look and answer.cause is None:
            response = answer.response(None)
            return {"Account": response["Account"], "Arn": response["Arn"]}
    return {}


def _timeless(findings: Iterable[Finding]) -> Iterator[Finding]:
    return (replace(finding, seconds=0.0) for finding in findings)


def selection(course: Course, days: Collection[int], only: Collection[str]) -> list[str]:
    """The ids to report, in curriculum order: whole days, or the chosen milestones of them."""
    return [one.id for one in course.milestones.values() if one.day in days and (not only or one.id in only)]


def renamed(settings: Settings, learner: str, regions: tuple[str, str]) -> Settings:
    """Settings as a snapshot was taken under."""
    return replace(settings, learner=learner, region=regions[0], replica_region=regions[1])


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
