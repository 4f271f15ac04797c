"""Trino's functions in DuckDB's words: the only functions that a query may name.

A name is the same in both, or renamed, or a macro of `functions.sql`, or built here from its arguments.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files

from sqlglot import exp

from checkday.sandbox.overlay.athena.sql import patterns
from checkday.sandbox.overlay.athena.sql.dialect import offset_of
from checkday.sandbox.overlay.athena.sql.errors import Place, QueryError

_NAMES = """
abs acos asin atan atan2 cbrt ceil ceiling chr coalesce concat_ws cos cosh degrees exp floor length ln
log log10 log2 lower lpad ltrim mod nullif pi pow power radians replace reverse round rpad rtrim sign sin
sinh sqrt starts_with strpos substr substring tan tanh translate trim try upper uuid bit_count
from_base64 to_base64 year quarter month week day hour minute second now row map map_keys map_values
map_entries map_from_entries flatten count sum avg min max count_if bool_and bool_or stddev_pop
stddev_samp stddev var_pop var_samp variance corr covar_pop covar_samp regr_slope regr_intercept skewness
kurtosis histogram grouping array_agg row_number rank dense_rank percent_rank cume_dist ntile lag lead
first_value last_value nth_value
"""

_SAME = frozenset(_NAMES.split())

_RENAMED = {
    "every": "bool_and",
    "arbitrary": "any_value",
    "any_value": "any_value",
    "max_by": "arg_max",
    "min_by": "arg_min",
    "approx_percentile": "quantile_disc",  # exact, and always one of the values, as Trino's
    "geometric_mean": "geomean",
    "bitwise_and_agg": "bit_and",
    "bitwise_or_agg": "bit_or",
    "filter": "list_filter",
    "transform": "list_transform",
}

Build = Callable[..., exp.Expr]


@cache
def macros() -> str:
    """The definitions to run once in a database."""
    return (files(__package__) / "functions.sql").read_text(encoding="utf-8")


@cache
def _macro_names() -> frozenset[str]:
    return frozenset(re.findall(r"create macro trino_(\w+)", macros()))


def in_engine(call: exp.Anonymous, text: str) -> exp.Expr:
    """The call as DuckDB takes it; its arguments already are.

    Raises:
        QueryError: Trino has no such function, or it is called in a way that this engine does not know.

    """
    name, arguments = str(call.this).lower(), call.expressions
    if name in _BUILT:
        try:
            return _BUILT[name](*arguments)
        except TypeError as error:
            raise _unknown(call, text, f"Unexpected parameters for function {name}") from error
    if name in _macro_names():
        return _call(f"trino_{name}", *arguments)
    if name in _RENAMED:
        return _call(_RENAMED[name], *arguments)
    if name not in _SAME:
        raise _unknown(call, text, f"Function '{name}' not registered")
    return call


def _unknown(call: exp.Anonymous, text: str, what: str) -> QueryError:
    return QueryError("FUNCTION_NOT_FOUND", f"{Place.at(text, offset_of(call))}: {what}")


def _call(name: str, *arguments: exp.Expr | str) -> exp.Anonymous:
    return exp.Anonymous(this=name, expressions=[exp.convert(one) for one in arguments])


def _cast(value: exp.Expr, kind: str) -> exp.Expr:
    return exp.Cast(this=value, to=exp.DataType.build(kind, dialect="duckdb"))


def _concat(*arguments: exp.Expr) -> exp.Expr:
    """Unlike DuckDB's, NULL when one of them is; and it joins arrays too."""
    first, *rest = arguments
    for one in rest:
        first = exp.DPipe(this=first, expression=one)
    return exp.Paren(this=first)


def _extreme(name: str) -> Build:
    """Unlike DuckDB's, NULL when one argument is."""

    def build(*arguments: exp.Expr) -> exp.Expr:
        missing = exp.or_(*(one.copy().is_(exp.null()) for one in arguments), copy=False)
        return exp.case().when(missing, exp.null()).else_(_call(name, *arguments))

    return build


def _date_format(moment: exp.Expr, pattern: exp.Expr) -> exp.Expr:
    return _call("strftime", moment, patterns.from_mysql(pattern))


def _date_parse(value: exp.Expr, pattern: exp.Expr) -> exp.Expr:
    return _call("strptime", value, patterns.from_mysql(pattern))


def _format_datetime(moment: exp.Expr, pattern: exp.Expr) -> exp.Expr:
    return _call("strftime", moment, patterns.from_java(pattern))


def _parse_datetime(value: exp.Expr, pattern: exp.Expr) -> exp.Expr:
    return _cast(_call("strptime", value, patterns.from_java(pattern)), "TIMESTAMPTZ")


