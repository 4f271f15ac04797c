"""A graded cohort as one HTML file: nothing to load, read on a phone, on paper, without a script.

The learners are gone through once. What comes later in the page than it is known waits on the disk, so that
memory does not grow with the cohort.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from importlib.resources import files
from xml.etree import ElementTree as ET

from checkday import curriculum
from checkday.gradebook.marks import Marking, in_order
from checkday.gradebook.signals import Signal
from checkday.gradebook.waivers import Waiver
from checkday.gradebook.writing import Rows
from checkday.model import Course
from checkday.outputs.as_html import tag
from checkday.outputs.cohort import sections
from checkday.outputs.cohort.gathering import Gathered, block
from checkday.outputs.cohort.known import known
from checkday.outputs.cohort.sections import Speech, written
from checkday.outputs.cohort.spool import Spool
from checkday.outputs.cohort.standing import standing
from checkday.outputs.cohort.tally import Tally
from checkday.outputs.cohort.troubles import Troubles
from checkday.plain import plain
from checkday.roster import Graded, Roster
from checkday.words import Words

_SCRIPTS = ("page.js", "lists.js", "heat.js", "learner.js", "start.js")


def render(
    course: Course,
    roster: Roster,
    rows: Rows,
    *,
    marking: Marking,
    spoken: Sequence[Words],
    signals: Callable[[Graded], Iterable[Signal]] = lambda _: (),
    site: str | None = None,
) -> Iterator[str]:
    """The whole document, piece by piece; it opens in the first language, and a switch shows the other.

    `rows` come in the order of the roster, `signals` tells what is odd about one. The points are those of the
    gradebook (`marking`). What is excused decides in which list a learner stands, and what counts: every
    finding is shown as it is.

    Raises:
        Unwritable: the disk on which temporary files lie is full.

    """
    say = Speech(spoken)
    course = replace(course, milestones={one.id: one for one in marking.milestones})
    with ExitStack() as stack:
        gathered = Gathered(course, say, stack)
        for learner, row in in_order(roster.learners, rows()):
            marks = marking.of(learner, row)
            gathered.add(learner, row, marks, standing(row, marks))
            for one in signals(row) if row else ():
                gathered.odd(one, learner)
        gathered.finish()
        yield from _document(gathered, roster, marking.excuses.every_waiver(), site or curriculum.site())


def _document(gathered: Gathered, roster: Roster, waivers: Sequence[Waiver], site: str) -> Iterator[str]:
    say, tally, course = gathered.say, gathered.tally, gathered.course
    style = _asset("page.css")
    script = "\n".join(("'use strict';", *(_asset(one) for one in _SCRIPTS)))
    yield f'<!doctype html>\n<html lang="{say.spoken[0].language}">\n'
    yield from _head(style, script, roster, say)
    yield "<body>\n<main>\n"  # the switch stands beside all it changes, so that style alone follows it
    yield from _switch(say)
    yield written(tag("header", *_heading(roster, tally, say)))
    odd = len(gathered.odd_ones)
    yield written(_section("totals", sections.totals(tally, odd, len(roster.learners), say), say))
    yield written(_section("heat", [tag("div", id="map")], say, hidden="hidden"))
    for name, spool in gathered.lists.items():
        yield from _list(name, spool, odd if name == "odd" else tally.lists[name], say)
    names = {one.id: one.name for one in roster.learners}
    wide = {"tabindex": "0"}  # on a phone a table may be wider than the page: keys must reach it to scroll it
    yield written(_section("pages", Troubles(course, gathered.sentences, say, site).table(tally), say))
    yield written(_section("times", sections.times(tally, course, say), say, **wide))
    yield written(_section("money", sections.money(tally, say), say, **wide))
    yield written(_section("waivers", sections.waivers(waivers, names, tally.last, say), say, **wide))
    yield '<dialog id="learner" aria-labelledby="learner-name"></dialog>\n</main>\n'
    yield from gathered.data
    yield block(known(gathered, roster, waivers, site), "known")
    yield f"<script>{script}</script>\n</body>\n</html>\n"


def _head(style: str, script: str, roster: Roster, say: Speech) -> Iterator[str]:
    policy = (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; "
        "base-uri 'none'; form-action 'none'"
    )
    title = f"{say.spoken[0]('cohort.page.title')}: {plain(roster.cohort)}"
    yield "<head>\n"
    yield written(tag("meta", charset="utf-8"))
    yield written(tag("meta", **{"http-equiv": "Content-Security-Policy", "content": policy}))
    yield written(tag("meta", name="viewport", content="width=device-width, initial-scale=1"))
    yield written(tag("meta", name="referrer", content="no-referrer"))
    yield written(tag("meta", name="color-scheme", content="light dark"))
    yield written(tag("title", title))
    yield f"<style>{style}</style>\n</head>\n"


def _switch(say: Speech) -> Iterator[str]:
    for number, words in enumerate(say.spoken):
        mine = words.language
        checked = {} if number else {"checked": "checked"}
        yield written(tag("input", type="radio", name="language", id=f"to-{mine}", **checked))
        yield written(tag("label", words("cohort.page.language"), lang=mine, **{"for": f"to-{mine}"}))


def _heading(roster: Roster, tally: Tally, say: Speech) -> Iterator[ET.Element]:
    yield tag("h1", *say("title"), ": ", tag("bdi", plain(roster.cohort)))
    if tally.first:
        last = () if tally.last == tally.first else (" - ", _time(tally.last))
        yield tag("p", _time(tally.first), *last, class_="soft")


def _time(at: str) -> ET.Element:
    return tag("time", plain(at).replace("T", " ").replace("Z", " UTC"), datetime=at)


def _section(name: str, content: Iterable[ET.Element], say: Speech, **more: str) -> ET.Element:
    title = tag("h2", *say(f"{name}.title"), id=f"{name}-title")
    return tag("section", title, *content, id=name, **{"aria-labelledby": f"{name}-title"}, **more)


def _list(name: str, spool: Spool, count: int, say: Speech) -> Iterator[str]:
    """A list of learners. With a script the long one is never built: it shows some and offers more."""
    yield f'<section id="{name}" class="list {name}" aria-labelledby="{name}-title">\n'
    yield written(tag("h2", *say(f"list.{name}"), f" ({count})", id=f"{name}-title"))
    yield written(tag("p", *say(f"list.{name}.note"), class_="soft"))
    if count:
        yield "<noscript><ol>\n"
        yield from spool
        yield "</ol></noscript>\n"
    yield f'<div class="shown" data-list="{name}"></div>\n</section>\n'


def _asset(name: str) -> str:
    return files("checkday.outputs.cohort").joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
