"""Trino's types of values, as far as a glance tells them; and what it refuses to compare."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlglot import exp

from checkday.sandbox.overlay.athena.sql.dialect import offset_of
from checkday.sandbox.overlay.athena.sql.errors import Place, QueryError

Kind = Callable[[exp.Expr], str | None]

_BY_HIVE = {"string": "varchar", "int": "integer", "float": "real", "binary": "varbinary"}
_FAMILIES = {
    **dict.fromkeys(("tinyint", "smallint", "integer", "bigint", "real", "double", "decimal"), "number"),
    **dict.fromkeys(("varchar", "char"), "text"),
    **dict.fromkeys(("date", "timestamp", "timestamp with time zone"), "moment"),
    "boolean": "boolean",
}
_LARGEST_INTEGER = 2**31 - 1
_OPERATORS: Mapping[type[exp.Expr], str] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.GT: ">",
    exp.GTE: ">=",
    exp.LT: "<",
    exp.LTE: "<=",
}


def kind_of_hive(kind: str) -> str | None:
    """Tell of a column of the catalog; None for what this module does not judge."""
    kind = _BY_HIVE.get(kind, kind)
    return kind if _family(kind) else None


def kind_of_value(node: exp.Expr) -> str | None:
    if isinstance(node, exp.Literal):
        return _kind_of_literal(node)
    if isinstance(node, exp.Neg):
        return kind_of_value(node.this)
    if isinstance(node, exp.Cast):
        kind = node.to.sql("trino").lower()
        return kind if _family(kind) else None
    if isinstance(node, exp.Anonymous) and str(node.this).lower() == "count":
        return "bigint"
    return "boolean" if isinstance(node, exp.Boolean) else None


def _kind_of_literal(node: exp.Literal) -> str:
    text = str(node.this)
    if node.is_string:
        return f"varchar({len(text)})"
    if text.isdigit():
        return "integer" if int(text) <= _LARGEST_INTEGER else "bigint"
    if "e" in text.lower():
        return "double"
    whole, _, part = text.partition(".")
    return f"decimal({len(whole.lstrip('0')) + len(part)},{len(part)})"


def _family(kind: str) -> str | None:
    return _FAMILIES.get(kind.partition("(")[0].strip())


def check_comparison(node: exp.Expr, kind: Kind, text: str) -> None:
    """Trino, unlike DuckDB, never makes a text of a number by itself, nor a number of a text.

    Raises:
        QueryError: the node compares two that it keeps apart.

    """
    if isinstance(node, exp.Between):
        _check_pair(node, "BETWEEN", kind(node.this), kind(node.args["low"]), text)
    elif isinstance(node, exp.In):
        for item in node.expressions:
            _check_pair(node, "IN", kind(node.this), kind(item), text)
    elif isinstance(node, exp.DPipe):
        _check_joined(node, kind(node.this), kind(node.expression), text)
    else:
        _check_pair(node, _OPERATORS[type(node)], kind(node.this), kind(node.expression), text)


def _check_pair(node: exp.Expr, operator: str, left: str | None, right: str | None, text: str) -> None:
    if left is None or right is None or _family(left) == _family(right):
        return
    place = Place.at(text, _operator_offset(node.this, text))
    if operator == "IN":
        what = (
            "IN value and list items must be the same type or coercible to a common type. "
            f"Cannot find common type between {left} and {right}, all types (without duplicates): "
            f"[{left}, {right}]"
        )
    elif operator == "BETWEEN":
        what = f"Cannot check if {left} is BETWEEN {right} and {right}"
    else:
        what = f"Cannot apply operator: {left} {operator} {right}"
    raise QueryError("TYPE_MISMATCH", f"{place}: {what}")


def _check_joined(node: exp.Expr, left: str | None, right: str | None, text: str) -> None:
    if left is None or right is None or (_family(left) == _family(right) == "text"):
        return
    place = Place.at(text, offset_of(node))
    message = f"{place}: Unexpected parameters ({left}, {right}) for function concat"
    raise QueryError("FUNCTION_NOT_FOUND", message)


def _operator_offset(left: exp.Expr, text: str) -> int:
    """Where the word after the left side begins."""
    ends = [one.meta["end"] for one in left.walk() if "end" in one.meta]
    if not ends:
        return offset_of(left)
    offset: int = max(ends) + 1
    while offset < len(text) - 1 and text[offset] in " \t\r\n)\"'":
        offset += 1
    return offset
