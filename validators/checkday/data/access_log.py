"""Day 6's access log: what a web shop wrote down of its visitors in three days, and on the day after.

Planted: one host that sends far more than the others, and every status in a known number. The addresses are
of the ranges kept for examples, so they belong to nobody.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import count
from random import Random

from checkday.data.chance import seeded, shuffled
from checkday.data.table import Row, table

COLUMNS = (
    "requestid", "host", "date", "hour", "tz", "method", "url", "status", "bytes", "took", "agent",
)  # fmt: skip
DATES = ("2026-02-09", "2026-02-10", "2026-02-11")
LATER = "2026-02-12"
"""The day of the stream's part."""

STATUSES = {"200": 3437, "302": 361, "404": 83, "304": 59, "500": 41, "403": 19}
STREAM_STATUSES = {"200": 1719, "302": 181, "404": 41, "304": 29, "500": 21, "403": 9}
HOSTS, BUSIEST = 200, 0.12
"""How many hosts there are, and the share of one of them."""

_NETWORKS = ("192.0.2", "198.51.100", "203.0.113")
_METHODS = ("GET", "GET", "GET", "GET", "GET", "GET", "HEAD", "POST")
_URLS = (
    "/", "/gio-hang", "/tim-kiem", "/sach", "/xe-dap", "/sach/101", "/sach/104", "/sach/109", "/xe-dap/121",
    "/xe-dap/127", "/xe-dap/130", "/dien-dan", "/dien-dan/cho-cho-bang-xe-nao", "/anh/mua-tren-mai-ton.jpg",
    "/anh/granite-goat.jpg", "/kieu.css", "/trang.js", "/robots.txt",
)  # fmt: skip
_AGENTS = (
    "Heron/4.1",
    "Heron/4.0",
    "Pebble/2 (phone)",
    "Pebble/3 (phone)",
    "Gecko-nap/11",
    "crawl-slowly/0.9",
)
_BY_HOUR = (3, 2, 1, 1, 1, 2, 4, 7, 9, 9, 8, 8, 9, 8, 7, 7, 8, 9, 11, 13, 15, 13, 9, 5)
"""How busy the hours of a day are."""

_OF_OTHER_LABS = frozenset({16_750, 18_000, 10_000})
_COPIES, _TOP = 5, 5


def files(seed: int) -> dict[str, bytes]:
    """The three days, and the part that is loaded once a stream listens."""
    rows = next(rows for at in count() if is_sane(rows := _rows(STATUSES, DATES, 1, seeded(seed + at))))
    first = len(rows) * _COPIES + 1
    stream = _rows(STREAM_STATUSES, (LATER,), first, seeded(seed + 1))
    return {"ddb/access_log.csv": table(COLUMNS, rows), "ddb/access_log_stream.csv": table(COLUMNS, stream)}


def is_sane(rows: Sequence[Row]) -> bool:
    """Whether the busiest hosts have no tie, and each status is there on each day, in a number of our own."""
    hosts = [number for _, number in Counter(row[1] for row in rows).most_common(_TOP + 1)]
    found = Counter((row[7], row[2]) for row in rows)
    asked = [found[status, date] * _COPIES for status in STATUSES for date in DATES]
    return len(set(hosts)) == len(hosts) and 0 not in asked and _OF_OTHER_LABS.isdisjoint(asked)


def _rows(statuses: Mapping[str, int], dates: Sequence[str], first: int, random: Random) -> list[Row]:
    codes = shuffled([code for code, number in statuses.items() for _ in range(number)], random)
    hosts = _hosts(len(codes), random)
    moments = sorted((dates[int(random.random() * len(dates))], _hour(random)) for _ in codes)
    return [
        _row(first + at, host, moment, status, random)
        for at, (host, moment, status) in enumerate(zip(hosts, moments, codes, strict=True))
    ]


def _row(number: int, host: str, moment: tuple[str, str], status: str, random: Random) -> Row:
    method, url = _one(_METHODS, random), _one(_URLS, random)
    size = "0" if status == "304" or method == "HEAD" else str(int(math.exp(8 + 1.1 * _normal(random))))
    took = f"{0.004 + 0.9 * random.random() ** 3:.4f}".rstrip("0")  # the form in which DynamoDB keeps it
    return str(number), host, *moment, "+0700", method, url, status, size, took, _one(_AGENTS, random)


def _hosts(total: int, random: Random) -> list[str]:
    """One host for each request: the busiest has its share, the others a Zipf law's."""
    addresses = shuffled([f"{net}.{last}" for net in _NETWORKS for last in range(1, 255)], random)[:HOSTS]
    busy = round(total * BUSIEST)
    weights = [1 / (place + 6) for place in range(1, HOSTS)]
    others = [_weighted(addresses[1:], weights, random) for _ in range(total - busy)]
    return shuffled([*[addresses[0]] * busy, *others], random)


def _hour(random: Random) -> str:
    return _weighted([f"{hour:02}" for hour in range(24)], _BY_HOUR, random)


def _weighted(options: Sequence[str], weights: Sequence[float], random: Random) -> str:
    left = random.random() * sum(weights)
    for option, weight in zip(options, weights, strict=True):
        left -= weight
        if left < 0:
            return option
    return options[-1]


def _one(options: Sequence[str], random: Random) -> str:
    return options[int(random.random() * len(options))]


def _normal(random: Random) -> float:
    """Twelve even numbers add up to a good bell."""
    return sum(random.random() for _ in range(12)) - 6
