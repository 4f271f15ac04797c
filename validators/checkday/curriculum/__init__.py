"""The course as compiled from this folder's YAML: days, tasks, milestones, codes, words."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from checkday.model import BadSetting, Code, Course, Day, Milestone, Task
from checkday.resources import generated


def load(days: Collection[int]) -> Course:
    """The course with the milestones of these days and of every day they need.

    Raises:
        BadSetting: there is no such day yet.

    """
    index = _compiled("course.json")
    missing = sorted(set(days) - {int(number) for number in index["days"]})
    if missing:
        raise BadSetting("settings.unknown_day", value=str(missing[0]), known=", ".join(index["days"]))
    loaded: dict[int, Day] = {}
    milestones: dict[str, Milestone] = {}
    wanted = set(days)
    while wanted:
        number = wanted.pop()
        loaded[number], found = _day(_compiled(f"day{number}.json"))
        milestones |= found
        wanted |= {_day_of(need) for one in found.values() for need in (*one.needs, *one.of)} - loaded.keys()
    ordered = dict(sorted(loaded.items()))
    in_order = [name for day in ordered.values() for task in day.tasks for name in task.milestones]
    return Course(
        version=index["version"],
        title=index["title"],
        days=ordered,
        milestones={name: milestones[name] for name in in_order},
    )


def days() -> list[int]:
    """The days that this version of the course has."""
    return sorted(int(number) for number in _compiled("course.json")["days"])


def site() -> str:
    """Where the pages are served when nobody says otherwise."""
    return str(_compiled("course.json")["site"])


def _day_of(milestone: str) -> int:
    return int(milestone[3 : milestone.index(".")])


def _day(entry: dict[str, Any]) -> tuple[Day, dict[str, Milestone]]:
    milestones = {
        one["id"]: _milestone(one, task["id"]) for task in entry["tasks"] for one in task["milestones"]
    }
    tasks = tuple(_task(task) for task in entry["tasks"])
    return Day(entry["day"], entry["title"], entry["summary"], tasks), milestones


def _task(entry: dict[str, Any]) -> Task:
    return Task(
        id=entry["id"],
        title=entry["title"],
        outcome=entry["outcome"],
        minutes=entry["minutes"],
        cost_usd=entry["cost_usd"],
        milestones=tuple(one["id"] for one in entry["milestones"]),
    )


def _milestone(entry: dict[str, Any], task: str) -> Milestone:
    codes = {
        name: Code(
            name,
            seen=code["seen"],
            todo=code["todo"],
            absent=code.get("absent", False),
            existed=code.get("existed", False),
        )
        for name, code in entry.get("codes", {}).items()
    }
    return Milestone(
        id=entry["id"],
        task=task,
        title=entry["title"],
        points=entry["points"],
        lasts=entry["lasts"],
        needs=tuple(entry["needs"]),
        of=tuple(entry.get("of", ())),
        proof=entry.get("proof"),
        gives=tuple(entry["gives"]),
        codes=codes,
        hints=tuple(entry["hints"]),
    )


def _compiled(name: str) -> Any:
    return json.loads(generated(name).read_text(encoding="utf-8"))
