"""Cohorts without accounts: reports as the engine's own writer has them, one row a learner."""

import csv
import functools
from dataclasses import replace

from checkday import curriculum, gradebook
from checkday.gradebook.marks import Marking, listed
from checkday.gradebook.signals import Signals
from checkday.gradebook.waivers import Excuses
from checkday.model import Finding, Proof, Report, Verdict
from checkday.outputs.as_json import document
from checkday.roster import Graded, Learner, Roster, State

COURSE = curriculum.load(range(1, 8))
AT = "2026-11-25T12:00:00Z"
SITE = "https://example.org/course"
POINTS = {day: sum(m.points for m in COURSE.milestones.values() if m.day == day) for day in COURSE.days}
DENIED = {"code": "denied", "cause": "denied", "facts": {"permission": "s3:ListBucket"}}


def learner(number=1, **given):
    name = f"an{number:02d}"
    return Learner(**{"id": name, "name": f"Nguyễn Văn {number}", "account": f"{number:012d}"} | given)


def roster(*learners):
    return Roster("k1", learners)


def finding(milestone, verdict="passed", **given):
    proof = Proof.LIVE if verdict == "passed" else None
    return Finding(COURSE.milestones[milestone], Verdict(verdict), **{"proof": proof} | given)


@functools.cache
def _all_passed():
    return tuple(finding(name) for name in COURSE.milestones)


def report(who, *others, days=range(1, 8), origin="live", account=None):
    """All passed but the others."""
    other = {one.milestone.id: one for one in others}
    chosen = (other.get(one.milestone.id, one) for one in _all_passed() if one.milestone.day in days)
    return document(
        Report(
            course_version=COURSE.version,
            tool_version="1",
            learner=who.id,
            account=account or who.account,
            principal=None,
            regions=("ap-southeast-1", "us-east-1"),
            origin=origin,
            mode="grade",
            started=AT,
            finished=AT,
            findings=tuple(chosen),
            requests=1,
        )
    )


def row(who, *others, **given):
    return Graded(who, State.GOOD, AT, report(who, *others, **given))


def unreachable(who):
    blocked = [finding(name, "blocked", **DENIED) for name in COURSE.milestones]
    return replace(row(who, *blocked), state=State.UNREACHABLE, cause="denied", facts=DENIED["facts"])


def broken(who):
    return Graded(who, State.INTERNAL, AT, None, "broken_check", {"detail": "KeyError: 'x'"})


def read(path):
    """The table as its reader has it."""
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def source(*rows):
    return lambda: iter(rows)


def write_book(folder, cohort, rows, *, excused=(), waivers=(), final=False, odd=None, **more):
    """The gradebook as the command writes it; `odd` is what signals need to know."""
    marking = Marking(listed(COURSE, rows()), Excuses(excused, waivers), final)
    with Signals(cohort.learners, **(odd or {})) as signals:
        signals.gather(rows())
        gradebook.write(folder, COURSE, cohort, rows, marking=marking, signals=signals.of, **more)
