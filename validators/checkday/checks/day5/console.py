"""Day 5, the console: an item was edited by hand, and its types are still right."""

from __future__ import annotations

from checkday.checks.items import Item, item, mistyped
from checkday.lab import Evidence, Lab, NotYet

_ITEM: Item = {"Id": {"N": "101"}}
_FEWEST = 2
"""Names in the set Reviewers."""


def console_item(lab: Lab) -> Evidence:
    """Item 101 has a new title and a set of at least two reviewers."""
    name, found = lab.name("catalog"), item(lab, "catalog", _ITEM)
    if found is None:
        raise NotYet("missing", table=name, key=_ITEM["Id"]["N"])
    for attribute, kind in (("Title", "S"), ("Price", "N"), ("Reviewers", "SS")):
        if attribute not in found:
            raise NotYet("no_attribute", table=name, attribute=attribute, wanted=kind)
        fault = mistyped(attribute, kind, found[attribute], table=name)
        if fault is not None:
            raise fault
    sample = next(one for one in lab.golden["tables"]["catalog"] if one["Id"] == _ITEM["Id"])
    title, reviewers = found["Title"]["S"], found["Reviewers"]["SS"]
    if title.strip() in {"", sample["Title"]["S"]}:
        raise NotYet("same_title", table=name, actual=title)
    if len(reviewers) < _FEWEST:
        raise NotYet("too_few_reviewers", table=name, actual=len(reviewers), wanted=_FEWEST)
    return {"title": title, "reviewers": len(reviewers)}
