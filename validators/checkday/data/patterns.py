"""Day 6's items, made of the rows of its three lists: each pattern's keys, and what the indexes sort by."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from typing import Any
from zlib import crc32

from checkday.resources import sample_data

Item = dict[str, dict[str, Any]]
Line = Mapping[str, str]

SHARDS = 10
COPIES = 5
"""How often the log's rows are loaded, each time under other ids."""


def shard_of(request: str) -> int:
    """1 to 10, always the same for the same id; whoever queries asks for the very same range."""
    return crc32(request.encode()) % SHARDS + 1


def log_items() -> list[Item]:
    """The three days, five times over."""
    rows = _lines("access_log.csv")
    return [
        _request(str(copy * len(rows) + int(row["requestid"])), row) for copy in range(COPIES) for row in rows
    ]


def stream_items() -> list[Item]:
    """The day after, to be loaded once a stream listens."""
    return [_request(row["requestid"], row) for row in _lines("access_log_stream.csv")]


def staff_items() -> list[Item]:
    """Three or four items a person: one table for all of them, one index for all questions."""
    return [item for row in _lines("staff.csv") for item in _person(row)]


def invoice_items() -> list[Item]:
    """An adjacency list: every thing is an item, and so is every line between two of them."""
    found: dict[tuple[str, str], Item] = {}
    for row in _lines("billing.csv"):
        for item in _billing(row):
            found[item["PK"]["S"], item["SK"]["S"]] = item
    return list(found.values())


def _lines(name: str) -> list[Line]:
    text = (sample_data() / "ddb" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _request(number: str, row: Line) -> Item:
    return {
        "PK": _s(f"request#{number}"),
        "ShardKey": _s(f"shard#{shard_of(number)}"),
        "StatusTime": _s(f"{row['status']}#{row['date']}#{row['hour']}"),
        "Host": _s(row["host"]),
        "Method": _s(row["method"]),
        "Url": _s(row["url"]),
        "Status": _n(row["status"]),
        "Bytes": _n(row["bytes"]),
        "Took": _n(row["took"]),
        "Agent": _s(row["agent"]),
    }


def _person(row: Line) -> Iterator[Item]:
    key, name = {"PK": _s(f"e#{row['id']}")}, {"Name": _s(row["name"])}
    root = {
        "Title": _s(row["title"]),
        "Dept": _s(row["dept"]),
        "City": _s(row["city"]),
        "DistrictDept": _s(f"{row['district']}#{row['dept']}"),
        "HireDate": _s(row["hire_date"]),
    }
    if row["is_manager"]:
        # Whoever is no manager has no such attribute at all: that is what keeps the index small.
        root["IsManager"] = _s("1")
    yield {**key, "SK": _s("root"), **name, **root}
    yield {**key, "SK": _s(f"current_title#{row['title']}"), **name}
    yield {**key, "SK": _s(f"city#{row['city']}"), **name, "District": _s(row["district"])}
    if row["prev_title"]:
        yield {**key, "SK": _s(f"previous_title#{row['prev_title']}"), **name, "Until": _s(row["prev_end"])}


def _billing(row: Line) -> Iterator[Item]:
    invoice, bill, customer = f"I#{row['invoice']}", f"B#{row['bill']}", f"C#{row['customer']}"
    amount, name = {"Amount": _n(row["bill_amount"])}, {"Name": _s(row["name"])}
    yield {
        **_key(invoice, "root"),
        "Date": _s(row["date"]),
        "Balance": _n(row["balance"]),
        "Status": _s(row["status"]),
        "Due": _s(row["due"]),
    }
    yield {**_key(invoice, bill), **amount}
    yield {**_key(invoice, customer), **name}
    yield {**_key(bill, "root"), **amount}
    yield {**_key(customer, "root"), **name, "City": _s(row["city"])}


def _key(partition: str, sort: str) -> Item:
    return {"PK": _s(partition), "SK": _s(sort)}


def _s(value: str) -> dict[str, Any]:
    return {"S": value}


def _n(value: str) -> dict[str, Any]:
    return {"N": value}
