"""The rows of the three tables that every run has: gradebook, findings, exceptions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from checkday.gradebook.cells import Cell
from checkday.gradebook.marks import Marks
from checkday.gradebook.signals import Signal
from checkday.gradebook.waivers import Excuse, Waiver
from checkday.model import Course, Verdict
from checkday.roster import Graded, Learner, State
from checkday.words import Words

DAYS = range(1, 8)
"""The columns are the course's seven days, whichever of them a run is about."""

GRADEBOOK = ("id", "name", *(f"day{day}" for day in DAYS), "earned", "possible", "open")
EXCUSED = "excused"
"""Stands after the others, in a run in which anything is excused."""

FINDINGS = ("learner", "milestone", "verdict", "code", "cause", "points", "proof", "trust", "page")
EXCEPTIONS = ("id", "name", "kind", "milestone", "what", "why", "todo")


def gradebook_row(marks: Marks, words: Words, *, excused: bool) -> Iterator[Cell]:
    """One learner; a day's cell is empty while one of its milestones is open, and if all are excused."""
    yield from (marks.learner.id, marks.learner.name)
    for day in DAYS:
        mark = marks.days.get(day)
        yield mark.earned if mark and mark.decided else None
    yield marks.total("earned") if marks.known else None
    yield from (marks.total("possible"), marks.total("open"))
    if excused:
        yield "; ".join(_excuse(one, words) for one in marks.excused)


def finding_rows(row: Graded | None, course: Course, words: Words, site: str) -> Iterator[tuple[Cell, ...]]:
    """One row a milestone of one learner."""
    if row is None or row.report is None:
        return
    for one in row.report["findings"]:
        same = (one[name] for name in ("verdict", "code", "cause", "points", "proof", "trust"))
        yield (row.learner.id, one["id"], *same, page(one, course, words, site))


def page(finding: Mapping[str, Any], course: Course, words: Words, site: str) -> str:
    """The address of the page and the place on it that says more about a finding."""
    milestone, code = course.milestones.get(finding["id"]), finding["code"]
    here = f"{site}/{words.language}"
    own = finding["verdict"] in {Verdict.FAILED, Verdict.PENDING}
    if milestone and own and code in milestone.codes:
        return f"{here}/{milestone.task}.html#{milestone.name}.{code}"
    if code and f"cause.{code}.seen" in words:
        return f"{here}/reference/messages.html#cause.{code}"
    return f"{here}/{finding['task']}.html#{finding['id'].partition('.')[2]}"


class Exceptions:
    """The rows of exceptions.csv: what an instructor has to look at, why, and what to do about it."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def of(
        self, learner: Learner, row: Graded | None, waivers: list[Waiver], signals: Iterable[Signal]
    ) -> Iterator[tuple[Cell, ...]]:
        """Those of one learner; `row` is None if nobody has looked yet."""
        if row is None:
            what = self._words("gradebook.not_looked.seen", account=learner.account)
            yield (*_who(learner), "not_looked", "", what, "", self._words("gradebook.not_looked.todo"))
        else:
            yield from self._looks(row)
        for one in waivers:
            yield self._waiver(learner, one, row.at if row else "")
        for signal in signals:
            yield self._signal(learner, signal)

    def _looks(self, row: Graded) -> Iterator[tuple[Cell, ...]]:
        words, learner = self._words, row.learner
        if row.state is State.UNREACHABLE:
            what = words("gradebook.unreachable", account=learner.account)
            yield (*_who(learner), "unreachable", "", what, *self._cause(row.cause, row.facts))
        if row.state is State.INTERNAL:
            why, todo = self._cause(row.cause or "broken_check", row.facts)
            what = words("gradebook.internal", account=learner.account)
            yield (*_who(learner), "internal", "", what, why, todo)
        for one in row.report["findings"] if row.report else ():
            if one["verdict"] == Verdict.ERROR:
                what = words("gradebook.internal_check", milestone=one["id"])
                yield (*_who(learner), "internal", one["id"], what, *self._cause(one["code"], one["facts"]))

    def _waiver(self, learner: Learner, waiver: Waiver, at: str) -> tuple[Cell, ...]:
        kind = "waiver" if waiver.holds(at) else "waiver_expired"
        facts = {"subject": waiver.subject, "until": waiver.until.isoformat()}
        what = self._words(f"gradebook.{kind}.seen", **facts)
        why = self._words("gradebook.waiver.why", reason=waiver.reason, by=waiver.by)
        todo = self._words(f"gradebook.{kind}.todo", **facts)
        return (*_who(learner), kind, waiver.subject, what, why, todo)

    def _signal(self, learner: Learner, signal: Signal) -> tuple[Cell, ...]:
        words, subject = self._words, str(signal.facts.get("milestone", ""))
        what = words(f"gradebook.signal.{signal.name}.name")
        why = words(f"gradebook.signal.{signal.name}.seen", **signal.facts)
        todo = words(f"gradebook.signal.{signal.name}.todo")
        return (*_who(learner), f"signal_{signal.name}", subject, what, why, todo)

    def _cause(self, cause: str | None, facts: Mapping[str, Any]) -> tuple[str, str]:
        """The sentences of a cause; without facts that it needs, or of a strange one, its name."""
        words, facts = self._words, {"cause": cause, **facts}
        try:
            return words(f"cause.{cause}.seen", **facts), words(f"cause.{cause}.todo", **facts)
        except KeyError:
            return words("gradebook.cause", cause=cause or "-"), ""


def _excuse(excuse: Excuse, words: Words) -> str:
    if excuse.waiver is None:
        return words("gradebook.excused_code", milestone=excuse.milestone, code=excuse.code)
    waiver = excuse.waiver
    facts = {"milestone": excuse.milestone, "reason": waiver.reason, "until": waiver.until.isoformat()}
    return words("gradebook.excused_waiver", **facts)


def _who(learner: Learner) -> tuple[str, str]:
    return learner.id, learner.name
