"""`workshop grade` and `workshop regrade`: a cohort's accounts, and what they come to."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from checkday import __version__, curriculum
from checkday.account.pinned import not_followed
from checkday.cli import completeness, exits, gradebooks, receiving
from checkday.cli.advance import Advance
from checkday.cli.arguments import tell
from checkday.cli.rosters import roster_of
from checkday.cohort.collect import Stopped, Tally, collect
from checkday.cohort.executors import crew, judges
from checkday.cohort.fleet import Way
from checkday.cohort.look import Plan
from checkday.cohort.recording import FOLDER
from checkday.cohort.regrade import regrade as again
from checkday.cohort.store import Identity, Store
from checkday.errors import BadSetting
from checkday.outputs import as_json

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from checkday.model import Course
    from checkday.roster import Roster
    from checkday.words import Words

_MOST_JOBS = 256

_AT_ONCE = 16
"""Accounts of the sandbox in hand: it is one server, and more only bring all nearer to their deadlines."""


def grade(given: argparse.Namespace, words: Words) -> int:
    """Look at a cohort and mark it.

    Raises:
        BadSetting: an argument, the roster or the folder is wrong.
        Unwritable: the folder cannot be written.

    """
    receiving.check(given)
    days, jobs = days_of(given.days), jobs_of(given.jobs)
    course = curriculum.load(days)
    roster = roster_of(given.roster, words)
    if roster is None:
        return exits.USAGE
    if roster.course_version not in {None, course.version}:
        raise BadSetting("grade.pinned", wanted=roster.course_version, here=course.version)
    way = _way(given, words)
    if way is None:
        return exits.BLOCKED
    identity = Identity(roster.digest, days, given.sandbox)
    wanted = gradebooks.asked(given, course, roster, words)
    store = Store.begin(Path(given.out), roster, identity, course_version=course.version, tool=__version__)
    try:
        plan = Plan(days, course.version, way, as_json.document, judge=not given.collect_only)
        receiving.receive(given, store, roster, words)
        with receiving.inbox(store.folder, course) as inbox:
            return _Grading(given, words, store, roster, course, wanted, inbox).through(plan, jobs)
    except KeyboardInterrupt:
        print("\n" + words("grade.interrupted"), file=sys.stderr)
        raise
    finally:
        store.close()


@dataclass(frozen=True, slots=True)
class _Grading:
    """One call of `grade`."""

    given: argparse.Namespace
    words: Words
    store: Store
    roster: Roster
    course: Course
    wanted: gradebooks.Asked
    inbox: receiving.Inbox

    def through(self, plan: Plan, jobs: int | None) -> int:
        left = self._begin(plan)
        try:
            tally = self._collected(plan, left, jobs)
        except Stopped as stopped:
            tell(self.words, stopped.key, **stopped.facts)
            return exits.BLOCKED
        _tell_causes(tally, self.words)
        if plan.judge:
            return self._marked(tally)
        path = str(self.store.folder / FOLDER)
        print(self.words("grade.collected", good=tally.good, total=tally.total, path=path))
        return _code(tally, exits.PASSED if tally.good == tally.total else exits.BLOCKED)

    def _begin(self, plan: Plan) -> int:
        """Say what is to be done; how many accounts that are."""
        store, words = self.store, self.words
        if self.given.again:
            store.remember(turn=str(store.turn + 1))
        total, left = len(self.roster.learners), store.missing(judged=plan.judge)
        days = _listed(plan.days)
        print(words("grade.begins", cohort=self.roster.cohort, total=total, days=days), flush=True)
        if left != total:
            key = "grade.goes_on" if left else "grade.nothing_left"
            print(words(key, done=total - left, left=left, total=total), flush=True)
        return left

    def _collected(self, plan: Plan, left: int, jobs: int | None) -> Tally:
        if not left:
            return Tally(0)
        with crew(self.given.scheduler, accounts=left, jobs=jobs) as found, Advance(self.words) as advance:
            window = min(found.window, _AT_ONCE) if self.given.sandbox else found.window
            return collect(
                self.store,
                found.pool,
                plan,
                chunk=found.chunk,
                window=window,
                tell=advance.show,
                claims=self.inbox.claims,
            )

    def _marked(self, tally: Tally) -> int:
        words, total = self.words, len(self.roster.learners)
        files = gradebooks.Files(self.wanted, self.store, self.course, self.roster, words, self.inbox)
        marking = files.write()
        good, still_open = gradebooks.counted(self.store, marking)
        if tally.kept:
            print(words("grade.kept_marks", count=tally.kept))
        print(words("grade.done", good=good, total=total, open=still_open, path=str(self.store.folder)))
        return _code(tally, completeness.of_run(self.store, marking))


def regrade(given: argparse.Namespace, words: Words) -> int:
    """Judge a run again from its snapshots, and tell who gains and who would lose.

    Raises:
        BadSetting: the folder holds no run.
        Unwritable: the folder cannot be written.

    """
    jobs = jobs_of(given.jobs)
    store = Store.open(Path(given.out))
    try:
        course = curriculum.load(json.loads(store.meta["days"]))
        with receiving.inbox(store.folder, course) as inbox:
            return _regraded(given, words, store, jobs, inbox)
    except KeyboardInterrupt:
        print("\n" + words("grade.interrupted"), file=sys.stderr)
        raise
    finally:
        store.close()


def _regraded(
    given: argparse.Namespace, words: Words, store: Store, jobs: int | None, inbox: receiving.Inbox
) -> int:
    meta, roster = store.meta, store.roster()
    days = tuple(json.loads(meta["days"]))
    course = curriculum.load(days)
    wanted = gradebooks.asked(given, course, roster, words)
    plan = Plan(days, course.version, Way(), as_json.document, accept=given.accept_losses, offline=True)
    print(words("regrade.begins", total=len(roster.learners)), flush=True)
    if meta.get("regrading") != "1":
        store.remember(regrading="1")
    with judges(jobs) as found, Advance(words) as advance:
        tally = again(store, found.pool, plan, window=found.window, tell=advance.show, claims=inbox.claims)
    store.note(regrading="0", course_version=course.version, tool_version=__version__)
    _tell_causes(tally, words)
    files = gradebooks.Files(wanted, store, course, roster, words, inbox)
    marking = files.write(accept=given.accept_losses)
    path = str(store.folder / "comparison.csv")
    print(words("regrade.done", gains=tally.gains, losses=tally.losses, path=path))
    if tally.kept:
        print(words("regrade.kept"))
    return _code(tally, completeness.of_run(store, marking))


def _way(given: argparse.Namespace, words: Words) -> Way | None:
    if not given.sandbox:
        if ignored := not_followed():
            print(words("grade.not_followed", names=", ".join(ignored)), file=sys.stderr)
        return Way(profile=given.profile)
    if given.profile:
        raise BadSetting("usage.conflict", one="--sandbox", other="--profile", program="workshop grade")
    from checkday.cli.sandbox import connection

    found = connection()
    if found is None:
        tell(words, "sandbox.not_running")
        return None
    return Way(endpoint=found.endpoint)


def _tell_causes(tally: Tally, words: Words) -> None:
    for cause, count in tally.failed.most_common():
        print(words("grade.cause", count=count, cause=cause))
    for detail, count in tally.broken.most_common():
        tell(words, "grade.internal", count=count, detail=detail)


def _code(tally: Tally, kept: int) -> int:
    return exits.BROKEN if tally.broken else kept


def days_of(asked: str | None) -> tuple[int, ...]:
    """The days of `1-7`, `3` or `1,2,5`, sorted.

    Raises:
        BadSetting: they are no days of this version.

    """
    known = curriculum.days()
    if asked is None:
        return tuple(known)
    days: set[int] = set()
    for part in asked.split(","):
        first, dash, last = part.partition("-")
        ends = (first, last if dash else first)
        if not all(one.isascii() and one.isdigit() and int(one) in known for one in ends):
            raise BadSetting("grade.bad_days", value=asked, known=_listed(known))
        days.update(range(int(ends[0]), int(ends[1]) + 1))
    if not days:
        raise BadSetting("grade.bad_days", value=asked, known=_listed(known))
    return tuple(sorted(days))


def jobs_of(asked: str | None) -> int | None:
    """How many processes were asked for.

    Raises:
        BadSetting: that is no number of processes.

    """
    if asked is None:
        return None
    if not (asked.isascii() and asked.isdigit() and 0 < int(asked) <= _MOST_JOBS):
        raise BadSetting("grade.bad_jobs", value=asked, most=_MOST_JOBS)
    return int(asked)


def _listed(days: Sequence[int]) -> str:
    return ", ".join(map(str, days))
