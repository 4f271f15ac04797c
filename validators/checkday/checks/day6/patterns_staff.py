"""Day 6, staff and invoices: one table for many kinds of items, and indexes that answer many questions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from checkday.checks.indexes import Asked, Index, counted, existing_table, key_names, ready_index
from checkday.checks.traces import index_in, table_made, tables_made
from checkday.lab import Evidence, Lab, NotYet
from checkday.names import INDEX_BY_CITY, INDEX_BY_PART, INDEX_BY_SORT_KEY, INDEX_MANAGERS

_KEYS = (("PK", "S"), ("SK", "S"))
_OVERLOADED = Index("staff", INDEX_BY_SORT_KEY, ("SK", "Name"))
_MANAGERS = Index("staff", INDEX_MANAGERS, ("IsManager", "Name"))
_COMPOSITE = Index("staff", INDEX_BY_CITY, ("City", "DistrictDept"))
_BY_PART = Index("invoice", INDEX_BY_PART, ("SK", "PK"))
_INVOICES = Index("invoice", "", ("PK", "SK"))


def staff_table(lab: Lab) -> Evidence:
    """The staff's table has a partition key and a sort key, both strings."""
    name, found = lab.name("staff"), existing_table(lab, "staff")
    if (actual := key_names(found)) != [key for key, _ in _KEYS]:
        raise NotYet("wrong_keys", table=name, actual=", ".join(actual), wanted="PK, SK")
    return {"table": name, "id": found["TableId"], "keys": actual}


def staff_table_trace(lab: Lab) -> Evidence | None:
    """The staff's table was made with its keys."""
    return table_made(lab, "staff", _KEYS)


def gsi_overload(lab: Lab) -> Evidence:
    """One index counts people by city, by title and by the title before, each rightly."""
    ready_index(lab, _OVERLOADED)
    asked, right = _golden(lab)
    kinds = {"city": "city", "current_title": "title", "previous_title": "previous"}
    values = [f"{kind}#{asked[name]}" for kind, name in kinds.items()]
    found = counted(lab, _OVERLOADED, [Asked(value) for value in values])
    if not any(found) and any(
        counted(lab, _OVERLOADED, [Asked(str(asked[name])) for name in kinds.values()])
    ):
        raise NotYet("item_type", index=INDEX_BY_SORT_KEY, wanted=values[0])
    _check_counts(INDEX_BY_SORT_KEY, values, found, [right[name] for name in kinds.values()])
    return {"index": INDEX_BY_SORT_KEY, "counts": found}


def gsi_sparse(lab: Lab) -> Evidence:
    """The index managers holds the managers, and nobody else."""
    ready_index(lab, _MANAGERS)
    wanted = lab.golden["patterns"]["there"]["managers"]
    page = lab.find(
        lab.aws.dynamodb.scan, TableName=lab.name("staff"), IndexName=INDEX_MANAGERS, Select="COUNT"
    )
    actual = page["Count"] if page else 0
    if actual >= lab.golden["patterns"]["there"]["people"]:
        raise NotYet("not_sparse", index=INDEX_MANAGERS, actual=actual, wanted=wanted)
    _check_counts(INDEX_MANAGERS, ["IsManager"], [actual], [wanted])
    return {"index": INDEX_MANAGERS, "counts": [actual]}


def gsi_composite(lab: Lab) -> Evidence:
    """One index narrows a city down to a district, and a district to a department."""
    ready_index(lab, _COMPOSITE)
    asked, right = _golden(lab)
    begins = ["", f"{asked['district']}#", f"{asked['district']}#{asked['dept']}"]
    found = counted(lab, _COMPOSITE, [Asked(asked["place"], one) for one in begins])
    if found[0] and not found[1] and any(counted(lab, _COMPOSITE, [Asked(asked["place"], asked["dept"])])):
        raise NotYet("composite_order", index=INDEX_BY_CITY, wanted=begins[2])
    values = [f"{asked['place']} / {one}" if one else asked["place"] for one in begins]
    _check_counts(INDEX_BY_CITY, values, found, [right[name] for name in ("place", "district", "dept")])
    return {"index": INDEX_BY_CITY, "counts": found}


def adjacency(lab: Lab) -> Evidence:
    """The table lists what belongs to an invoice; the index, where a bill or a customer stands."""
    ready_index(lab, _BY_PART)
    asked, right = _golden(lab)
    found = counted(lab, _INVOICES, [Asked(f"I#{asked['invoice']}")])
    values = [f"{letter}#{asked[name]}" for letter, name in (("C", "customer"), ("B", "bill"))]
    # A customer and a bill have an item of their own beside those of their invoices, under another key.
    found += counted(lab, _BY_PART, [Asked(value, "I#") for value in values])
    wanted = [right[name] for name in ("invoice", "customer", "bill")]
    _check_counts(INDEX_BY_PART, [f"I#{asked['invoice']}", *values], found, wanted)
    return {"index": INDEX_BY_PART, "counts": found}


def _golden(lab: Lab) -> tuple[dict[str, Any], dict[str, int]]:
    patterns = lab.golden["patterns"]
    return patterns["asked"], patterns["right"]


def _check_counts(index: str, asked: Sequence[str], found: Sequence[int], wanted: Sequence[int]) -> None:
    if not any(found):
        raise NotYet("empty", index=index, asked=asked[0], wanted=wanted[0])
    for value, actual, right in zip(asked, found, wanted, strict=True):
        if actual != right:
            raise NotYet("wrong_count", index=index, asked=value, actual=actual, wanted=right)


def adjacency_trace(lab: Lab) -> Evidence | None:
    """The invoices' table was made with its index; what it held, no event tells."""
    made = next((one for one in tables_made(lab, "invoice") if index_in(one, INDEX_BY_PART)), None)
    if made is None:
        return None
    return {"index": INDEX_BY_PART, "event": made.id, "at": made.time}
