"""An item as a form: a row an attribute, or the whole of it as DynamoDB JSON; and what comes back from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from checkday.console import dynamo_json, notation
from checkday.console.dynamo_json import Item, Value
from checkday.console.problems import BadInput
from checkday.console.showing import harmless

MOST_ROWS = 100
"""Attributes that are edited as rows; an item with more is edited as JSON."""

_SPARE = 3
"""Empty rows at the end, for new attributes."""


@dataclass(frozen=True, slots=True)
class Row:
    """One attribute as typed. A key's name and type are the table's, so they are `fixed`."""

    name: str = ""
    kind: str = "S"
    text: str = ""
    dropped: bool = False
    fixed: bool = False
    problem: BadInput | None = None

    @property
    def empty(self) -> bool:
        return not (self.name or self.text or self.fixed)


@dataclass(frozen=True, slots=True)
class ItemForm:
    """What is on the page: rows, or `json` if the item is edited as one text."""

    rows: list[Row] = field(default_factory=list)
    json: str | None = None
    problem: BadInput | None = None

    @property
    def wrong(self) -> list[tuple[int, BadInput]]:
        """The rows that cannot be read, by their number on the page."""
        return [(at, row.problem) for at, row in enumerate(self.rows) if row.problem]


def blank(keys: Mapping[str, str]) -> ItemForm:
    """The form of a new item of a table with these keys, name -> type."""
    return with_more(ItemForm([Row(name, kind, fixed=True) for name, kind in keys.items()]))


def of_item(item: Item, keys: Mapping[str, str], *, as_json: bool = False) -> ItemForm:
    """The form of an item; as JSON if asked, or if it has more attributes than a page should."""
    if as_json or len(item) > MOST_ROWS or not all(map(_fits, item)):
        return ItemForm(json=dynamo_json.dumps(item, indent=2))
    names = [*(name for name in keys if name in item), *sorted(item.keys() - keys.keys())]
    return with_more(
        ItemForm([Row(name, *notation.written(item[name]), fixed=name in keys) for name in names])
    )


def _fits(name: str) -> bool:
    """Whether a one-line box holds the name unchanged."""
    return harmless(name) and not {"\n", "\t"} & set(name)


def with_more(form: ItemForm) -> ItemForm:
    """The same with a few empty rows at its end."""
    return replace(form, rows=[*form.rows, *([Row()] * _SPARE)])


def typed(fields: Mapping[str, str], keys: Mapping[str, str]) -> ItemForm:
    """The form as it was sent; a browser sends line ends as CR LF."""
    sent = {name: text.replace("\r\n", "\n") for name, text in fields.items()}
    if "json" in sent:
        return ItemForm(json=sent["json"])
    return ItemForm(list(_rows(sent, keys)))


def _rows(sent: Mapping[str, str], keys: Mapping[str, str]) -> Iterator[Row]:
    at = 0
    while f"text-{at}" in sent and at <= MOST_ROWS * 2:
        name, kind = sent.get(f"name-{at}", ""), sent.get(f"kind-{at}", "")
        fixed = name in keys and f"fixed-{at}" in sent
        yield Row(name, keys[name] if fixed and kind != notation.ESCAPED else kind, sent[f"text-{at}"],
                  f"drop-{at}" in sent, fixed)  # fmt: skip
        at += 1


def item_of(form: ItemForm, before: Item) -> tuple[Item, ItemForm]:
    """The item that the form describes, and the form with what is wrong in it marked.

    An attribute that nobody touched is taken from `before`, so that it is the same to the last byte.
    """
    if form.json is not None:
        try:
            return dynamo_json.loads(form.json), form
        except BadInput as problem:
            return {}, replace(form, problem=problem)
    item: Item = {}
    rows = []
    for row in form.rows:
        try:
            if not row.empty and not row.dropped:
                _add(item, row, before)
            rows.append(row)
        except BadInput as problem:
            rows.append(replace(row, problem=problem))
    return item, replace(form, rows=rows)


def _add(item: Item, row: Row, before: Item) -> None:
    if not row.name:
        raise BadInput("no_name")
    if row.name in item:
        raise BadInput("twice", name=row.name)
    item[row.name] = _value(row, before)


def _value(row: Row, before: Item) -> Value:
    old = before.get(row.name)
    if old is not None and notation.written(old) == (row.kind, row.text):
        return old
    return notation.read(row.kind, row.text, row.name)


def merged(read: Item, mine: Item, now: Item) -> tuple[Item, list[str]]:
    """My changes on top of what is there now, and the names that both have changed since `read`."""
    names = read.keys() | mine.keys() | now.keys()
    touched = {name for name in names if not _alike(read.get(name), mine.get(name))}
    theirs = {name for name in names if not _alike(read.get(name), now.get(name))}
    both = {name for name in touched & theirs if not _alike(mine.get(name), now.get(name))}
    result = {name: value for name, value in now.items() if name not in touched}
    result |= {name: mine[name] for name in touched if name in mine}
    return result, sorted(both)


def _alike(one: Value | None, other: Value | None) -> bool:
    return (one is None and other is None) or dynamo_json.same(one, other)
