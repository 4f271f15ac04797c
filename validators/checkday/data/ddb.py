"""The items of Day 5's four tables, in DynamoDB's JSON: a small shop and its forum. Every name is invented.

The keys, the counts and the shape are the same for every learner; what differs is which of them a learner is
asked about.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from checkday.data.chance import seeded, shuffled

Item = dict[str, dict[str, Any]]
"""Attribute -> {type: value}."""

FIRST_BOOK, FIRST_BICYCLE, WITHOUT_PRICE = 101, 121, 127
"""Ids of the catalog."""

BOOKS = (
    ("Mưa trên mái tôn", "vi", "Kẹo Dừa Đêm"),
    ("Bảy cách đi lạc", "vi", "Kẹo Dừa Đêm"),
    ("Nhà máy làm mây", "vi", "Tổ Én Số 4"),
    ("Người đếm cột đèn", "vi", "Bà Tám Xe Lửa"),
    ("Sổ tay nuôi dế", "vi", "Tổ Én Số 4"),
    ("Hẹn nhau ở bến phà", "vi", "Bà Tám Xe Lửa"),
    ("Chiếc thang không bậc", "vi", "Cậu Ấm Giấy Than"),
    ("The Library of Left Gloves", "en", "Osk Tarrel"),
    ("A Short History of Puddles", "en", "Mirabelle Onn"),
    ("Knots for Impatient People", "en", "Osk Tarrel"),
    ("Letters to a Retired Lighthouse", "en", "Mirabelle Onn"),
    ("The Cartographer's Lunch", "en", "Fenn Quillby"),
)
BICYCLES = (
    ("Chuồn Chuồn 3", "Lốc Xoáy Nhỏ", "city"),
    ("Chuồn Chuồn 7", "Lốc Xoáy Nhỏ", "city"),
    ("Trâu Sắt", "Đồng Bằng", "cargo"),
    ("Trâu Sắt Đôi", "Đồng Bằng", "cargo"),
    ("Sóc Leo Dốc", "Đồng Bằng", "mountain"),
    ("Sáo Diều", "Lốc Xoáy Nhỏ", "road"),
    ("Bản Mẫu Không Tên", "Lốc Xoáy Nhỏ", "road"),
    ("Pebble One", "Wobbly Works", "kids"),
    ("Pebble Two", "Wobbly Works", "kids"),
    ("Night Heron", "Wobbly Works", "road"),
    ("Granite Goat", "Hinge & Daughters", "mountain"),
    ("Slow Parade", "Hinge & Daughters", "city"),
)
COLORS = ("đỏ gạch", "xanh rêu", "vàng nghệ", "black", "silver", "cream")

POSTERS = {"Ốc Mượn Hồn": 20, "Patient Gecko": 15, "Cún Ngủ Trưa": 13}
"""Who writes how many of the replies."""

FORUMS = {
    "Xe đạp cuối tuần": (
        "Chào hỏi và giới thiệu",
        "Đèo nào dễ cho người mới?",
        "Xích kêu cót két",
        "Routes along the river",
        "Chở chó bằng xe nào?",
    ),
    "Đọc trước khi ngủ": (
        "Sách nào đọc lại được mười lần?",
        "The ending of chapter nine",
        "Bìa cứng hay bìa mềm?",
        "Reading aloud to plants",
    ),
    "The Repair Bench": ("Glue that forgives", "Thay lốp không cần đồ nghề", "A bell that sulks"),
    "Phòng chờ": (),
}
"""Forum -> its threads. The first thread of all stays empty for the learner's own reply."""

OWN_THREAD = ("Xe đạp cuối tuần", "Chào hỏi và giới thiệu")
WITHOUT_COUNTERS = "Phòng chờ"

_CATEGORIES = {
    "Xe đạp cuối tuần": "Bicycle",
    "Đọc trước khi ngủ": "Book",
    "The Repair Bench": "Bicycle",
    "Phòng chờ": "Other",
}
_REPLIES = (6, 3, 5, 4, 5, 4, 2, 6, 4, 5, 4)
"""Replies of the threads, the empty one left out."""

_MESSAGES = (
    "Mình thử rồi, được.", "Hôm qua trời mưa nên chưa kịp thử.", "Cho mình hỏi thêm: mất bao lâu?",
    "Nhớ mang theo nước.", "Làm hai lần mới quen tay.", "Cái này rẻ hơn mình nghĩ.",
    "I did the same, with string.", "That depends on the weather.", "Thank you, it works now.",
    "Mine still squeaks.", "Start with the small one.", "Nobody told me that before.",
)  # fmt: skip
_START = datetime(2026, 1, 12, 1, 0, tzinfo=UTC)


def files(seed: int) -> dict[str, bytes]:
    """File name -> content, for the folder of the sample data."""
    random = seeded(seed)
    replies = _replies(random)
    tables = {
        "catalog": _catalog(random),
        "forum": _forums(replies, random),
        "thread": _threads(replies, random),
        "reply": replies,
    }
    return {f"ddb/{name}.json": _json(items) for name, items in tables.items()}


def _json(items: Sequence[Item]) -> bytes:
    """A JSON list with one item a line."""
    lines = ",\n".join(json.dumps(item, ensure_ascii=False) for item in items)
    return f"[\n{lines}\n]\n".encode()


