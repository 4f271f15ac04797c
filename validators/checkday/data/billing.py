"""Day 6's billing: invoices, the bills on them, and customers; a bill may stand on several invoices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import count
from random import Random

from checkday.data.chance import seeded, shuffled
from checkday.data.staff import CITIES
from checkday.data.table import Row, table

COLUMNS = (
    "invoice", "date", "balance", "status", "due", "bill", "bill_amount", "customer", "name", "city",
)  # fmt: skip
INVOICES, BILLS, CUSTOMERS = 800, 780, 600
SHARED, _PAID = 234, 0.7
"""Bills that stand on two to four invoices, and the share of invoices that are paid."""

_TIMES = (2, 2, 3, 4)
_FIRST_INVOICE, _FIRST_BILL, _FIRST_CUSTOMER = 2001, 5001, 7001
_KINDS = ("Quán", "Tiệm", "Nhà sách", "Xưởng", "Hợp tác xã", "Lớp học", "Trạm xe", "Hiệu ảnh")
_NAMES = (
    "Ba Con Vịt", "Mái Tôn", "Cột Đèn Số Bảy", "Gió Lùa", "Bến Phà", "Hoa Giấy", "Ốc Sên", "Cây Bàng",
    "Mực Tím", "Dế Mèn", "Cầu Tre", "Nắng Xiên", "Sân Ga Cũ", "Mưa Bóng Mây", "Thúng Chai", "Đồi Gió",
)  # fmt: skip
_START = date(2026, 1, 2)
_MANY = 8
"""Candidates that each question must at least have, so that learners are asked about different ones."""

_WORTH_ASKING = {"invoice": 3, "customer": 3, "bill": 4}
"""The other labs show an invoice of two bills, a customer of two invoices and a bill on three."""


def files(seed: int) -> dict[str, bytes]:
    """One line for each bill on each invoice."""
    rows = next(rows for at in count() if is_sane(rows := _rows(seeded(seed + at))))
    return {"ddb/billing.csv": table(COLUMNS, rows)}


def is_sane(rows: Sequence[Row]) -> bool:
    """Whether everything is used, and enough invoices, bills and customers are worth a question."""
    owners = {(row[0], row[7]) for row in rows}
    bills, invoices = Counter(row[5] for row in rows), Counter(row[0] for row in rows)
    customers = Counter(customer for _, customer in owners)
    whole = (len(invoices), len(bills), len(customers), len(owners))
    asked = {"invoice": invoices, "customer": customers, "bill": bills}
    return whole == (INVOICES, BILLS, CUSTOMERS, INVOICES) and all(
        sum(number >= _WORTH_ASKING[what] for number in found.values()) >= _MANY
        for what, found in asked.items()
    )


def _rows(random: Random) -> list[Row]:
    invoices = [str(_FIRST_INVOICE + at) for at in range(INVOICES)]
    bills = [str(_FIRST_BILL + at) for at in range(BILLS)]
    amounts = {bill: (3 + int(random.random() * 900)) * 1_000 for bill in bills}
    customers, owners = _customers(random), _owners(random)
    on = _bills_on(invoices, bills, random)
    rows = []
    for invoice, owner in zip(invoices, owners, strict=True):
        head = (invoice, *_terms(sum(amounts[bill] for bill in on[invoice]), random))
        rows += [(*head, bill, str(amounts[bill]), *customers[owner]) for bill in on[invoice]]
    return rows


def _terms(total: int, random: Random) -> Row:
    """Date, balance, status and the day it is due."""
    day = _START + timedelta(days=int(random.random() * 60))
    is_paid = random.random() < _PAID
    due = day + timedelta(days=30)
    return str(day), "0" if is_paid else str(total), "paid" if is_paid else "open", str(due)


def _owners(random: Random) -> list[int]:
    """The customer of each invoice: each has one, some have several."""
    regulars = shuffled(range(CUSTOMERS), random)[:70]
    further = [regulars[int(random.random() * len(regulars))] for _ in range(INVOICES - CUSTOMERS)]
    return shuffled([*range(CUSTOMERS), *further], random)


def _bills_on(invoices: Sequence[str], bills: Sequence[str], random: Random) -> dict[str, list[str]]:
    """Invoice -> its bills; nobody gets an empty invoice, and no bill stands twice on one."""
    places = [bill for bill, times in _times(bills, random).items() for _ in range(times)]
    on: dict[str, list[str]] = {invoice: [] for invoice in invoices}
    empty = shuffled(invoices, random)
    for bill in shuffled(places, random):
        invoice = empty.pop() if empty else _another(invoices, on, bill, random)
        if bill in on[invoice]:
            invoice = _another(invoices, on, bill, random)
        on[invoice].append(bill)
    return on


def _times(bills: Sequence[str], random: Random) -> dict[str, int]:
    """On how many invoices each bill stands."""
    shared = set(shuffled(bills, random)[:SHARED])
    return {bill: _TIMES[int(random.random() * len(_TIMES))] if bill in shared else 1 for bill in bills}


def _another(invoices: Sequence[str], on: dict[str, list[str]], bill: str, random: Random) -> str:
    while True:
        invoice = invoices[int(random.random() * len(invoices))]
        if bill not in on[invoice]:
            return invoice


def _customers(random: Random) -> list[Row]:
    """Number, name and city."""
    cities = list(CITIES)
    names = shuffled([f"{kind} {name}" for kind in _KINDS for name in _NAMES], random)
    found: list[Row] = []
    for at in range(CUSTOMERS):
        branch, place = divmod(at, len(names))
        name = names[place] if branch == 0 else f"{names[place]} {branch + 1}"
        found.append((str(_FIRST_CUSTOMER + at), name, cities[int(random.random() * len(cities))]))
    return found
