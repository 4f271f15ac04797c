# ruff: noqa: N802, N803, SLF001, T201 - Spark's names, sqlframe's insides, and showing is what it is for
"""What data frames do differently from sqlframe's, to be as Spark's are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlframe.base import functions
from sqlframe.base.column import Column
from sqlframe.duckdb import DuckDBDataFrame
from sqlglot import exp

from checkday.sandbox.overlay.spark import shown

_Frame = DuckDBDataFrame

_FOREIGN = {"hugeint": "bigint", "int128": "bigint", "null": "varchar"}
"""Types of the engine that Spark does not have, and what Spark has instead."""

_NUMBERS = ("int", "bigint", "smallint", "tinyint", "double", "float", "decimal")
_WIDTH = 20

_own_columns: Any = _Frame._typed_columns
_own_rename: Callable[..., Any] = _Frame._update_display_name_mapping
_own_item: Callable[..., Any] = _Frame.__getitem__
_own_agg: Callable[..., Any] = _Frame.agg
_own_fill: Callable[..., Any] = _Frame.fillna


def _show(self: _Frame, n: int = 20, truncate: bool | int = True, vertical: bool = False) -> None:
    rows = self.limit(n + 1).collect()
    names = list(rows[0].__fields__) if rows else [each.name for each in self.schema]
    width = _WIDTH if truncate is True else int(truncate)
    print((shown.records if vertical else shown.table)(names, rows[:n], width), end="")
    print(f"only showing top {n} row{'' if n == 1 else 's'}\n" if len(rows) > n else "")


def _print_schema(self: _Frame, level: int | None = None) -> None:
    print(shown.tree(self.schema, level))


def _dtypes(self: _Frame) -> list[tuple[str, str]]:
    return [(each.name, shown.simple(each.dataType)) for each in self.schema]


def _described(self: _Frame) -> str:
    return "DataFrame[" + ", ".join(f"{name}: {kind}" for name, kind in _dtypes(self)) + "]"


def _typed_columns(self: _Frame) -> list[Any]:
    return [
        each._replace(dataType=_FOREIGN.get(each.dataType.strip('"').lower(), each.dataType))
        for each in _own_columns.__get__(self)
    ]


def _attribute(self: _Frame, name: str) -> Any:
    """A column by its name; sqlframe would take any name for a column's."""
    if name.startswith("_") or name.lower() not in {each.lower() for each in self.columns}:
        raise AttributeError(f"'DataFrame' object has no attribute '{name}'")
    return self[name]


def _item(self: _Frame, wanted: Any) -> Any:
    """A column by its name or place; rows by a condition, columns by a list."""
    if isinstance(wanted, Column):
        return self.filter(wanted)
    if isinstance(wanted, (list, tuple)):
        return self.select(*wanted)
    return _own_item(self, self.columns[wanted] if isinstance(wanted, int) else wanted)


def _rename(self: _Frame, normalized: Any, given: Any) -> None:
    """What is selected as `frame.column` is called `column` from then on."""
    _own_rename(self, normalized, given)
    for name, title in self.display_name_mapping.items():
        if title.lower().endswith(f".{name.lower()}"):
            self.display_name_mapping[name] = title[-len(name) :]


def _agg(self: _Frame, *wanted: Any) -> Any:
    if wanted and isinstance(wanted[0], dict):
        columns = [functions.expr(f"{name}({at})").alias(f"{name}({at})") for at, name in wanted[0].items()]
        return _own_agg(self, *columns)
    return _own_agg(self, *wanted)


def _fill(self: _Frame, value: Any, subset: Any = None) -> Any:
    """Of all columns, only those that could hold the value."""
    if subset is None and not isinstance(value, dict):
        texts_or_flags = {str: ("string",), bool: ("boolean",)}
        fits = texts_or_flags.get(type(value), _NUMBERS)
        subset = [name for name, kind in _dtypes(self) if kind.startswith(fits)]
        if not subset:
            return self
    return _own_fill(self, value, subset)


def _subtract(self: _Frame, other: _Frame) -> Any:
    return self._set_operation(exp.Except, other, distinct=True)


def _sample(self: _Frame, withReplacement: Any = None, fraction: Any = None, seed: Any = None) -> Any:
    share = withReplacement if isinstance(withReplacement, float) else fraction
    return self.filter(functions.rand(*([] if seed is None else [seed])) < share)


def _describe(self: _Frame, *cols: Any) -> Any:
    """Five figures of each column, as text."""
    names = list(cols[0]) if cols and isinstance(cols[0], (list, tuple)) else list(cols) or self.columns
    number = {column: f"try_cast(`{column}` as double)" for column in names}
    plain = {column: f"`{column}`" for column in names}
    figures = {
        "count": ("count", plain),
        "mean": ("avg", number),
        "stddev": ("stddev", number),
        "min": ("min", plain),
        "max": ("max", plain),
    }
    rows = []
    for title, (function, of) in figures.items():
        cells = [functions.expr(f"cast({function}({of[name]}) as string)").alias(name) for name in names]
        rows.append((title, *self.select(*cells).collect()[0]))
    return self.session.createDataFrame(rows, ["summary", *names])


def _take(self: _Frame, num: int) -> list[Any]:
    return list(self.limit(num).collect())


def _tail(self: _Frame, num: int) -> list[Any]:
    return list(self.collect()[-num:]) if num else []


def _each(self: _Frame, function: Callable[[Any], Any]) -> None:
    for row in self.collect():
        function(row)


def _select_expressions(self: _Frame, *wanted: Any) -> Any:
    several = wanted[0] if wanted and isinstance(wanted[0], (list, tuple)) else wanted
    return self.select(*(functions.expr(each) for each in several))


def _same(self: _Frame, *_: Any, **__: Any) -> _Frame:
    return self


class _Partitions:
    """What programs ask of the RDD behind a frame."""

    def __init__(self, frame: _Frame) -> None:
        self._frame = frame

    def getNumPartitions(self) -> int:
        return 1

    def isEmpty(self) -> bool:
        return bool(self._frame.isEmpty())

    def collect(self) -> list[Any]:
        return list(self._frame.collect())


MEMBERS: Mapping[str, Any] = {
    "show": _show,
    "printSchema": _print_schema,
    "dtypes": property(_dtypes),
    "rdd": property(_Partitions),
    "agg": _agg,
    "fillna": _fill,
    "subtract": _subtract,
    "sample": _sample,
    "describe": _describe,
    "take": _take,
    "tail": _tail,
    "foreach": _each,
    "selectExpr": _select_expressions,
    "__repr__": _described,
    "__getitem__": _item,
    "__getattr__": _attribute,
    "_typed_columns": property(_typed_columns),
    "_update_display_name_mapping": _rename,
    # One process holds it all: how it is spread and kept changes nothing.
    **dict.fromkeys(("cache", "persist", "unpersist", "checkpoint", "localCheckpoint"), _same),
    **dict.fromkeys(("repartition", "coalesce", "hint"), _same),
}
"""By their names in Spark."""