def _catalog(random: Random) -> list[Item]:
    prices = shuffled(range(45, 175, 5), random)
    books = [
        _book(number, book, price * 1000, random)
        for number, (book, price) in enumerate(zip(BOOKS, prices, strict=False), FIRST_BOOK)
    ]
    prices = shuffled(range(31, 97), random)
    bicycles = [
        _bicycle(number, bicycle, price * 100_000, random)
        for number, (bicycle, price) in enumerate(zip(BICYCLES, prices, strict=False), FIRST_BICYCLE)
    ]
    return books + bicycles


def _book(number: int, book: tuple[str, str, str], price: int, random: Random) -> Item:
    title, language, author = book
    authors = [_s(author), *([_s("Fenn Quillby")] if number % 5 == 0 else [])]
    return {
        "Id": _n(number),
        "Title": _s(title),
        "Category": _s("Book"),
        "Price": _n(price),
        "Authors": {"L": authors},
        "Pages": _n(90 + int(random.random() * 400)),
        "Language": _s(language),
        "InStock": {"BOOL": number % 7 != 0},
        "Dims": {"M": {"HeightMm": _n(170 + 10 * (number % 6)), "WidthMm": _n(120 + 5 * (number % 5))}},
    }


def _bicycle(number: int, bicycle: tuple[str, str, str], price: int, random: Random) -> Item:
    title, brand, kind = bicycle
    item = {
        "Id": _n(number),
        "Title": _s(title),
        "Category": _s("Bicycle"),
        "Price": _n(price),
        "Brand": _s(brand),
        "Kind": _s(kind),
        "Gears": _n(1 + int(random.random() * 21)),
        "Colors": {"L": [_s(color) for color in shuffled(COLORS, random)[: 2 + number % 2]]},
        "Tags": {"SS": sorted({kind, "khuyến mãi" if number % 3 == 0 else "hàng mới"})},
    }
    if number == WITHOUT_PRICE:
        del item["Price"]
    return item


def _replies(random: Random) -> list[Item]:
    threads = [thread for thread in _all_threads() if thread != OWN_THREAD]
    posters = shuffled([name for name, count in POSTERS.items() for _ in range(count)], random)
    moments = _moments(sum(_REPLIES), random)
    places = shuffled([at for at, count in enumerate(_REPLIES) for _ in range(count)], random)
    # Written at the same second in two threads: only the partition key tells them apart.
    second = next(at for at in range(1, len(places)) if places[at] != places[0])
    moments[second] = moments[0]
    likes = shuffled(range(2, 2 + len(places)), random)
    rows = zip(places, moments, posters, likes, strict=True)
    return sorted(
        (_reply(threads[place], moment, poster, like, random) for place, moment, poster, like in rows),
        key=lambda item: (item["Id"]["S"], item["ReplyDateTime"]["S"]),
    )


def _moments(count: int, random: Random) -> list[str]:
    """Each later than the one before."""
    moment, found = _START, []
    for _ in range(count):
        moment += timedelta(seconds=1800 + int(random.random() * 14_400))
        found.append(f"{moment:%Y-%m-%dT%H:%M:%SZ}")
    return found


def _reply(thread: tuple[str, str], moment: str, poster: str, likes: int, random: Random) -> Item:
    return {
        "Id": _s("#".join(thread)),
        "ReplyDateTime": _s(moment),
        "Message": _s(_MESSAGES[int(random.random() * len(_MESSAGES))]),
        "PostedBy": _s(poster),
        "Likes": _n(likes),
    }


def _threads(replies: Sequence[Item], random: Random) -> list[Item]:
    views = shuffled(range(57, 957), random)
    return [
        _thread(thread, [one for one in replies if one["Id"]["S"] == "#".join(thread)], seen)
        for thread, seen in zip(_all_threads(), views, strict=False)
    ]


def _thread(thread: tuple[str, str], replies: Sequence[Item], views: int) -> Item:
    forum, subject = thread
    item: Item = {
        "ForumName": _s(forum),
        "Subject": _s(subject),
        "Views": _n(views),
        "Replies": _n(len(replies)),
    }
    if replies:
        item["LastPostedBy"] = max(replies, key=lambda one: str(one["ReplyDateTime"]["S"]))["PostedBy"]
        item["Tags"] = {
            "SS": sorted({_CATEGORIES[forum].lower(), "hỏi đáp" if "?" in subject else "kinh nghiệm"})
        }
    return item


def _forums(replies: Sequence[Item], random: Random) -> list[Item]:
    messages = Counter(str(one["Id"]["S"]).partition("#")[0] for one in replies)
    found = []
    for name, threads in FORUMS.items():
        item = {"Name": _s(name), "Category": _s(_CATEGORIES[name])}
        if name != WITHOUT_COUNTERS:
            counters = {
                "Threads": len(threads),
                "Messages": messages[name],
                "Views": 1200 + int(random.random() * 7000),
            }
            item |= {key: _n(value) for key, value in counters.items()}
        found.append(item)
    return found


def _all_threads() -> list[tuple[str, str]]:
    return [(forum, subject) for forum, subjects in FORUMS.items() for subject in subjects]


def _s(value: str) -> dict[str, Any]:
    return {"S": value}


def _n(value: int) -> dict[str, Any]:
    return {"N": str(value)}
