"""Cohorts written by hand, without any AWS: one learner for each way to stand, or as many as wanted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from checkday.gradebook.marks import Marking, listed
from checkday.gradebook.signals import Signal
from checkday.gradebook.waivers import Excuses, Waiver
from checkday.model import Code, Course, Day, Milestone, Task
from checkday.outputs import as_cohort
from checkday.roster import Graded, Learner, Roster, State
from checkday.words import Words

AT = "2026-11-25T12:00:00Z"
SITE = "https://example.org/course"
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</script></style></noscript></title><svg onload=alert(1)>",
    "<!--<script>",
    "]]><!--",
    "&lt;b&gt; &#60;",
    "\x1b[31mred\x07\x00",
    "right\u202etfel\u2066\u200f",
    "lone \ud800 surrogate, line\u2028end",
    '=HYPERLINK("http://x/")',
    "{actual} {0.__class__} {{7*7}} ${alert(1)} `${1}`",
    "__proto__",
    "x" * 300,
    "Nguyễn " * 60,
)


SEEN = {"vi": "Thấy {actual}.", "en": "Saw {actual}."}


def course(milestones=6):
    """A course of days of ten milestones, a page each."""
    codes = {
        "wrong": Code("wrong", SEEN, both("Sửa {actual}.", "Mend {actual}.")),
        "none": Code("none", both("Chưa có.", "Not there."), both("Hãy tạo.", "Make it."), absent=True),
    }
    ids = [(number // 10 + 1, f"day{number // 10 + 1}.m{number}") for number in range(milestones)]
    made = {
        name: Milestone(name, f"day{day}/page", both(f"Có {name}", f"Have {name}"), 2, "state", (), (), codes)
        for day, name in ids
    }
    days = {}
    for day in {day for day, _ in ids}:
        task = f"day{day}/page"
        inside = tuple(name for one, name in ids if one == day)
        page = Task(task, both(f"Bài {day}", f"Page {day}"), {}, 30, 0.0, inside)
        days[day] = Day(day, both(f"Ngày {day}", f"Day {day}"), {}, (page,))
    return Course("sha256:0", {}, days, made)


def both(vi, en):
    return {"vi": vi, "en": en}


COURSE = course()


def finding(milestone, verdict="passed", code=None, **more):
    points = {"passed": milestone.points, "failed": 0}.get(verdict)
    sighting = {
        "call": "s3:HeadBucket",
        "region": "ap-southeast-1",
        "request_id": "R",
        "at": AT,
        "digest": "d",
    }
    return {
        "id": milestone.id,
        "day": milestone.day,
        "task": milestone.task,
        "verdict": verdict,
        "code": code,
        "facts": {},
        "proof": "live" if verdict == "passed" else None,
        "trust": "observed" if verdict == "passed" else None,
        "points": points,
        "max_points": milestone.points,
        "cause": None,
        "retry_in": None,
        "evidence": [sighting],
        "seconds": 0.1,
    } | more


def report(*first, of=COURSE, left=(), unseen=(), origin="live"):
    """These findings, and every other milestone passed."""
    known = {one["id"] for one in first}
    rest = [finding(one) for one in of.milestones.values() if one.id not in known]
    findings = sorted([*first, *rest], key=lambda one: list(of.milestones).index(one["id"]))
    points = sum(one["points"] or 0 for one in findings)
    totals = {"points": points, "max_points": sum(one["max_points"] for one in findings)}
    leftovers = {"leftovers": list(left), "leftovers_unseen": None if unseen is None else list(unseen)}
    return {"origin": origin, "account": "1", "findings": findings, "totals": totals, **leftovers}


def short(name, verdict, code=None, **more):
    return finding(COURSE.milestones[name], verdict, code, **more)


def learner(number, name=None):
    return Learner(f"an{number:02}", name or f"Học viên {number}", f"{number:012}", section="Nhóm 1")


def graded(who, *first, state=State.GOOD, **more):
    left = {name: more.pop(name, ()) for name in ("left", "unseen")}
    told = None if state is State.INTERNAL else report(*first, **left)
    return Graded(who, state, AT, told, requests=7, **more)


def cohort():
    """One learner for each way to stand; the last one nobody has looked at."""
    people = [learner(number) for number in range(8)]
    left = [{"arn": "arn:aws:kinesis:an00", "why": "scheduled", "usd_month": 12.5}]
    rows = [
        graded(people[0], left=left),
        graded(people[1], short("day1.m2", "failed", "wrong", facts={"actual": "fcj-x"})),
        graded(people[2], short("day1.m3", "pending", "wrong"), short("day1.m4", "skipped", cause="day1.m3")),
        graded(people[3], short("day1.m0", "blocked", "no_network", facts={"endpoint": "s3"})),
        graded(people[4], state=State.UNREACHABLE, cause="expired"),
        graded(people[5], state=State.INTERNAL, cause="internal"),
        graded(people[6], short("day1.m5", "failed", "none")),
    ]
    return people, rows


def page(people, rows, *, of=COURSE, name="lớp A", **more):
    """The whole page."""
    return "".join(pieces(Roster(name, tuple(people)), lambda: iter(rows), of=of, **more))


def pieces(roster, rows, *, of=COURSE, waivers=(), excused=(), final=False, signals=()):
    """The page as it is written."""
    marking = Marking(listed(of, rows()), Excuses(excused, waivers), final)
    spoken = Words("vi"), Words("en")
    return as_cohort.render(
        of,
        roster,
        rows,
        marking=marking,
        spoken=spoken,
        signals=lambda row: [one for one in signals if one.learner == row.learner.id],
        site=SITE,
    )


def hostile(value):
    """A cohort where this text stands wherever a learner, a school or AWS chooses one."""
    who = replace(learner(1, value), section=value, account=value, email=value)
    sighting = dict.fromkeys(("call", "region", "request_id", "at", "digest"), value)
    more = {"facts": {"actual": value, value: value, "at": value}, "evidence": [sighting], "cause": value}
    told = [
        short("day1.m0", "failed", "wrong", **more),
        short("day1.m1", "blocked", value, **more),
        short("day1.m2", "skipped", **more),
        short("day1.m3", "passed", proof="trace", trust="corroborated", **more),
    ]
    left = [{"arn": value, "why": value, "usd_month": 1.5}]
    lost = graded(replace(learner(2, value)), state=State.UNREACHABLE, cause=value, facts={"code": value})
    return {
        "people": [who, lost.learner],
        "rows": [graded(who, *told, left=left), lost],
        "name": value,
        "waivers": [Waiver("an01", "day1.m0", value, date(2026, 11, 1), value)],
        "signals": [Signal("same_account", "an01", {"value": value}), Signal(value, "an01", {value: value})],
    }


def large(count, milestones=101):
    """A cohort in which everybody has every verdict somewhere."""
    of = course(milestones)
    kinds = (("passed", None), ("failed", "wrong"), ("blocked", "no_network"), ("pending", "none"))
    people = [learner(number) for number in range(count)]
    told = [
        report(
            *(
                finding(one, *kinds[(number + turn) % 4], facts={"actual": "fcj-x"})
                for number, one in enumerate(of.milestones.values())
            ),
            of=of,
        )
        for turn in range(4)
    ]
    rows = [Graded(who, State.GOOD, AT, told[number % 4]) for number, who in enumerate(people)]
    return {"people": people, "rows": rows, "of": of}
