"""What the whole cohort comes to: counts only, so that memory stays flat however many learners there are."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from checkday.model import Course, Verdict
from checkday.outputs.cohort.packing import running, searched
from checkday.outputs.cohort.sentences import Sentences
from checkday.outputs.cohort.standing import Standing
from checkday.plain import plain
from checkday.roster import Graded, Learner, Report, State

_DEAREST = 50
"""Learners whose leftovers are listed; of the others only the sum is told."""

_LONGEST = timedelta(days=365)
_REASONS = {Verdict.FAILED, Verdict.PENDING, Verdict.BLOCKED, Verdict.ERROR}


@dataclass(slots=True)
class Page:
    """How learners fare with one page of the course."""

    reached: int = 0
    """Learners of whom something of the page was there to be judged: passed, wrong, or in the making."""
    passed: int = 0
    """Learners who passed all of it."""
    wrong: int = 0
    """Learners who built something of it that is not right."""
    absent: int = 0
    """Learners who have something of it still to build or to clean up, and nothing wrong."""
    reasons: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    """(milestone, verdict, sentence) -> learners."""


@dataclass(slots=True)
class Tally:
    """Counts a learner at a time (`add`)."""

    course: Course
    sentences: Sentences
    lists: Counter[str] = field(default_factory=Counter)
    internal: int = 0
    excused: int = 0
    requests: int = 0
    first: str = ""
    last: str = ""
    simulated: int = 0
    monthly: float = 0.0
    costly: int = 0
    unseen: int = 0
    """Learners of whom not everything that may be left over was looked at."""
    dearest: list[tuple[float, int, str, str, tuple[str, ...]]] = field(default_factory=list)
    """(a month, number in the roster, id, name, what): a heap of the dearest."""
    verdicts: dict[str, Counter[str]] = field(default_factory=dict)
    """Milestone -> verdict -> learners."""
    pages: dict[str, Page] = field(default_factory=dict)
    spans: dict[int, Counter[int]] = field(default_factory=dict)
    """Day -> minutes, in two digits, from the first to the last thing of the day -> learners."""

    def add(self, learner: Learner, row: Graded | None, stands: Standing) -> None:
        """Count one learner."""
        self.lists[stands.listed] += 1
        self.excused += stands.excused
        self.unseen += not searched(row)
        if row is None:
            return
        self.internal += row.state is State.INTERNAL
        self.requests += row.requests
        self.first = min(self.first or row.at, row.at)
        self.last = max(self.last, row.at)
        self._money(learner, row)
        if row.report is not None:
            self.simulated += row.report["origin"] != "live"
            self._findings(row.report)

    def _money(self, learner: Learner, row: Graded) -> None:
        left = running(row)
        if not left:
            return
        month = sum(one["usd_month"] or 0 for one in left)
        self.monthly += month
        self.costly += 1
        things = tuple(plain(str(one["arn"])) for one in left)
        entry = (month, -self.costly, plain(learner.id), plain(learner.name), things[:_DEAREST])
        if len(self.dearest) < _DEAREST:
            heapq.heappush(self.dearest, entry)
        else:
            heapq.heappushpop(self.dearest, entry)

    def _findings(self, report: Report) -> None:
        tasks: dict[str, list[Mapping[str, Any]]] = {}
        days: dict[int, list[Mapping[str, Any]]] = {}
        for one in report["findings"]:
            if one["id"] in self.course.milestones:
                tasks.setdefault(one["task"], []).append(one)
                days.setdefault(one["day"], []).append(one)
                self.verdicts.setdefault(one["id"], Counter())[one["verdict"]] += 1
        for task, findings in tasks.items():
            self._page(self.pages.setdefault(task, Page()), findings)
        for day, findings in days.items():
            if (minutes := _span(findings)) is not None:
                self.spans.setdefault(day, Counter())[minutes] += 1

    def _page(self, page: Page, findings: list[Mapping[str, Any]]) -> None:
        failed = [one for one in findings if one["verdict"] == Verdict.FAILED]
        wrong = [one for one in failed if not self._absent(one)]
        made = [one for one in findings if one["verdict"] in {Verdict.PASSED, Verdict.PENDING}]
        page.reached += bool(wrong or made)
        page.passed += all(one["verdict"] == Verdict.PASSED for one in findings)
        page.wrong += bool(wrong)
        page.absent += bool(failed) and not wrong
        for one in findings:
            if one["verdict"] in _REASONS:
                page.reasons[one["id"], one["verdict"], self.sentences.of_finding(one)] += 1

    def _absent(self, finding: Mapping[str, Any]) -> bool:
        """Whether there is something still to do, rather than something done wrong: cleaning up, say."""
        milestone = self.course.milestones[finding["id"]]
        code = milestone.codes.get(finding["code"])
        return milestone.lasts == "absence" or (code is not None and code.absent)


def quantile(counts: Mapping[int, int], share: float) -> int:
    """The smallest value that this share of what was counted does not exceed."""
    wanted = share * sum(counts.values())
    seen = 0
    for value in sorted(counts):
        seen += counts[value]
        if seen >= wanted:
            return value
    return 0


def _span(findings: list[Mapping[str, Any]]) -> int | None:
    """Minutes from the first to the last thing of a day that is passed, where AWS's traces tell both."""
    if not all(one["verdict"] == Verdict.PASSED for one in findings):
        return None
    times = sorted(_times(findings))
    if len(times) < 2:  # noqa: PLR2004 - a span has two ends
        return None
    span = times[-1] - times[0]
    minutes = int(min(span, _LONGEST).total_seconds() // 60)
    return int(float(f"{minutes:.1e}"))


def _times(findings: list[Mapping[str, Any]]) -> Iterator[datetime]:
    for one in findings:
        try:
            at = datetime.fromisoformat(str(one["facts"].get("at", ""))[:40])
        except ValueError:
            continue
        if at.tzinfo is not None:
            yield at
