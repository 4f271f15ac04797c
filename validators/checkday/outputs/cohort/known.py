"""What the page's script needs besides the learners: the course, the words, and what the numbers mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from checkday.gradebook.waivers import Waiver
from checkday.outputs.cohort.gathering import Gathered
from checkday.outputs.cohort.packing import CHUNK
from checkday.outputs.cohort.standing import LISTS
from checkday.plain import plain
from checkday.roster import Roster

_SCRIPT = """
title more learner not_looked grid picture find list every shown close points open looked account section
calls waits waived over left left_free left_unseen monthly signals keys from excused
"""

_SPOKEN = (
    *(f"verdict.{one}" for one in ("passed", "failed", "pending", "blocked", "skipped", "error")),
    *(f"cohort.page.list.{one}" for one in (*LISTS, "odd")),
    *(f"cohort.page.proof.{one}" for one in ("live", "snapshot", "trace", "record", "local")),
    *(f"cohort.page.trust.{one}" for one in ("observed", "corroborated", "bound", "claimed")),
    *(f"cohort.page.script.{one}" for one in _SCRIPT.split()),
)
"""The words that the page's script says."""


def known(gathered: Gathered, roster: Roster, waivers: Sequence[Waiver], site: str) -> dict[str, Any]:
    """What the script needs besides the learners."""
    course, say = gathered.course, gathered.say
    tasks = {task.id: task.title for day in course.days.values() for task in day.tasks}
    names = {
        f"gradebook.signal.{one[1]}.{part}" for one in gathered.signals for part in ("name", "seen", "todo")
    }
    keys = [*_SPOKEN, *sorted(name for name in names if name in say.spoken[0])]
    return {
        "cohort": plain(roster.cohort),
        "site": site,
        "chunk": CHUNK,
        "lists": LISTS,
        "milestones": [[one.id, one.task, one.points, dict(one.title)] for one in course.milestones.values()],
        "tasks": {name: dict(title) for name, title in tasks.items()},
        "words": {words.language: {key: words(key) for key in keys} for words in say.spoken},
        "waivers": [_waiver(one) for one in waivers],
        "signals": gathered.signals,
        **gathered.packing.tables(),
    }


def _waiver(one: Waiver) -> list[str]:
    return [plain(one.learner), plain(one.subject), plain(one.reason), one.until.isoformat(), plain(one.by)]
