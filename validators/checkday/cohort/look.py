"""The unit of work: look at a few accounts and judge what was seen. Runs in any process of any machine."""

from __future__ import annotations

import json
import threading
import time
import traceback
import zlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any

from checkday import curriculum, model
from checkday.account import Answer, Look, Source, models
from checkday.account.live import Live
from checkday.account.reads import operations
from checkday.account.shared import NoKeys
from checkday.cohort import recording
from checkday.cohort.fleet import Closed, Fleet, OwnFault, Refused, Way
from checkday.cohort.judging import Known, handed_in, joined, judged
from checkday.cohort.left import documented, left, sent
from checkday.engine import Claims, Entry, OneByOne, Run, examine
from checkday.engine.golden import Golden
from checkday.engine.run import selection
from checkday.errors import BadSetting, CheckdayError, WriteRefused
from checkday.model import Course
from checkday.plain import plain
from checkday.roster import Learner, State
from checkday.settings import REGION, REPLICA_REGION, Settings
from checkday.snapshot import Snapshot, of

_IDENTITY = ("sts", "get_caller_identity", "{}")


@dataclass(frozen=True, slots=True)
class Plan:
    """What all accounts of a run have in common."""

    days: tuple[int, ...]
    course_version: str
    way: Way
    document: Callable[[model.Report], dict[str, Any]]
    """A report as the JSON of design section 9."""
    judge: bool = True
    accept: bool = False
    """Whether a mark may drop."""
    offline: bool = False
    """Whether snapshots are judged, rather than accounts."""


@dataclass(frozen=True, slots=True)
class Task:
    """One account to look at, and what earlier looks have proven of it."""

    learner: Learner
    earlier: Mapping[str, Entry] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    """The snapshots of the account, oldest first, where they are to be judged again."""
    claims: Claims | None = None
    """What the learner handed in."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of one task; `stop` is why no further account needs to be tried."""

    id: str
    state: State
    at: str = ""
    report: bytes | None = None
    """The report, packed by `pack`."""
    cause: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    proven: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    snapshot: bytes | None = None
    seconds: float = 0.0
    requests: int = 0
    stop: bool = False


def look(plan: Plan, tasks: Sequence[Task]) -> list[Looked]:
    """Look at each account, all at once.

    Raises:
        BadSetting: this process has another version of the course, or its settings are wrong.
        WriteRefused: something other than a read was about to be sent.

    """
    course = _course(plan.days)
    if course.version != plan.course_version:
        raise BadSetting("grade.worker_version", here=course.version, wanted=plan.course_version)
    one = partial(_one, plan, course, _fleet(plan.way))
    if len(tasks) == 1:
        return [one(tasks[0])]
    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(one, tasks))


def pack(document: Mapping[str, Any]) -> bytes:
    """A report's bytes in the store."""
    return zlib.compress(json.dumps(document, separators=(",", ":")).encode())


def unpack(content: bytes) -> dict[str, Any]:
    """The report in these bytes."""
    found: dict[str, Any] = json.loads(zlib.decompress(content))
    return found


_making = threading.Lock()
_packing = threading.Lock()
"""What only computes is no sooner done by many threads, but takes the memory of all of them."""


def _fleet(way: Way) -> Fleet:
    with _making:  # two chunks may start at once in one process
        return _made(way)


@cache
def _made(way: Way) -> Fleet:
    if not models.ready(operations()):
        models.build(operations())
    return Fleet(way)


@cache
def _course(days: tuple[int, ...]) -> Course:
    return curriculum.load(days)


def _one(plan: Plan, course: Course, fleet: Fleet, task: Task) -> Looked:
    began = time.perf_counter()
    try:
        found = _looked(plan, course, fleet, task)
    except OwnFault as fault:
        return Looked(task.learner.id, State.UNREACHABLE, cause=fault.cause, facts=fault.facts, stop=True)
    except CheckdayError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, it is ours, and the next account goes on
        return _broken(task.learner, error)
    return replace(found, seconds=round(time.perf_counter() - began, 3))


def _broken(learner: Learner, error: Exception) -> Looked:
    where = traceback.extract_tb(error.__traceback__)[-1]
    detail = plain(f"{type(error).__name__}: {error}")  # what a learner named may be part of it
    facts = {"detail": detail, "where": f"{where.filename.rpartition('checkday/')[2]}:{where.lineno}"}
    return lost(learner, "broken_check", facts)


def lost(learner: Learner, cause: str, facts: Mapping[str, Any]) -> Looked:
    """What is kept of an account of which our own fault leaves nothing to judge."""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Looked(learner.id, State.INTERNAL, at=now, cause=cause, facts=facts)


