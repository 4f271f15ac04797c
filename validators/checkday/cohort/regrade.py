"""Judges a run again from its snapshots, by today's checks and without AWS."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from checkday import curriculum, snapshot
from checkday.cohort.collect import Claiming, Coordinator, Tally, Tell, nothing
from checkday.cohort.judging import judged
from checkday.cohort.left import documented, sent
from checkday.cohort.look import Looked, Plan, Task, fault_of, lost, pack, settings_of
from checkday.cohort.processes import Pool
from checkday.cohort.store import Store
from checkday.engine import Entry, Run
from checkday.engine.golden import Golden
from checkday.errors import BadSetting
from checkday.model import Course
from checkday.roster import State


def regrade(
    store: Store, pool: Pool, plan: Plan, *, window: int, tell: Tell, claims: Claiming = nothing
) -> Tally:
    """Judge everybody of whom there is a snapshot; `claims` is what a learner handed in.

    Raises:
        Unwritable: the disk is full.

    """
    ids = [one.id for one in store.roster().learners if store.snapshots(one.id)]
    again = Coordinator(store, pool, partial(rejudge, plan), plan, tell)
    again.tally.total = len(ids)
    return again.through(_tasks(store, claims), 1, window)


def rejudge(plan: Plan, tasks: Sequence[Task]) -> list[Looked]:
    """What the snapshots of these learners come to; the state is that of the last look."""
    course = curriculum.load(plan.days)
    return [_one(plan, course, task) for task in tasks]


def _tasks(store: Store, claims: Claiming) -> Iterator[Task]:
    for learner in store.roster().learners:
        files = tuple(str(store.folder / name) for name in store.snapshots(learner.id))
        if files:
            yield Task(learner, files=files, claims=claims(learner.id))


def _one(plan: Plan, course: Course, task: Task) -> Looked:
    learner, earlier = task.learner, dict(task.earlier)
    try:
        run = _last(plan, course, task, earlier)
    except BadSetting as damaged:
        return lost(learner, "damaged_snapshot", {"detail": damaged.key, **damaged.facts})
    cause, facts = fault_of(run.report)
    return Looked(
        learner.id,
        State.INTERNAL if cause else State.GOOD,
        at=run.report.started,
        report=pack(documented(run, settings_of(learner), plan.document)),
        cause=cause,
        facts=facts,
        proven={name: entry.evidence for name, entry in earlier.items()},
        requests=sent(run),
    )


def _last(plan: Plan, course: Course, task: Task, earlier: dict[str, Entry]) -> Run:
    """The judgement of the newest snapshot, after what the older ones prove; fills `earlier`."""
    golden = Golden(task.learner.id)
    for file in task.files:
        taken, claims = snapshot.read(file), task.claims if file == task.files[-1] else None
        known, wanted = dict(earlier), settings_of(task.learner)
        run = judged(course, plan.days, taken, wanted, earlier=known, golden=golden, claims=claims)
        for name, evidence in run.proven.items():
            earlier.setdefault(name, Entry(evidence, taken.taken))
    return run
