"""Tables and schemas as Spark prints them."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from typing import Any

from sqlframe.base.types import ArrayType, MapType, StructType

_NARROWEST = 3
_DOTS = "..."


def table(names: Sequence[str], rows: Sequence[Sequence[Any]], width: int) -> str:
    """Rows as a table; with a width, cells are cut to it and stand on the right."""
    cells = [[cut(value, width) for value in row] for row in rows]
    widths = [max(_NARROWEST, *(len(row[at]) for row in [names, *cells])) for at in range(len(names))]
    line = "+" + "+".join("-" * each for each in widths) + "+\n"

    def shown(row: Sequence[str]) -> str:
        pairs = zip(row, widths, strict=True)
        padded = (cell.rjust(each) if width else cell.ljust(each) for cell, each in pairs)
        return f"|{'|'.join(padded)}|\n"

    return line + shown(names) + line + "".join(shown(row) for row in cells) + line


def records(names: Sequence[str], rows: Sequence[Sequence[Any]], width: int) -> str:
    """Rows one below the other."""
    widest = max((len(name) for name in names), default=0)
    parts = []
    for number, row in enumerate(rows):
        parts.append(f"-RECORD {number}".ljust(widest + 12, "-") + "\n")
        parts += [
            f" {name.ljust(widest)} | {cut(value, width)}\n" for name, value in zip(names, row, strict=True)
        ]
    return "".join(parts)


def cut(value: Any, width: int) -> str:
    shown = text(value).replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    if not 0 < width < len(shown):
        return shown
    return shown[:width] if width <= len(_DOTS) else shown[: width - len(_DOTS)] + _DOTS


def text(value: Any) -> str:
    """A value as Spark casts it to a string."""
    if value is None or isinstance(value, bool):
        return {None: "NULL", True: "true", False: "false"}[value]
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, dt.datetime):
        moment = value.replace(tzinfo=None).isoformat(" ")
        return moment.rstrip("0") if value.microsecond else moment
    if isinstance(value, bytes):
        return "[" + " ".join(f"{byte:02X}" for byte in value) + "]"
    return _compound(value) if isinstance(value, (dict, list, tuple)) else str(value)


def _compound(value: dict[Any, Any] | list[Any] | tuple[Any, ...]) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{text(key)} -> {text(each)}" for key, each in value.items()) + "}"
    inner = ", ".join(text(each) for each in value)
    return f"[{inner}]" if isinstance(value, list) else f"{{{inner}}}"


def _number(value: float) -> str:
    """A floating-point number as Java writes it."""
    if not math.isfinite(value):
        return {math.inf: "Infinity", -math.inf: "-Infinity"}.get(value, "NaN")
    if value == 0 or 1e-3 <= abs(value) < 1e7:  # noqa: PLR2004 - Java's own rule
        return repr(value)
    # Of the shortest digits that mean this number, one before the point.
    digits = repr(value).partition("e")[0].replace(".", "").replace("-", "").strip("0") or "0"
    exponent = math.floor(math.log10(abs(value)))
    sign = "-" if value < 0 else ""
    return f"{sign}{digits[0]}.{digits[1:] or '0'}E{exponent}"


def tree(schema: Any, most: int | None) -> str:
    """A schema as a tree, down to a level if there is one."""
    return "root\n" + "".join(_branches(schema, 1, most))


def _branches(kind: Any, depth: int, most: int | None) -> Iterator[str]:
    if most is not None and depth > most:
        return
    for name, inner, note in _members(kind):
        yield f"{' |   ' * (depth - 1)} |-- {name}: {_title(inner)}{note}\n"
        yield from _branches(inner, depth + 1, most)


def _members(kind: Any) -> Iterator[tuple[str, Any, str]]:
    if isinstance(kind, StructType):
        for each in kind:
            yield each.name, each.dataType, " (nullable = true)"
    elif isinstance(kind, ArrayType):
        yield "element", kind.elementType, " (containsNull = true)"
    elif isinstance(kind, MapType):
        yield "key", kind.keyType, ""
        yield "value", kind.valueType, " (valueContainsNull = true)"


def _title(kind: Any) -> str:
    name = str(kind.typeName())
    return simple(kind) if name == "decimal" else _spark(name)


def simple(kind: Any) -> str:
    """A type in one word, as in `DataFrame[id: bigint]`."""
    return _spark(str(kind.simpleString()))


def _spark(name: str) -> str:
    return name.replace("timestamp_ntz", "timestamp")
