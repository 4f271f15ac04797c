"""What a learner hands in of what lies on the own machine only: answers, charts, the Record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from checkday.chart import Chart
from checkday.engine.proofs import Entry
from checkday.quiz import Answers


@dataclass(frozen=True, slots=True)
class Claims:
    """`trust` is `bound` where AWS vouches that this comes from the learner's account, else `claimed`."""

    answers: Mapping[int, Answers]
    chart: Chart | None = None
    record: Mapping[str, Entry] = field(default_factory=dict)
    trust: str = "claimed"
