"""Day 6: what is really in the three lists, and which of it a learner is asked about; by the files alone."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from checkday.golden.tables import Choice
from checkday.resources import sample_data

Line = Mapping[str, str]

_COPIES = 5
"""How often the log is loaded."""

_GUESSED = 4
"""Up to here an answer is soon guessed."""

_STATUSES = ("302", "304", "404", "500")
_FEWEST = {"invoice": 3, "customer": 3, "bill": 4}
"""Invoices with so many bills, customers with so many invoices, bills on so many invoices: the other labs
show smaller ones, and an answer copied from there must be wrong."""

_OF_OTHER_LABS = frozenset({9, 18, 46, 47, 84, 197})
_UNITS_PER_LOG_ITEM = 2
"""An item below one KB costs one unit in the table and one in its index."""


def day6(seed: int) -> dict[str, Any]:
    """How much there is, what is asked of this seed under `asked`, and the right answers under `right`."""
    log, later = _lines("access_log.csv"), _lines("access_log_stream.csv")
    staff, billing = _lines("staff.csv"), _lines("billing.csv")
    choose = Choice(seed)
    there = {
        "log": len(log) * _COPIES,
        "stream": len(later),
        "people": len(staff),
        "managers": sum(bool(one["is_manager"]) for one in staff),
        "staff": sum(3 + bool(one["prev_title"]) for one in staff),
        "busiest": Counter(one["host"] for one in log).most_common(1)[0][1] * _COPIES,
    }
    parts = [_of_log(log, choose), _of_staff(staff, choose), _of_billing(billing, choose)]
    asked = {name: value for one, _ in parts for name, value in one.items()}
    right = {name: value for _, one in parts for name, value in one.items()}
    return {"there": there, "asked": asked, "right": right}


def _of_log(log: Sequence[Line], choose: Choice) -> tuple[dict[str, Any], dict[str, int]]:
    status, date = choose.of(_STATUSES), choose.of(sorted({one["date"] for one in log}))
    items = choose.of(range(3_100, 9_900, 100))
    found = sum((one["status"], one["date"]) == (status, date) for one in log) * _COPIES
    return (
        {"status": status, "date": date, "items": items},
        {"status": found, "units": items * _UNITS_PER_LOG_ITEM},
    )


def _of_staff(staff: Sequence[Line], choose: Choice) -> tuple[dict[str, Any], dict[str, int]]:
    city, title, before = (_often(staff, name, choose) for name in ("city", "title", "prev_title"))
    leading = [one for one in staff if one["is_manager"]]
    department = _often(leading, "dept", choose)
    place, district, dept = _narrowing(staff, choose)
    near = [one for one in staff if one["city"] == place]
    nearer = [one for one in near if one["district"] == district]
    return (
        {"city": city, "title": title, "previous": before, "department": department}
        | {"place": place, "district": district, "dept": dept},
        {
            "city": _number(staff, "city", city),
            "title": _number(staff, "title", title),
            "previous": _number(staff, "prev_title", before),
            "managers": _number(leading, "dept", department),
            "place": len(near),
            "district": len(nearer),
            "dept": _number(nearer, "dept", dept),
        },
    )


def _of_billing(billing: Sequence[Line], choose: Choice) -> tuple[dict[str, Any], dict[str, int]]:
    bills, invoices = _groups(billing, "invoice", "bill"), _groups(billing, "bill", "invoice")
    owned = _groups(billing, "customer", "invoice")
    invoice, customer, bill = (
        choose.of(sorted(name for name, those in found.items() if len(those) >= _FEWEST[what]))
        for what, found in (("invoice", bills), ("customer", owned), ("bill", invoices))
    )
    return (
        {"invoice": invoice, "customer": customer, "bill": bill},
        # Beside its bills, an invoice has its own item and that of its customer.
        {"invoice": len(bills[invoice]) + 2, "customer": len(owned[customer]), "bill": len(invoices[bill])},
    )


def _narrowing(staff: Sequence[Line], choose: Choice) -> tuple[str, str, str]:
    """A city, a district and a department that three ever narrower queries count differently."""
    cities, districts = _tally(staff, "city"), _tally(staff, "city", "district")
    fit = [
        (city, district, dept)
        for (city, district, dept), number in sorted(_tally(staff, "city", "district", "dept").items())
        if _GUESSED < number < districts[city, district] < cities[city,]
        and _OF_OTHER_LABS.isdisjoint({number, districts[city, district], cities[city,]})
    ]
    found: tuple[str, str, str] = choose.of(fit)
    return found


def _tally(lines: Sequence[Line], *names: str) -> Counter[tuple[str, ...]]:
    return Counter(tuple(one[name] for name in names) for one in lines)


def _often(lines: Sequence[Line], name: str, choose: Choice) -> str:
    """A value that comes often enough to be worth counting, and not as often as one in another lab."""
    found = Counter(one[name] for one in lines if one[name])
    fit = sorted(
        value for value, number in found.items() if number > _GUESSED and number not in _OF_OTHER_LABS
    )
    return str(choose.of(fit))


def _number(lines: Sequence[Line], name: str, value: str) -> int:
    return sum(one[name] == value for one in lines)


def _groups(lines: Sequence[Line], by: str, what: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for one in lines:
        found[one[by]].add(one[what])
    return found


@cache
def _lines(name: str) -> Sequence[Line]:
    """The lines of a list, read once in a process: they are the same for every learner."""
    text = (sample_data() / "ddb" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
