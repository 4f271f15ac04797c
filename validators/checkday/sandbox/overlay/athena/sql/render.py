"""Values as Athena writes them into a result: every one a text, and NULL no text at all."""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

Writer = Callable[[Any], str]

_LEAST_PLAIN, _LEAST_WITH_EXPONENT = 1e-3, 1e7
_MILLISECOND = 1000


def writer_of(kind: Any) -> Writer:
    """How to write the values of an engine's type that are not NULL."""
    if kind.id in {"list", "array"}:
        one = writer_of(kind.children[0][1])
        return lambda value: f"[{_joined(map(_or_null(one), value))}]"
    if kind.id == "map":
        key, held = (writer_of(child) for _, child in kind.children)
        return lambda value: f"{{{_joined(f'{key(k)}={_or_null(held)(v)}' for k, v in value.items())}}}"
    if kind.id in {"struct", "tuple"}:
        names = [name or f"field{index}" for index, (name, _) in enumerate(kind.children)]
        fields = [_or_null(writer_of(child)) for _, child in kind.children]
        return lambda value: _row(names, fields, value)
    return _WRITERS.get(kind.id, str)


def _joined(texts: Iterable[str]) -> str:
    return ", ".join(texts)


def _or_null(writer: Writer) -> Writer:
    return lambda value: "null" if value is None else writer(value)


def _row(names: list[str], fields: list[Writer], value: Any) -> str:
    values = value.values() if isinstance(value, dict) else value
    texts = [field(one) for field, one in zip(fields, values, strict=True)]
    return f"{{{_joined(f'{name}={text}' for name, text in zip(names, texts, strict=True))}}}"


def _boolean(value: bool) -> str:
    return "true" if value else "false"


def _double(value: float) -> str:
    return _java(value, repr(value))


def _float(value: float) -> str:
    return _java(value, next(text for text in _roundings(value) if _as_float(float(text)) == value))


def _roundings(value: float) -> Iterable[str]:
    yield from (f"{value:.{digits}g}" for digits in range(6, 10))
    yield repr(value)


def _as_float(value: float) -> float:
    try:
        return float(struct.unpack("f", struct.pack("f", value))[0])
    except OverflowError:
        return value


def _java(value: float, shortest: str) -> str:
    """A number as Java's Double.toString writes it."""
    if value != value or value in {float("inf"), float("-inf")}:  # noqa: PLR0124 - only NaN differs from itself
        return {"inf": "Infinity", "-inf": "-Infinity"}.get(repr(value), "NaN")
    if value == 0 or _LEAST_PLAIN <= abs(value) < _LEAST_WITH_EXPONENT:
        plain = f"{Decimal(shortest):f}"
        return plain if "." in plain else f"{plain}.0"
    sign, digits, exponent = Decimal(shortest).normalize().as_tuple()
    text = "".join(map(str, digits))
    power = int(exponent) + len(text) - 1
    return f"{'-' if sign else ''}{text[0]}.{text[1:] or '0'}E{power}"


def _timestamp(value: Any) -> str:
    if not isinstance(value, dt.datetime):
        return str(value)
    return f"{value:%Y-%m-%d %H:%M:%S}.{value.microsecond // _MILLISECOND:03}"


def _zoned(value: Any) -> str:
    return f"{_timestamp(value.astimezone(dt.UTC) if isinstance(value, dt.datetime) else value)} UTC"


def _time(value: Any) -> str:
    return f"{value:%H:%M:%S}.{value.microsecond // _MILLISECOND:03}"


def _interval(value: dt.timedelta) -> str:
    sign = "-" if value < dt.timedelta() else ""
    value = abs(value)
    clock = (dt.datetime(1, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=value.seconds)).time()
    return f"{sign}{value.days} {clock:%H:%M:%S}.{value.microseconds // _MILLISECOND:03}"


def _bytes(value: bytes) -> str:
    return value.hex(" ")


_WRITERS: dict[str, Writer] = {
    "boolean": _boolean,
    "double": _double,
    "float": _float,
    "decimal": lambda value: f"{value:f}",
    "timestamp": _timestamp,
    "timestamp_s": _timestamp,
    "timestamp_ms": _timestamp,
    "timestamp_ns": _timestamp,
    "timestamp with time zone": _zoned,
    "time": _time,
    "interval": _interval,
    "blob": _bytes,
}


def csv_line(texts: Iterable[str | None]) -> str:
    """A line of a result file: every value in quotes, NULL an empty place without."""
    return ",".join("" if text is None else _quoted(text) for text in texts) + "\n"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