def _format(pattern: exp.Expr, *values: exp.Expr) -> exp.Expr:
    kinds = {"s": "VARCHAR", "d": "BIGINT", "x": "BIGINT", "f": "DOUBLE", "e": "DOUBLE"}
    casts = [
        _call("trino_varchar", value) if kind == "s" else _cast(value, kinds[kind])
        for kind, value in zip(patterns.conversions(pattern, set(kinds)), values, strict=True)
    ]
    return _call("printf", patterns.checked(pattern), *casts)


def _at_timezone(moment: exp.Expr, zone: exp.Expr) -> exp.Expr:
    """The clock there; DuckDB keeps no zone beside a moment."""
    return _call("timezone", zone, _cast(moment, "TIMESTAMPTZ"))


def _reduce(array: exp.Expr, start: exp.Expr, step: exp.Expr, finish: exp.Lambda) -> exp.Expr:
    folded = _call("list_reduce", array, step, start)
    return _applied(finish, folded)


def _applied(function: exp.Lambda, *arguments: exp.Expr) -> exp.Expr:
    """The body of a lambda with its parameters replaced."""
    values = {name.name: one for name, one in zip(function.expressions, arguments, strict=True)}
    body: exp.Expr = function.this.copy().transform(
        lambda node: _replacement(node, values) if isinstance(node, exp.Identifier | exp.Column) else node
    )
    return body


def _replacement(node: exp.Expr, values: Mapping[str, exp.Expr]) -> exp.Expr:
    if isinstance(node, exp.Column) and node.table:
        return node
    value = values.get(node.name)
    return exp.Paren(this=value.copy()) if value is not None else node


def _matches(reduction: str, *, negated: bool = False) -> Build:
    def build(array: exp.Expr, condition: exp.Expr) -> exp.Expr:
        found = _call(reduction, _call("list_transform", array, condition))
        return exp.Not(this=found) if negated else found

    return build


def _over_entries(entry: Callable[[exp.Expr, exp.Expr, exp.Expr], exp.Expr] | None) -> Build:
    """A function of a map as one of the list of its entries; without `entry` it keeps some of them."""

    def build(mapping: exp.Expr, function: exp.Lambda) -> exp.Expr:
        one = exp.to_identifier("entry_")
        key, value = (
            exp.Dot(this=one.copy(), expression=exp.to_identifier(part)) for part in ("key", "value")
        )
        result = _applied(function, key, value)
        work = _call("list_filter" if entry is None else "list_transform")
        body = result if entry is None else entry(key, value, result)
        work.set("expressions", [_call("map_entries", mapping), exp.Lambda(this=body, expressions=[one])])
        return _call("map_from_entries", work)

    return build


def _zip_with(first: exp.Expr, second: exp.Expr, function: exp.Lambda) -> exp.Expr:
    pair = exp.to_identifier("pair_")
    left, right = (
        exp.Bracket(this=pair.copy(), expressions=[exp.convert(index)]) for index in (0, 1)
    )  # sqlglot counts from nought
    body = _applied(function, left, right)
    pairs = _call("list_zip", first, second)
    return _call("list_transform", pairs, exp.Lambda(this=body, expressions=[pair]))


def _map(*arguments: exp.Expr) -> exp.Expr:
    return _call("map", *arguments) if arguments else _call("map", exp.Array(), exp.Array())


def _typeof(value: exp.Expr) -> exp.Expr:
    """A text knows its length only where it is written out."""
    if isinstance(value, exp.Literal) and value.is_string:
        return exp.Literal.string(f"varchar({len(value.this)})")
    return _call("trino_typeof", value)


_BUILT: Mapping[str, Build] = {
    "typeof": _typeof,
    "concat": _concat,
    "greatest": _extreme("greatest"),
    "least": _extreme("least"),
    "date_format": _date_format,
    "date_parse": _date_parse,
    "format_datetime": _format_datetime,
    "parse_datetime": _parse_datetime,
    "format": _format,
    "at_timezone": _at_timezone,
    "cardinality": lambda value: _cast(_call("cardinality", value), "BIGINT"),
    "approx_distinct": lambda value, _error=None: _call("count", exp.Distinct(expressions=[value])),
    "reduce": _reduce,
    "any_match": _matches("list_bool_or"),
    "all_match": _matches("list_bool_and"),
    "none_match": _matches("list_bool_or", negated=True),
    "map": _map,
    "map_agg": lambda key, value: _call("trino_entries_to_map", _call("list", _call("row", key, value))),
    "map_filter": _over_entries(None),
    "transform_values": _over_entries(lambda key, _, result: _call("row", key.copy(), result)),
    "transform_keys": _over_entries(lambda _, value, result: _call("row", result, value.copy())),
    "zip_with": _zip_with,
}
