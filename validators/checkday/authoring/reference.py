"""The reference pages: every milestone and every message, in each language.

Messages stand on a page for each day: with all of them on one, a phone was busy for a second at first.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from checkday.authoring.sentences import markdown
from checkday.model import BadSetting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from checkday.authoring.tree import Item, Tree

_OF_DAY = "messages-day"


def names(tree: Tree) -> list[str]:
    """The pages that there are, as their names below `reference`."""
    return ["milestones", "messages", *(f"{_OF_DAY}{day}" for day in tree.listed)]


@dataclass(frozen=True, slots=True)
class Reference:
    """Writes the pages of one language; those of a translation say which source they belong to."""

    tree: Tree
    language: str

    def page(self, name: str, source_hash: str | None) -> str:
        """A whole file, by one of the `names`."""
        day = int(name.removeprefix(_OF_DAY)) if name.startswith(_OF_DAY) else None
        head = self._head(name, day, source_hash)
        if day is not None:
            return "\n".join([*head, *self._tasks(day, self._messages)])
        if name == "milestones":
            return "\n".join([*head, *self._days(self._milestones)])
        return "\n".join([*head, *self._days(self._links), *self._causes()])

    def words(self, key: str) -> str:
        try:
            return str(self.tree.words.data[key][self.language])
        except KeyError as error:
            raise BadSetting("author.no_word", name=key, language=self.language) from error

    def _head(self, name: str, day: int | None, source_hash: str | None) -> Iterator[str]:
        kind = name if day is None else "messages"
        title, description = (self.words(f"reference.{kind}.{part}") for part in ("title", "description"))
        if day is not None:
            title = f"{title}: {self.words('reference.day')} {day}"
            about = self.tree.listed[day].data["title"][self.language]
            description = f"{self.words('reference.day')} {day}. {about}. {description}"
        yield "---"
        yield f"id: reference/{name}"
        yield "milestones: []"
        yield f"description: {_quoted(description)}"
        if source_hash:
            yield f'source_hash: "{source_hash}"'
        yield "---"
        yield f"<!-- {self.words('reference.generated')} -->"
        yield ""
        yield f"# {markdown(title)} {{ #page }}"
        yield ""
        yield from (markdown(description), "")

    def _days(self, write: Callable[[Item], Iterator[str]]) -> Iterator[str]:
        for day, source in self.tree.listed.items():
            title = self._text(source.data["title"])
            yield from (f"## {markdown(self.words('reference.day'))} {day}. {title} {{ #day{day} }}", "")
            yield from self._tasks(day, write)

    def _tasks(self, day: int, write: Callable[[Item], Iterator[str]]) -> Iterator[str]:
        for task in self.tree.tasks:
            if task.day == day:
                yield from write(task)

    def _links(self, task: Item) -> Iterator[str]:
        """The milestones of a task, each with the anchor that it has on the page of its day too."""
        yield from (f"### {self._text(task.data['title'])} {{ #{task.id.replace('/', '-')} }}", "")
        for one in self._of(task):
            if one.data["codes"]:
                page = f"{_OF_DAY}{task.day}.md#{one.id}"
                yield f"- [{self._text(one.data['title'])}]({page}){{ #{one.id} }}"
        yield ""

    def _milestones(self, task: Item) -> Iterator[str]:
        yield from (f"### {self._text(task.data['title'])} {{ #{task.id.replace('/', '-')} }}", "")
        yield from (self._text(task.data["outcome"]), "")
        rows = [
            (
                f"`{one.id}`",
                f"[{self._text(one.data['title'])}]({_link(one)})",
                str(one.data["points"]),
                markdown(self.words(f"reference.lasts.{one.data['lasts']}")),
                ", ".join(f"[`{need}`]({self._link_to(need)})" for need in one.data["needs"]) or "-",
            )
            for one in self._of(task)
        ]
        yield from self._table(("id", "milestone", "points", "lasts", "needs"), rows)

    def _messages(self, task: Item) -> Iterator[str]:
        for one in self._of(task):
            if one.data["codes"]:
                yield from (f"## {self._text(one.data['title'])} {{ #{one.id} }}", "")
                rows = [
                    (f"[`{name}`]({_link(one)}.{name})", self._text(code["seen"]), self._text(code["todo"]))
                    for name, code in one.data["codes"].items()
                ]
                yield from self._table(("code", "seen", "todo"), rows)

    def _causes(self) -> Iterator[str]:
        yield from (f"## {markdown(self.words('reference.causes.title'))} {{ #causes }}", "")
        yield from (markdown(self.words("reference.causes.intro")), "")
        for key in self.tree.words.data:
            cause = key.removeprefix("cause.").removesuffix(".seen")
            if key == f"cause.{cause}.seen":
                yield from (f"### `{cause}` {{ #cause.{cause} }}", "")
                yield from (markdown(self.words(key)), "", markdown(self.words(f"cause.{cause}.todo")), "")

    def _of(self, task: Item) -> Iterator[Item]:
        return (one for one in self.tree.milestones if one.task == task.id)

    def _link_to(self, need: str) -> str:
        return next((_link(one) for one in self.tree.milestones if one.id == need), "")

    def _text(self, text: Mapping[str, str]) -> str:
        return markdown(text[self.language])

    def _table(self, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
        yield _row([markdown(self.words(f"reference.column.{column}")) for column in columns])
        yield _row(["---"] * len(columns))
        yield from map(_row, rows)
        yield ""


def _link(milestone: Item) -> str:
    """From a reference page to the place on the task's page that explains the milestone."""
    return f"../{milestone.task}.md#{milestone.name}"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _quoted(text: str) -> str:
    # Every JSON string is a YAML string.
    return json.dumps(text, ensure_ascii=False)
