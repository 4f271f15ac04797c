"""What of the page can be read without a script: totals, pages of the course, money, waivers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from xml.etree import ElementTree as ET

from checkday.gradebook.signals import Signal
from checkday.gradebook.waivers import Waiver
from checkday.model import Course
from checkday.outputs.as_html import Piece, tag
from checkday.outputs.cohort.sentences import filled
from checkday.outputs.cohort.standing import LISTS
from checkday.outputs.cohort.tally import Tally, quantile
from checkday.plain import plain
from checkday.roster import Learner
from checkday.words import Words


class Speech:
    """Sentences in every language side by side; the page's style shows one of them."""

    def __init__(self, spoken: Sequence[Words]) -> None:
        self.spoken = spoken

    def __call__(self, key: str, **facts: Any) -> Iterator[ET.Element]:
        for words in self.spoken:
            yield tag("span", words(f"cohort.page.{key}", **facts), lang=words.language)

    def word(self, key: str) -> Iterator[ET.Element]:
        """A word of the interface that is not the page's own."""
        for words in self.spoken:
            yield tag("span", words(key), lang=words.language)

    def title(self, text: Any) -> Iterator[ET.Element]:
        """A title of the course."""
        for words in self.spoken:
            yield tag("span", text[words.language], lang=words.language)


def written(element: ET.Element) -> str:
    """The element as HTML."""
    return ET.tostring(element, encoding="unicode", method="html") + "\n"


def totals(tally: Tally, odd: int, learners: int, say: Speech) -> Iterator[ET.Element]:
    """How many learners there are in each list, and what must not be overlooked."""
    if tally.internal:
        yield tag("p", *say("internal", count=tally.internal), class_="alarm", role="alert")
    if tally.simulated:
        yield tag("p", *say("simulated", count=tally.simulated), class_="alarm")
    counts = [(name, tally.lists[name]) for name in LISTS] + [("odd", odd)]
    items = (
        tag(
            "li", tag("a", tag("strong", str(count)), " ", *say(f"list.{name}"), href=f"#{name}"), class_=name
        )
        for name, count in counts
    )
    yield tag("ul", *items, class_="counts")
    yield tag("p", *say("summary", learners=learners, requests=tally.requests), class_="soft")
    if tally.excused:
        yield tag("p", *say("excused", count=tally.excused), class_="soft")


def entry(learner: Learner, why: Sequence[Piece]) -> str:
    """One learner in a list that stands without a script."""
    name, ours = plain(learner.name), plain(learner.id)
    return written(tag("li", tag("bdi", name), " ", tag("code", ours), *([": ", *why] if why else [])))


def oddity(one: Signal, say: Speech) -> list[Piece]:
    """What is odd, in words; a signal without words is shown by its name."""
    key = f"gradebook.signal.{one.name}.seen"
    if key not in say.spoken[0]:
        return [plain(one.name)]
    facts = {name: plain(str(value)) for name, value in one.facts.items()}
    return [tag("span", filled(words(key), facts), lang=words.language) for words in say.spoken]


def times(tally: Tally, course: Course, say: Speech) -> Iterator[ET.Element]:
    """How long a day took, as far as AWS's traces tell."""
    yield tag("p", *say("times.note"), class_="soft")
    if not tally.spans:
        yield tag("p", *say("times.none"))
        return
    names = ("day", "planned", "learners", "half", "most")
    head = [tag("th", *say(f"times.{one}"), scope="col") for one in names]
    rows = []
    for number, spans in sorted(tally.spans.items()):
        planned = sum(task.minutes for task in course.days[number].tasks)
        cells = (planned, sum(spans.values()), quantile(spans, 0.5), quantile(spans, 0.9))
        day = tag("th", f"{number}. ", *say.title(course.days[number].title), scope="row")
        rows.append(tag("tr", day, *(tag("td", str(one), class_="number") for one in cells)))
    yield tag("table", tag("thead", tag("tr", *head)), tag("tbody", *rows))


def money(tally: Tally, say: Speech) -> Iterator[ET.Element]:
    """What still costs money, the dearest learner first."""
    if tally.unseen:
        yield tag("p", *say("money.unseen", learners=tally.unseen))
    if not tally.costly:
        yield tag("p", *say("money.none"))
        return
    yield tag("p", *say("money.sum", learners=tally.costly, usd=f"{tally.monthly:.2f}"))
    head = [tag("th", *say(f"money.{one}"), scope="col") for one in ("learner", "month", "things")]
    rows = []
    for month, _, ours, name, things in sorted(tally.dearest, reverse=True):
        what = tag("td", *(tag("code", one, class_="line") for one in things))
        rows.append(tag("tr", _who(name, ours), tag("td", f"{month:.2f}", class_="number"), what))
    yield tag("table", tag("thead", tag("tr", *head)), tag("tbody", *rows))
    if tally.costly > len(rows):
        yield tag("p", *say("more", count=tally.costly - len(rows)), class_="soft")


def waivers(listed: Sequence[Waiver], names: dict[str, str], last: str, say: Speech) -> Iterator[ET.Element]:
    """What was let off, why, until when and by whom."""
    yield tag("p", *say("waivers.note"), class_="soft")
    if not listed:
        yield tag("p", *say("waivers.none"))
        return
    columns = ("learner", "subject", "reason", "until", "by")
    head = [tag("th", *say(f"waivers.{one}"), scope="col") for one in columns]
    rows = []
    for one in listed:
        over: Sequence[Piece] = (
            () if one.holds(last) else (" ", tag("strong", *say("waivers.over"), class_="over"))
        )
        until = one.until.isoformat()
        cells = [
            tag(
                "th",
                tag("bdi", plain(names.get(one.learner, ""))),
                " ",
                tag("code", plain(one.learner)),
                scope="row",
            ),
            tag("td", tag("code", plain(one.subject))),
            tag("td", tag("bdi", plain(one.reason))),
            tag("td", tag("time", until, datetime=until), *over),
            tag("td", tag("bdi", plain(one.by))),
        ]
        rows.append(tag("tr", *cells))
    yield tag("table", tag("thead", tag("tr", *head)), tag("tbody", *rows))


def _who(name: str, ours: str) -> ET.Element:
    return tag("th", tag("bdi", name), " ", tag("code", ours), scope="row")
