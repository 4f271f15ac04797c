"""What the checks of several tasks ask of the items of the global table."""

from __future__ import annotations

from checkday.checks.items import Item
from checkday.lab import Lab, NotYet


def item_in(lab: Lab, region: str, key: Item) -> Item | None:
    """One item of the global table, as one Region has it this moment.

    Raises:
        NotYet: `no_table`, where that Region has no such table.

    """
    name = lab.name("global")
    found = lab.find(lab.at(region).dynamodb.get_item, TableName=name, Key=dict(key), ConsistentRead=True)
    if found is None:
        raise NotYet("no_table", table=name)
    return found.get("Item")


def check_writer(lab: Lab, found: Item, region: str) -> None:
    """The item says that this learner wrote it, in this Region."""
    if (owner := text(found, "owner")) != lab.learner:
        raise NotYet("other_owner", table=lab.name("global"), actual=owner, wanted=lab.learner)
    if (actual := text(found, "by")) != region:
        raise NotYet("wrong_by", table=lab.name("global"), actual=actual, wanted=region)


def text(found: Item, name: str) -> str:
    """The text that an attribute holds, or a dash."""
    return str(found.get(name, {}).get("S", "-"))
