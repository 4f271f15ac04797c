"""What other people chose, made safe and short enough for a page; Jinja escapes the markup."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any

from checkday.outputs.inert import inert

_JOINER = "\u200d"
"""Holds an emoji's parts together, and reorders nothing."""

_SHORT = 80
_FIRST_BYTES = 24
_KILO = 1024


def harmless(text: str) -> bool:
    """Whether a text box shows every character of the text as what it is, and gives it back unchanged."""
    return all(one.isprintable() or one in {"\n", "\t", _JOINER} for one in text)


def safe(text: Any, longest: int = 1024) -> str:
    """The text, cut, with every character that could hide or reorder others shown as an escape."""
    whole = str(text)
    cut = whole if len(whole) <= longest else whole[: longest - 1] + "…"
    return "".join(one if one == _JOINER else inert(one) for one in cut.replace("\t", "    "))


def escaped(json_text: str) -> str:
    """JSON text that means the same, every unprintable character in it as JSON writes it."""
    if json_text.isprintable():
        return json_text
    return "".join(one if one.isprintable() or one in {"\n", _JOINER} else _escape(one) for one in json_text)


def brief(value: dict[str, Any]) -> str:
    """An attribute value in a line, for a cell of a table."""
    ((kind, inside),) = value.items()
    if kind == "B":
        return binary(inside)
    if kind in {"SS", "NS"}:
        return safe("{ " + ", ".join(inside) + " }", _SHORT)
    if kind == "BS":
        return safe("{ " + ", ".join(map(binary, inside)) + " }", _SHORT)
    if kind == "BOOL":
        return "true" if inside else "false"
    if kind == "NULL":
        return "null"
    return safe(inside if isinstance(inside, str) else _line(inside), _SHORT)


def binary(content: bytes) -> str:
    """How large it is, and how it begins in base64."""
    start = base64.b64encode(content[:_FIRST_BYTES]).decode("ascii")
    return f"{size(len(content))}: {start}{'…' if len(content) > _FIRST_BYTES else ''}"


def size(count: int) -> str:
    """Bytes for people: exact below 1 KiB, whole KiB or MiB above."""
    if count < _KILO:
        return f"{count} B"
    if count < _KILO * _KILO:
        return f"{count / _KILO:.0f} KiB"
    return f"{count / _KILO / _KILO:.0f} MiB"


def moment(when: Any) -> str:
    """A time in UTC: botocore's, or milliseconds since 1970 as CloudWatch Logs has them."""
    if isinstance(when, int):
        when = datetime.fromtimestamp(when / 1000, UTC)
    if isinstance(when, datetime):
        return when.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    return safe(when or "")


def _line(value: Any) -> str:
    """A list or map without the types of what is in it."""
    if isinstance(value, list):
        return "[ " + ", ".join(_line(one) for one in value[:_SHORT]) + " ]"
    if isinstance(value, dict) and len(value) == 1 and next(iter(value)) in _KINDS:
        return _inside(*next(iter(value.items())))
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name}: {_line(one)}" for name, one in list(value.items())[:_SHORT]) + " }"
    return str(value)


_KINDS = {"S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "M", "L"}


def _inside(kind: str, inside: Any) -> str:
    return _line(inside) if kind in {"M", "L"} else brief({kind: inside})


def _escape(one: str) -> str:
    code = ord(one)
    if code <= 0xFFFF:  # noqa: PLR2004 - the last code of one unit of UTF-16
        return f"\\u{code:04x}"
    high, low = divmod(code - 0x10000, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"
