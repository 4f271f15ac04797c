"""`pyspark.sql.functions`: those of the engine, with columns named as Spark names them."""

from __future__ import annotations

import functools
import importlib
import re
from collections.abc import Callable
from typing import Any

from sqlframe.base.column import Column
from sqlglot import exp

from checkday.sandbox.overlay.spark.errors import PySparkException

_NAMES = {"countDistinct": "count", "count_distinct": "count", "sumDistinct": "sum", "sum_distinct": "sum"}
_AUTOMATIC = re.compile(r"[a-z][a-z_0-9]*__\w*__")
_DISTINCT = frozenset(_NAMES)


def members() -> dict[str, Any]:
    """All functions by name, and what else the module holds."""
    module = vars(importlib.import_module("sqlframe.duckdb.functions"))
    known = {name: value for name, value in module.items() if not name.startswith("_")}
    named = {
        name: _named(name, value)
        for name, value in known.items()
        if callable(value) and hasattr(value, "unsupported_engines")
    }
    return {**known, **named, "broadcast": lambda frame: frame, "udf": _udf, "pandas_udf": _udf}


def _udf(*_: Any, **__: Any) -> Any:
    raise PySparkException("[UNSUPPORTED_FEATURE] Functions of Python on columns are not supported here.")


def _named(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function; what it gets no name for gets one in the form `avg(price)`."""

    @functools.wraps(function)
    def call(*arguments: Any, **named: Any) -> Any:
        result = function(*arguments, **named)
        if not isinstance(result, Column) or not isinstance(result.expression, exp.Alias):
            return result
        if not _AUTOMATIC.fullmatch(result.alias_or_name):
            return result
        shown = ", ".join(_shown(each) for each in [*arguments, *named.values()])
        distinct = "DISTINCT " if name in _DISTINCT else ""
        whole = f"{_NAMES.get(name, name)}({distinct}{'1' if shown == '*' else shown})"
        return Column(result.column_expression).alias(whole)

    return call


def _shown(argument: Any) -> str:
    if not isinstance(argument, Column):
        return str(argument)
    name = argument.expression.meta.get("display_name") or argument.alias_or_name
    return str(name) if name else argument.column_expression.sql(dialect="spark").replace("`", "")
