"""Which partitions a query needs: its conditions on partition keys, tried on the values in the catalog."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from typing import Any

import duckdb
from sqlglot import exp

from checkday.sandbox.overlay.athena.sql.catalog import Partition, TableInfo
from checkday.sandbox.overlay.athena.sql.dialect import to_engine
from checkday.sandbox.overlay.athena.sql.kinds import from_hive, identifier
from checkday.sandbox.overlay.athena.sql.names import sources_of

_FOLDS = (exp.Query, exp.Window, exp.Anonymous, exp.Placeholder)


def conditions(table: exp.Table, info: TableInfo) -> list[exp.Expr]:
    """The parts of WHERE, and of the join's ON, that speak of the table's partition keys alone."""
    select = table.find_ancestor(exp.Select)
    if select is None or not info.keys:
        return []
    join = table.parent if isinstance(table.parent, exp.Join) else None
    parts = list(_conjuncts(join.args.get("on"))) if join is not None else []
    where = select.args.get("where")
    if where is not None and not _may_be_missing(select, join):
        parts += _conjuncts(where.this)
    return [part for part in parts if _is_about(part, table, info, select)]


def _conjuncts(condition: exp.Expr | None) -> Iterator[exp.Expr]:
    if isinstance(condition, exp.And):
        yield from condition.flatten()
    elif condition is not None:
        yield condition


def _may_be_missing(select: exp.Select, join: exp.Join | None) -> bool:
    """Whether WHERE may meet rows in which an outer join left the table's columns empty."""
    sides = {str(one.side).upper() for one in select.args.get("joins") or ()}
    return bool(sides & {"RIGHT", "FULL"}) or (join is not None and str(join.side).upper() == "LEFT")


def _is_about(part: exp.Expr, table: exp.Table, info: TableInfo, select: exp.Select) -> bool:
    columns = list(part.find_all(exp.Column))
    keys = {name for name, _ in info.keys}
    alone = len(list(sources_of(select))) == 1
    return (
        bool(columns)
        and not list(part.find_all(*_FOLDS))
        and all(
            column.name.lower() in keys
            and (column.table.lower() == table.alias_or_name.lower() if column.table else alone)
            for column in columns
        )
    )


def needed(
    database: duckdb.DuckDBPyConnection,
    info: TableInfo,
    parts: Sequence[Partition],
    where: Sequence[exp.Expr],
) -> list[Partition]:
    """The partitions for which the conditions, already in the engine's words, hold."""
    if not where or not parts:
        return list(parts)
    names = [identifier(name) for name, _ in info.keys]
    values = ", ".join(f"({', '.join('?' * len(names))}, ?)" for _ in parts)
    kinds = [
        f"CAST({name} AS {from_hive(kind)}) AS {name}"
        for name, (_, kind) in zip(names, info.keys, strict=True)
    ]
    query = (
        f"SELECT number_ FROM (SELECT {', '.join(kinds)}, number_ FROM (VALUES {values}) "  # noqa: S608
        f"AS p({', '.join(names)}, number_)) WHERE {_filter(where)} ORDER BY 1"
    )
    facts: list[Any] = [value for index, one in enumerate(parts) for value in (*one.values, index)]
    return [parts[index] for (index,) in database.execute(query, facts).fetchall()]


def _filter(where: Sequence[exp.Expr]) -> str:
    whole = functools.reduce(lambda left, right: exp.And(this=left, expression=right), map(_bare, where))
    return to_engine(whole)


def _bare(condition: exp.Expr) -> exp.Expr:
    """The condition without the table's name before the columns."""
    copy = condition.copy()
    for column in copy.find_all(exp.Column):
        column.set("table", None)
    return exp.Paren(this=copy)
