"""Day 7's global table: a library of films that nobody has made, and who is where in them."""

from __future__ import annotations

import json
from typing import Any

from checkday.data.chance import seeded, shuffled

_FILMS = (
    "Ngày chợ nổi thức giấc",
    "Chiếc ghe không neo",
    "Ba mươi sáu cách pha trà",
    "Đàn kiến qua cầu",
    "Cơn mưa đi nhầm phố",
    "Người sửa đồng hồ nước",
    "The Lighthouse Keeper's Cat",
    "Slow Train to Nowhere Much",
    "A Field Guide to Fog",
    "How Bridges Sleep",
    "The Postman of the Upper Lake",
    "Seven Kinds of Blue",
)
_PEOPLE, _EACH = 10, 3
_LONGEST = 5_400
"""Seconds."""


def files(seed: int) -> dict[str, bytes]:
    """The films and the bookmarks, in DynamoDB's JSON."""
    random = seeded(seed ^ 0x7C)
    films = [
        {
            "PK": {"S": "library"},
            "SK": {"S": _film(number)},
            "Title": {"S": title},
            "Seconds": {"N": str(1_800 + int(random.random() * (_LONGEST - 1_800)))},
            "by": {"S": "sample"},
        }
        for number, title in enumerate(_FILMS, 1)
    ]
    marks = [
        {
            "PK": {"S": f"reader{person:02}"},
            "SK": {"S": film},
            "pos": {"N": str(30 + int(random.random() * 1_700))},
            "by": {"S": "sample"},
        }
        for person in range(1, _PEOPLE + 1)
        for film in sorted(shuffled(map(_film, range(1, len(_FILMS) + 1)), random)[:_EACH])
    ]
    return {"global/library.json": _json(films), "global/bookmarks.json": _json(marks)}


def _film(number: int) -> str:
    return f"film{number:02}"


def _json(items: list[dict[str, dict[str, Any]]]) -> bytes:
    """One item a line, letters as they are."""
    lines = ",\n".join(json.dumps(item, ensure_ascii=False) for item in items)
    return f"[\n{lines}\n]\n".encode()
