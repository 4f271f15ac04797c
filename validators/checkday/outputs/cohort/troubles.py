"""How learners fare with each page of the course: which page of ours is bad."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from checkday.model import Course, Task
from checkday.outputs.as_html import Piece, tag
from checkday.outputs.cohort.sections import Speech
from checkday.outputs.cohort.sentences import Sentences
from checkday.outputs.cohort.tally import Tally
from checkday.outputs.sentences import page

_REASONS = 5
"""The commonest reasons of a page that are listed."""

_COLUMNS = ("page", "reached", "passed", "wrong", "absent")


@dataclass(frozen=True, slots=True)
class Troubles:
    """The table of pages."""

    course: Course
    sentences: Sentences
    say: Speech
    site: str

    def table(self, tally: Tally) -> Iterator[ET.Element]:
        """The pages, the one where most learners get something wrong first."""
        tasks = [task for day in self.course.days.values() for task in day.tasks if task.id in tally.pages]
        if not tasks:
            yield tag("p", *self.say("pages.none"))
            return
        head = (tag("th", *self.say(f"pages.{one}"), scope="col") for one in _COLUMNS)
        ordered = sorted(tasks, key=lambda task: -tally.pages[task.id].wrong)
        body = (row for task in ordered for row in self._page(task, tally))
        yield tag("p", *self.say("pages.reasons"), class_="soft")
        yield tag("table", tag("thead", tag("tr", *head)), tag("tbody", *body))

    def _page(self, task: Task, tally: Tally) -> Iterator[ET.Element]:
        counts = tally.pages[task.id]
        numbers = (counts.reached, counts.passed, counts.wrong, counts.absent)
        title = tag("th", *self._links(task), " ", tag("code", task.id), scope="row")
        yield tag("tr", title, *(tag("td", str(one), class_="number") for one in numbers))
        commonest = counts.reasons.most_common(_REASONS)
        items = [tag("li", *self._reason(*key, count=count)) for key, count in commonest]
        if more := len(counts.reasons) - len(commonest):
            items.append(tag("li", *self.say("more_reasons", count=more), class_="soft"))
        if items:  # below the counts and as wide as the table: a phone has no room beside them
            yield tag("tr", tag("td", tag("ul", *items), colspan=str(len(_COLUMNS))), class_="reasons")

    def _links(self, task: Task) -> Iterator[ET.Element]:
        for words in self.say.spoken:
            mine = words.language
            address = page(task.id, words, self.site)
            yield tag("a", task.title[mine], href=address, lang=mine, rel="noreferrer")

    def _reason(self, milestone: str, verdict: str, sentence: int, *, count: int) -> Iterator[Piece]:
        yield tag("strong", f"{count} ", class_=verdict)
        yield from self.say.title(self.course.milestones[milestone].title)
        yield " ("
        yield from self.say.word(f"verdict.{verdict}")
        yield ")"
        if sentence >= 0:
            yield ": "
            for words in self.say.spoken:
                yield tag("span", self.sentences.text(sentence, words.language), lang=words.language)
