"""The findings as compact data for the page's script: what repeats is written once and then numbered."""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping
from typing import Any

from checkday.gradebook.marks import Marks
from checkday.model import Course, Verdict
from checkday.outputs.cohort.sentences import Sentences
from checkday.outputs.cohort.standing import Standing
from checkday.plain import plain
from checkday.roster import Graded, Report

LETTERS = {
    Verdict.PASSED: "p",
    Verdict.FAILED: "f",
    Verdict.PENDING: "w",
    Verdict.BLOCKED: "b",
    Verdict.SKIPPED: "s",
    Verdict.ERROR: "e",
}
UNKNOWN = "-"
"""Nobody has looked."""

CHUNK = 100
"""Learners whose findings are unpacked together when one of them is looked at."""

CENT = 0.01
"""USD: what costs less in a month is nothing to talk about, a few records in S3, say."""

_MOST = 50_000
"""Entries of one table; what comes later is written out where it stands, so that memory stays flat."""

Entry = int | Any
"""The number of an entry in its table, or the entry itself."""


class Table:
    """Values by number."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}

    def __call__(self, value: Hashable) -> Entry:
        number = self._numbers.get(value)
        if number is None and len(self._numbers) < _MOST:
            number = self._numbers[value] = len(self._numbers)
        return value if number is None else number

    def values(self) -> list[Any]:
        return list(self._numbers)


class Packing:
    """Packs one learner after the other; `tables` then says what the numbers mean."""

    def __init__(self, course: Course, sentences: Sentences) -> None:
        self._course, self._sentences = course, sentences
        self._kinds, self._calls = Table(), Table()
        self._columns = {name: number for number, name in enumerate(course.milestones)}

    def row(self, row: Graded | None, marks: Marks, stands: Standing, listed: int) -> list[Any]:
        """What lists and heat map show of a learner; `listed` is the number of their list."""
        learner, finding = marks.learner, stands.finding
        points = [marks.total(one) if marks.known else 0 for one in ("earned", "possible", "open")]
        sentence, facts = self._sentences.of(stands)
        return [
            plain(learner.id),
            plain(learner.name),
            plain(learner.section or ""),
            plain(learner.account),
            listed,
            self._grid(row.report if row else None),
            *points,
            self._columns.get(finding["id"], -1) if finding else -1,
            sentence,
            facts,
            row.at if row else "",
            stands.excused,
        ]

    def cells(self, row: Graded | None) -> list[Any]:
        """A learner's findings by column, what costs money, how much is left that does not, and whether
        all of it was looked at.
        """
        if row is None or row.report is None:
            return [[], [], 0, False]
        cells: list[Any] = [-1] * len(self._columns)
        for finding in row.report["findings"]:
            if finding["id"] in self._columns:
                cells[self._columns[finding["id"]]] = self._cell(finding)
        costly = [[plain(str(one["arn"])), one["usd_month"]] for one in running(row)]
        return [cells, costly, len(row.report["leftovers"]) - len(costly), searched(row)]

    def tables(self) -> dict[str, Any]:
        """What the numbers mean."""
        return {
            "kinds": self._kinds.values(),
            "calls": self._calls.values(),
            "sentences": self._sentences.values(),
        }

    def _grid(self, report: Report | None) -> str:
        letters = [UNKNOWN] * len(self._columns)
        for finding in report["findings"] if report else ():
            if finding["id"] in self._columns:
                letters[self._columns[finding["id"]]] = LETTERS[finding["verdict"]]
        return "".join(letters)

    def _cell(self, finding: Mapping[str, Any]) -> Entry | list[Any]:
        sentence = self._sentences.of_finding(finding)
        calls = sorted({f"{one['call']} {one['region']}" for one in finding["evidence"]})
        kind = self._kinds(
            (
                LETTERS[finding["verdict"]],
                sentence,
                finding["proof"],
                finding["trust"],
                finding["points"],
                plain(finding["cause"] or ""),
                tuple(self._calls(plain(one)) for one in calls),
            )
        )
        facts = self._sentences.facts(sentence, finding["facts"], finding["code"])
        seen = min((one["at"] for one in finding["evidence"]), default="")
        older = plain(seen) if finding["proof"] not in {None, "live"} else ""
        return [kind, facts, older] if facts or older or not isinstance(kind, int) else kind


def running(row: Graded) -> list[Mapping[str, Any]]:
    """What the report says is still there and costs money, or may: its price is not known."""
    left = row.report["leftovers"] if row.report else ()
    return [one for one in left if one["usd_month"] is None or one["usd_month"] >= CENT]


def searched(row: Graded | None) -> bool:
    """Whether everything that may be left over was looked at."""
    return row is not None and row.report is not None and row.report.get("leftovers_unseen") == []


def embedded(value: Any) -> str:
    """JSON that no HTML parser can leave: it stands in an element that is never run."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
