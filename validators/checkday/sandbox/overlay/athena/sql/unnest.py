"""UNNEST as Trino means it: arrays side by side, a map as two columns, an array of rows as their fields."""

from __future__ import annotations

from typing import Any

import duckdb
from sqlglot import exp

from checkday.sandbox.overlay.athena.sql.dialect import to_engine


def expand(tree: exp.Query, database: duckdb.DuckDBPyConnection) -> None:
    """Put a lateral query in the place of each UNNEST; all else in the tree already is DuckDB's."""
    for unnest in list(tree.find_all(exp.Unnest)):
        select = unnest.find_ancestor(exp.Select)
        if select is None:
            continue
        kinds = _kinds(unnest, select, database)
        columns: list[exp.Expr] = []
        for value, kind in zip(unnest.expressions, kinds, strict=True):
            columns += _columns(value, kind)
        alias = unnest.args.get("alias")
        if unnest.args.get("offset"):
            columns.append(_numbers(unnest.expressions))
            if isinstance(unnest.args["offset"], exp.Expr) and alias is not None:
                alias.append("columns", exp.to_identifier(unnest.args["offset"].name))
        unnest.replace(_lateral(columns, alias))


def _lateral(columns: list[exp.Expr], alias: exp.Expr | None) -> exp.Lateral:
    named = [
        exp.alias_(column, f"c{index}_") if not _is_spread(column) else column
        for index, column in enumerate(columns)
    ]
    query = exp.Subquery(this=exp.Select(expressions=named))
    return exp.Lateral(this=query, alias=alias)


def _is_spread(column: exp.Expr) -> bool:
    return isinstance(column, exp.Anonymous) and len(column.expressions) > 1


def _columns(value: exp.Expr, kind: Any) -> list[exp.Expr]:
    if kind is not None and kind.id == "map":
        return [
            _unnested(exp.Anonymous(this=part, expressions=[value.copy()]))
            for part in ("map_keys", "map_values")
        ]
    if kind is not None and kind.id == "list" and kind.children[0][1].id in {"struct", "tuple"}:
        depth = exp.PropertyEQ(this=exp.to_identifier("max_depth"), expression=exp.Literal.number(2))
        return [exp.Anonymous(this="unnest", expressions=[value.copy(), depth])]
    return [_unnested(value.copy())]


def _unnested(value: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this="unnest", expressions=[value])


def _numbers(values: list[exp.Expr]) -> exp.Expr:
    """1, 2, … up to the length of the longest."""
    lengths = [exp.Anonymous(this="cardinality", expressions=[value.copy()]) for value in values]
    longest = exp.Anonymous(this="greatest", expressions=[*lengths, exp.Literal.number(0)])
    count = exp.Cast(this=longest, to=exp.DataType.build("BIGINT"))
    return _unnested(exp.Anonymous(this="generate_series", expressions=[exp.Literal.number(1), count]))


def _kinds(unnest: exp.Unnest, select: exp.Select, database: duckdb.DuckDBPyConnection) -> list[Any]:
    """The types of what is unnested, as DuckDB tells them where the UNNEST stands; None where it cannot."""
    probe = exp.Select(
        expressions=[exp.alias_(one.copy(), f"v{i}_") for i, one in enumerate(unnest.expressions)]
    )
    before = _before(unnest, select)
    if before is not None:
        probe.set("from_", before[0])
        probe.set("joins", before[1])
    root = select.root()
    with_ = root.args.get("with_") if isinstance(root, exp.Query) else None
    if with_ is not None and unnest.find_ancestor(exp.With) is None:
        probe.set("with_", with_.copy())
    try:
        return [kind for _, kind, *_ in database.execute(f"{to_engine(probe)} LIMIT 0").description]
    except duckdb.Error:
        return [None] * len(unnest.expressions)


def _before(unnest: exp.Unnest, select: exp.Select) -> tuple[exp.Expr, list[exp.Expr]] | None:
    """What stands before it in FROM."""
    first = select.args["from_"]
    if first.this is unnest:
        return None
    joins: list[exp.Expr] = []
    for join in select.args.get("joins") or ():
        if join.this is unnest:
            break
        joins.append(join.copy())
    return first.copy(), joins
