"""Ten whole records, broken in the ways that learners break them: one file for each mistake."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

_RECORDS = 10


def variants(events: Sequence[Mapping[str, object]]) -> dict[str, bytes]:
    """File name, without its ending -> content."""
    rows = [event for event in events if "device_temp" in event][:_RECORDS]
    lines = [_line(row) for row in rows]
    table = [list(rows[0]), *(map(str, row.values()) for row in rows)]
    broken = {
        "array": [_line(rows)],
        "csv": [",".join(cells) for cells in table],
        "cut_short": [*lines[:-1], lines[-1][: len(lines[-1]) // 2]],
        "no_newline": ["".join(lines)],
        "quoted_numbers": [_line({name: str(value) for name, value in row.items()}) for row in rows],
        "wrong_fields": [_line({_camel(name): value for name, value in row.items()}) for row in rows],
    }
    content = {name: "\n".join(text) + "\n" for name, text in broken.items()}
    # A stream that adds no delimiter ends its object with the last record, and so does a cut.
    ended = content | {name: content[name][:-1] for name in ("cut_short", "no_newline")}
    return {name: text.encode() for name, text in ended.items()}


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _camel(name: str) -> str:
    """`device_id` -> `deviceId`."""
    head, *rest = name.split("_")
    return head + "".join(map(str.capitalize, rest))