def _looked(plan: Plan, course: Course, fleet: Fleet, task: Task) -> Looked:
    learner = task.learner
    wanted = settings_of(learner)
    source, why = _source(fleet, learner, wanted.region)
    golden = Golden(learner.id)

    def examined(source: Source, claims: Claims | None = None) -> Run:
        return examine(
            course,
            selection(course, plan.days, ()),
            source,
            wanted,
            origin=lambda: "simulated" if fleet.clients.simulated else "live",
            remember=False,
            snapshot=task.earlier.get,
            golden=golden,
            pool=OneByOne(),
            **handed_in(claims),
        )

    run = examined(source)
    why = why or _shut(source) or _unseen(run)
    known = Known(run.account)  # what was handed in may ask for more, which is kept with the rest
    full = joined(run, lambda claims: examined(known, claims), task.claims)
    if why is None:
        left(run, wanted)
    if fleet.clients.guard.violations:
        raise WriteRefused("guard", calls=", ".join(fleet.clients.guard.violations))
    if why is not None:
        report = plan.document(replace(full.report, mode="grade")) if plan.judge else None
        return _told(run, State.UNREACHABLE, report, cause=why.cause, facts=why.facts)
    with _packing:
        taken, content = recording.packed(_snapshot(run))
    if not plan.judge:
        return _told(run, State.GOOD, None, snapshot=content, proven=run.proven)
    with _packing:
        graded = judged(
            course, plan.days, taken, wanted, earlier=task.earlier, golden=golden, claims=task.claims
        )
    cause, facts = fault_of(graded.report)
    return _told(
        run,
        State.INTERNAL if cause else State.GOOD,
        documented(graded, wanted, plan.document),
        snapshot=content,
        proven=graded.proven,
        cause=cause,
        facts=facts,
    )


def fault_of(report: model.Report) -> tuple[str | None, dict[str, Any]]:
    """Our own mistake in a report, if there is one: its cause and facts."""
    for one in report.findings:
        if one.verdict is model.Verdict.ERROR:
            return "broken_check", {"milestone": one.milestone.id, **one.facts}
    return None, {}


def _told(run: Run, state: State, report: dict[str, Any] | None, **more: Any) -> Looked:
    return Looked(
        run.report.learner,
        state,
        at=run.report.started,
        report=pack(report) if report else None,
        requests=sent(run),
        **more,
    )


def settings_of(learner: Learner) -> Settings:
    """The settings under which a learner of the roster works."""
    return Settings(
        learner=learner.id,
        region=learner.region or REGION,
        replica_region=learner.replica_region or REPLICA_REGION,
    )


def _source(fleet: Fleet, learner: Learner, region: str) -> tuple[Source, NoKeys | None]:
    """Where the answers come from, and why there are none: an account that does not say whose it is."""
    try:
        live = fleet.source(learner)
    except OwnFault:
        raise
    except Refused as refused:
        return Closed(refused), refused
    identity = live.fetch(Look(region, *_IDENTITY))
    mistaken = _mistaken(identity, learner)
    return (Closed(mistaken), mistaken) if mistaken else (_Opened(live, identity), None)


def _mistaken(identity: Answer, learner: Learner) -> Refused | None:
    if identity.cause is not None:
        return Refused(identity.cause, **identity.facts)
    actual = identity.response(None)["Account"]
    if actual != learner.account:
        return Refused("wrong_account", wanted=learner.account, actual=actual)
    return None


@dataclass(frozen=True, slots=True)
class _Opened:
    """A live source that has already been asked whose account this is."""

    live: Live
    identity: Answer

    def fetch(self, look: Look) -> Answer:
        return self.identity if look == self.identity.look else self.live.fetch(look)


def _shut(source: Source) -> NoKeys | None:
    """Why a part of the account could not be entered, once some of it had been seen."""
    shut = source.live.refused if isinstance(source, _Opened) else None
    if isinstance(shut, OwnFault):
        raise shut
    return shut


def _unseen(run: Run) -> Refused | None:
    """Why nothing at all was seen, if nothing was: AWS said who we are, and no more."""
    asked = [answer for answer in run.account.answers() if answer.look.service != "sts"]
    if not asked or any(answer.cause is None for answer in asked):
        return None
    cause, _ = Counter(str(answer.cause) for answer in asked).most_common(1)[0]
    return Refused(cause, **next(answer.facts for answer in asked if answer.cause == cause))


def _snapshot(run: Run) -> Snapshot:
    report = run.report
    return Snapshot(report.learner, report.regions, report.origin, report.started, of(run.account.answers()))
