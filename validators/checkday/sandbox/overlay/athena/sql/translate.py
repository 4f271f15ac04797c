"""A parsed query of Trino's, made into one that gives the same answer in DuckDB."""

from __future__ import annotations

from sqlglot import exp

from checkday.sandbox.overlay.athena.sql import functions
from checkday.sandbox.overlay.athena.sql.errors import QueryError

_PARTS = {
    "DAYOFWEEK": "isodow",
    "DAY_OF_WEEK": "isodow",
    "DOW": "isodow",
    "DAYOFYEAR": "doy",
    "DAY_OF_YEAR": "doy",
    "DAY_OF_MONTH": "day",
    "YEAR_OF_WEEK": "isoyear",
    "YOW": "isoyear",
}
"""EXTRACT's fields that DuckDB counts in another way or calls by another name."""

_MOMENTS = {exp.DType.TIMESTAMP, exp.DType.TIMESTAMPTZ, exp.DType.TIME, exp.DType.TIMETZ}


def translate(tree: exp.Query, text: str) -> None:
    """Rewrite the tree in place, from the leaves up: what is rewritten always holds what already is."""
    for node in reversed(list(tree.walk())):
        if isinstance(node, exp.Select):
            _name_columns(node)
            continue
        new = _in_engine(node, text)
        if new is not node:
            node.replace(new)


def _in_engine(node: exp.Expr, text: str) -> exp.Expr:  # noqa: PLR0911 - one return a kind of node
    if isinstance(node, exp.Anonymous):
        return functions.in_engine(node, text)
    if isinstance(node, exp.Div):
        return exp.Anonymous(this="trino_divide", expressions=[node.this, node.expression])
    if isinstance(node, exp.Add | exp.Sub):
        return _moved(node)
    if isinstance(node, exp.Cast):
        return _cast(node)
    if isinstance(node, exp.DataType) and node.this in _MOMENTS:
        return exp.DataType(this=node.this)  # DuckDB has another type for each precision; Athena shows one
    if isinstance(node, exp.Extract):
        part = node.name.upper()
        return exp.Extract(this=exp.var(_PARTS.get(part, part)), expression=node.expression)
    if isinstance(node, exp.AtTimeZone):
        zoned = exp.Cast(this=node.this, to=exp.DataType(this=exp.DType.TIMESTAMPTZ))
        return exp.Anonymous(this="timezone", expressions=[node.args["zone"], zoned])
    return node


def _moved(node: exp.Add | exp.Sub) -> exp.Expr:
    """A moment and an interval: a date stays a date."""
    moment, interval = node.this, node.expression
    if isinstance(node, exp.Add) and isinstance(moment, exp.Interval):
        moment, interval = interval, moment
    if not isinstance(interval, exp.Interval) or isinstance(moment, exp.Interval):
        return node
    amount, unit = interval.this, interval.args.get("unit")
    if not isinstance(amount, exp.Literal) or not isinstance(unit, exp.Var):
        return node
    if not str(amount.this).lstrip("+-").isdigit():
        raise QueryError("INVALID_LITERAL", f"'{amount.this}' is not a valid interval literal")
    number = int(str(amount.this)) * (-1 if isinstance(node, exp.Sub) else 1)
    arguments = [exp.Literal.string(unit.name.lower()), exp.Literal.number(number), moment]
    return exp.Anonymous(this="trino_date_add", expressions=arguments)


def _cast(node: exp.Cast) -> exp.Expr:
    """Trino writes some values into text, and into JSON, in its own way."""
    kind = node.to
    if kind.this == exp.DType.JSON:
        return exp.Anonymous(this="to_json", expressions=[node.this])
    is_text = isinstance(node.this, exp.Literal) and node.this.is_string
    if kind.this not in {exp.DType.VARCHAR, exp.DType.TEXT, exp.DType.CHAR}:
        return node
    value = node.this if is_text else exp.Anonymous(this="trino_varchar", expressions=[node.this])
    if kind.expressions:
        value = exp.Anonymous(this="left", expressions=[value, kind.expressions[0].this])
    return value


def _name_columns(select: exp.Select) -> None:
    """Trino calls a column without a name by its place."""
    for index, one in enumerate(select.expressions):
        if not isinstance(one, exp.Alias | exp.Column | exp.Star):
            name = one.expression.name if isinstance(one, exp.Dot) else f"_col{index}"
            one.replace(exp.alias_(one.copy(), name, quoted=True))
