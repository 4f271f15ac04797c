"""Creating, changing and deleting an item. Whatever goes wrong, what was typed stays on the page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from starlette.responses import Response

from checkday.console import changes, dynamo_json, item_form
from checkday.console.dynamo_json import Item
from checkday.console.item_form import ItemForm
from checkday.console.notation import KINDS
from checkday.console.pages.items import fetch
from checkday.console.pages.tables import Table, described
from checkday.console.problems import BadInput, Changed, Lost, NoSandbox, Stale
from checkday.console.visit import Visit, token_of

_KEYS = ("partition", "sort")
"""Fields in which the form remembers the table's keys."""


def new(visit: Visit) -> Response:
    """The form of a new item."""
    table = described(visit, visit.need("table"))
    return _form(visit, table, item_form.blank(table.keys), {}, creating=True)


def edit(visit: Visit) -> Response:
    """The form of an item that is there."""
    table = described(visit, visit.need("table"))
    found = fetch(visit, table, visit.key())
    if found is None:
        raise Lost
    return _form(visit, table, item_form.of_item(found, table.keys), found)


def create(visit: Visit) -> Response:
    """Write a new item."""

    def write(table: Table, item: Item, _before: Item) -> Response:
        if any(name not in item for name in table.keys):
            raise BadInput("no_key", keys=", ".join(table.keys))
        changes.create(visit.client("dynamodb"), table.name, item, table.keys)
        return _item_page(visit, table, item, "created")

    return _written(visit, write, creating=True)


def save(visit: Visit) -> Response:
    """Write what was changed in an item."""

    def write(table: Table, item: Item, before: Item) -> Response:
        changed = changes.update(visit.client("dynamodb"), table.name, table.keys, before, item)
        return _item_page(visit, table, before, "saved" if changed else "unchanged")

    return _written(visit, write, creating=False)


_Write = Callable[[Table, Item, Item], Response]
_Notice = tuple[str, str, list[Any]]
"""What happened, in whose words, and the values of others."""


def _written(visit: Visit, write: _Write, *, creating: bool) -> Response:
    """What becomes of a form that was sent: another look at it, or a write."""
    table = _remembered(visit)
    before = {} if creating else _before(visit, table)
    item, form = item_form.item_of(item_form.typed(visit.fields, table.keys), before)
    action = visit.fields.get("action", "save")
    if action == "more":
        return _form(visit, table, item_form.with_more(form), before, creating=creating)
    if form.problem or form.wrong:
        return _form(visit, table, form, before, 422, creating=creating)
    if action in {"json", "rows"}:
        form = item_form.of_item(item, table.keys, as_json=action == "json")
        return _form(visit, table, form, before, creating=creating)
    try:
        visit.must_be_trusted()
        return write(table, item, before)
    except Changed as change:
        return _conflict(visit, table, form, change.now, before=before, mine=item)
    except (BadInput, ClientError, BotoCoreError, NoSandbox, Stale) as error:
        return _refused(visit, table, form, before, error, creating=creating)


def _refused(
    visit: Visit, table: Table, form: ItemForm, before: Item, error: Exception, *, creating: bool
) -> Response:
    if isinstance(error, BadInput):
        return _form(visit, table, replace(form, problem=error), before, 422, creating=creating)
    return _form(visit, table, form, before, 409, creating=creating, notice=_notice(error))


def _remembered(visit: Visit) -> Table:
    """The table as the form knew it when the sandbox cannot say: what was typed must not be lost with it."""
    try:
        return described(visit, visit.need("table"))
    except (BotoCoreError, NoSandbox):
        names = [visit.fields[field] for field in _KEYS if field in visit.fields]
        types = [visit.fields.get(f"{field}-type", "S") for field in _KEYS]
        return Table.of_keys(visit.need("table"), dict(zip(names, types, strict=False)))


def _before(visit: Visit, table: Table) -> Item:
    try:
        found = dynamo_json.loads(visit.fields.get("read", ""))
    except BadInput as problem:
        raise Lost from problem
    if any(name not in found for name in table.keys):
        raise Lost
    return found


def _conflict(
    visit: Visit, table: Table, form: ItemForm, now: Item | None, *, before: Item, mine: Item
) -> Response:
    """Nothing was written: someone else was first. The form shows both people's changes together."""
    if now is None or not before:
        notice: _Notice = ("deleted", "", []) if now is None else ("exists", "", [])
        return _form(visit, table, form, {}, 409, creating=True, notice=notice)
    both, names = item_form.merged(before, mine, now)
    merged = item_form.of_item(both, table.keys, as_json=form.json is not None)
    theirs = [(name, now.get(name)) for name in names]
    return _form(visit, table, merged, now, 409, notice=("changed", "", theirs))


def _notice(error: Exception) -> _Notice:
    if isinstance(error, Stale):
        return "stale", "", []
    if isinstance(error, ClientError):
        said = error.response["Error"]
        return "refused_by_sandbox", f"{said.get('Code', '')}: {said.get('Message', '')}", []
    return "no_sandbox", "", []


def _form(
    visit: Visit,
    table: Table,
    form: ItemForm,
    before: Item,
    status: int = 200,
    *,
    creating: bool = False,
    notice: _Notice | None = None,
) -> Response:
    facts: dict[str, Any] = {
        "table": table,
        "form": form,
        "creating": creating,
        "notice": notice,
        "kinds": KINDS,
    }
    facts["read"] = "" if creating else dynamo_json.dumps(before)
    facts["keys"] = list(zip(_KEYS, table.keys.items(), strict=False))
    facts["key"] = None if creating else token_of({name: before[name] for name in table.keys})
    return visit.page("edit.html", status, **facts)


def confirm(visit: Visit) -> Response:
    """Ask before an item is deleted."""
    table = described(visit, visit.need("table"))
    found = fetch(visit, table, visit.key())
    if found is None:
        raise Lost
    return visit.page("delete.html", table=table, item=found, read=dynamo_json.dumps(found), changed=False)


def delete(visit: Visit) -> Response:
    """Delete the item that was shown, and no other."""
    visit.must_be_trusted()
    table = described(visit, visit.need("table"))
    before = _before(visit, table)
    try:
        changes.delete(visit.client("dynamodb"), table.name, table.keys, before)
    except Changed as change:
        if change.now is None:
            raise Lost from change
        now = change.now
        return visit.page(
            "delete.html", 409, table=table, item=now, read=dynamo_json.dumps(now), changed=True
        )
    return visit.go("/dynamodb/items", table=table.name, done="deleted")


def _item_page(visit: Visit, table: Table, item: Item, done: str) -> Response:
    key = token_of({name: item[name] for name in table.keys})
    return visit.go("/dynamodb/item", table=table.name, key=key, done=done)
