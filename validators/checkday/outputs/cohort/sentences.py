"""Codes in words, in every language: each sentence once, however many learners it is said to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from checkday.model import Course, Verdict
from checkday.outputs.cohort.standing import Standing
from checkday.plain import plain
from checkday.words import Words

_PLACE = re.compile(r"\{\{|\}\}|\{(\w+)[^{}]*\}")
_OWN = {Verdict.FAILED, Verdict.PENDING}


class Sentences:
    """What was seen and what to do, by number; -1 where there is nothing to say."""

    def __init__(self, course: Course, spoken: Sequence[Words]) -> None:
        self._course, self._spoken = course, spoken
        self._numbers: dict[str, int] = {}
        self._texts: list[dict[str, list[str]]] = []
        self._places: list[tuple[str, ...]] = []

    def of(self, stands: Standing) -> tuple[int, dict[str, str] | int]:
        """Why a learner stands where they stand: the sentence, and its facts."""
        finding = stands.finding
        if finding is None:
            number = self.of_cause(stands.cause)
            return number, self.facts(number, stands.facts, stands.cause)
        if finding["verdict"] == Verdict.SKIPPED:
            number = self.of_cause("waits")
            return number, self.facts(number, {}, finding["cause"])
        number = self.of_finding(finding)
        return number, self.facts(number, finding["facts"], finding["code"])

    def of_finding(self, finding: Mapping[str, Any]) -> int:
        """The sentence of a finding that is not passed."""
        verdict, code = finding["verdict"], finding["code"]
        if verdict in {Verdict.PASSED, Verdict.SKIPPED} or code is None:
            return -1
        # A cause may bear the name of a milestone's code: the verdict tells them apart.
        own = self._course.milestones.get(finding["id"]) if verdict in _OWN else None
        if own is None or code not in own.codes:
            return self.of_cause(code)
        seen, todo = own.codes[code].seen, own.codes[code].todo
        spoken = (one.language for one in self._spoken)
        return self._number(f"{own.id} {code}", {one: [seen[one], todo[one]] for one in spoken})

    def of_cause(self, cause: str | None) -> int:
        """The sentence of a cause; one that has no words is shown as it is, as the fact `code`."""
        if cause is None:
            return -1
        known = (f"cause.{cause}", f"cohort.page.cause.{cause}", "cohort.page.cause.other")
        key = next(one for one in known if f"{one}.seen" in self._spoken[0])
        texts = {one.language: [one(f"{key}.seen"), one(f"{key}.todo")] for one in self._spoken}
        return self._number(key, texts)

    def facts(self, number: int, facts: Mapping[str, Any], code: str | None) -> dict[str, str] | int:
        """Of these facts the ones that the sentence names, safe to show; 0 if it names none."""
        if number < 0:
            return 0
        given = {"code": code, **facts}
        return {name: plain(str(given[name])) for name in self._places[number] if name in given} or 0

    def text(self, number: int, language: str, facts: dict[str, str] | int = 0) -> str:
        """What was seen; a fact that is not given is left out."""
        return filled(self._texts[number][language][0], facts if isinstance(facts, dict) else {})

    def values(self) -> list[dict[str, list[str]]]:
        """What the numbers mean: language -> [seen, to do]."""
        return self._texts

    def _number(self, key: str, texts: dict[str, list[str]]) -> int:
        if key not in self._numbers:
            self._numbers[key] = len(self._texts)
            self._texts.append(texts)
            joined = " ".join(text for both in texts.values() for text in both)
            self._places.append(tuple(sorted({found[1] for found in _PLACE.finditer(joined) if found[1]})))
        return self._numbers[key]


def filled(sentence: str, facts: Mapping[str, str]) -> str:
    """The sentence with these facts in it. One that is missing leaves a gap: old reports lack new facts."""
    return _PLACE.sub(lambda found: facts.get(found[1], "…") if found[1] else found[0][0], sentence)
