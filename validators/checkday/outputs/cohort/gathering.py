"""One pass over the learners of a cohort, and all that the page then needs of it."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from checkday.gradebook.marks import Marks
from checkday.gradebook.signals import Signal
from checkday.model import Course
from checkday.outputs.as_html import Piece, tag
from checkday.outputs.cohort import sections
from checkday.outputs.cohort.packing import CHUNK, Packing, embedded
from checkday.outputs.cohort.sections import Speech
from checkday.outputs.cohort.sentences import Sentences
from checkday.outputs.cohort.spool import Spool
from checkday.outputs.cohort.standing import LISTS, Standing
from checkday.outputs.cohort.tally import Tally
from checkday.plain import plain
from checkday.roster import Graded, Learner


@dataclass(slots=True)
class Gathered:
    """What one pass over the learners gave."""

    course: Course
    say: Speech
    stack: ExitStack
    sentences: Sentences = field(init=False)
    tally: Tally = field(init=False)
    packing: Packing = field(init=False)
    lists: dict[str, Spool] = field(init=False)
    data: Spool = field(init=False)
    signals: list[list[Any]] = field(default_factory=list)
    odd_ones: dict[str, None] = field(default_factory=dict)
    _rows: list[Any] = field(default_factory=list)
    _cells: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sentences = Sentences(self.course, self.say.spoken)
        self.tally = Tally(self.course, self.sentences)
        self.packing = Packing(self.course, self.sentences)
        self.lists = {name: self.stack.enter_context(Spool()) for name in (*LISTS, "odd")}
        self.data = self.stack.enter_context(Spool())

    def add(self, learner: Learner, row: Graded | None, marks: Marks, stands: Standing) -> None:
        self.tally.add(learner, row, stands)
        self.lists[stands.listed].write(sections.entry(learner, self._why(stands)))
        self._rows.append(self.packing.row(row, marks, stands, LISTS.index(stands.listed)))
        self._cells.append(self.packing.cells(row))
        if len(self._rows) == CHUNK:
            self.finish()

    def finish(self) -> None:
        """Write the learners that wait for their chunk to be full."""
        if self._rows:
            self.data.write(block(self._rows, "rows") + block(self._cells, "cells"))
            self._rows, self._cells = [], []

    def odd(self, one: Signal, learner: Learner) -> None:
        self.odd_ones[learner.id] = None
        facts = {plain(str(name)): plain(str(value)) for name, value in one.facts.items()}
        self.signals.append([plain(learner.id), plain(one.name), facts])
        self.lists["odd"].write(sections.entry(learner, sections.oddity(one, self.say)))

    def _why(self, stands: Standing) -> list[Piece]:
        pieces: list[Piece] = []
        if stands.finding and (milestone := self.course.milestones.get(stands.finding["id"])):
            pieces += [*self.say.title(milestone.title), ". "]
        number, facts = self.sentences.of(stands)
        if number >= 0:
            spoken = (one.language for one in self.say.spoken)
            pieces += [tag("span", self.sentences.text(number, one, facts), lang=one) for one in spoken]
        return pieces


def block(value: Any, kind: str) -> str:
    """Data in an element that no browser runs."""
    return f'<script type="application/json" class="{kind}">{embedded(value)}</script>\n'
