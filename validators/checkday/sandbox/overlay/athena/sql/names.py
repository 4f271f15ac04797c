"""What the names in a query stand for, found before it runs: mistakes are told as Trino tells them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sqlglot import exp

from checkday.sandbox.overlay.athena.sql.catalog import PATH_COLUMN, TableInfo
from checkday.sandbox.overlay.athena.sql.comparing import check_comparison, kind_of_hive, kind_of_value
from checkday.sandbox.overlay.athena.sql.dialect import offset_of
from checkday.sandbox.overlay.athena.sql.errors import Place, QueryError

Columns = Mapping[str, str | None]
"""Names in lower case, with Trino's types where they are known."""

Find = Callable[[exp.Table], TableInfo]

_AGGREGATED = ("where", "group", "having")
"""The clauses that cannot use the names which the query gives its columns."""


def base_tables(tree: exp.Expr) -> list[exp.Table]:
    """Every mention of a table or view of the catalog."""
    return [node for node in tree.find_all(exp.Table) if definition(node) is None]


def definition(table: exp.Table) -> exp.CTE | None:
    """The WITH query that the name stands for, if there is one in sight."""
    if table.args.get("db"):
        return None
    child: exp.Expr = table
    while child.parent is not None:
        for cte in _in_sight(child, child.parent):
            if cte.alias.lower() == table.name.lower():
                return cte
        child = child.parent
    return None


def _in_sight(child: exp.Expr, parent: exp.Expr) -> list[exp.CTE]:
    if isinstance(parent, exp.With):
        number = next(index for index, one in enumerate(parent.expressions) if one is child)
        return list(parent.expressions[: number + bool(parent.recursive)])
    within = parent.args.get("with_")
    return list(within.expressions) if within is not None and within is not child else []


class Names:
    """The names of one query."""

    def __init__(self, text: str, find: Find) -> None:
        self._text = text
        self._find = find
        self._known: dict[int, Columns | None] = {}

    def check(self, tree: exp.Expr) -> None:
        """Look at every name and comparison.

        Raises:
            QueryError: a name stands for nothing, or what is compared cannot be.

        """
        for column in list(tree.find_all(exp.Column)):
            self._check_column(column)
        for comparison in tree.find_all(
            exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.In, exp.Between, exp.DPipe
        ):
            check_comparison(comparison, self.kind, self._text)

    def kind(self, node: exp.Expr) -> str | None:
        """Trino's type of a value, where it can be told without running anything."""
        if isinstance(node, exp.Paren):
            return self.kind(node.this)
        if not isinstance(node, exp.Column):
            return kind_of_value(node)
        for select in _selects_around(node):
            columns = self._sources(select)
            held = [columns.get(node.table.lower())] if node.table else list(columns.values())
            kinds = [one[node.name.lower()] for one in held if one is not None and node.name.lower() in one]
            if kinds:
                return kinds[0]
        return None

    def _check_column(self, column: exp.Column) -> None:
        if isinstance(column.this, exp.Star) or column.args.get("db"):
            return
        first = (column.table or column.name).lower()
        for select in _selects_around(column):
            sources = self._sources(select)
            if None in sources.values():
                return
            if column.table and column.table.lower() in sources:
                known = sources[column.table.lower()]
                if known is not None and column.name.lower() in known:
                    return
                break
            if any(first in known for known in sources.values() if known) or self._is_alias(column, select):
                return
        what = f"{column.table}.{column.name}" if column.table else column.name
        message = (
            f"{Place.at(self._text, offset_of(column))}: Column '{what}' cannot be resolved or requester is "
            "not authorized to access requested resources"
        )
        raise QueryError("COLUMN_NOT_FOUND", message)

    def _is_alias(self, column: exp.Column, select: exp.Select) -> bool:
        """Whether it names a column of the result, where that may be named: in ORDER BY."""
        if column.find_ancestor(exp.Order) is None or _clause(column, select) in _AGGREGATED:
            return False
        return any(one.alias.lower() == column.name.lower() for one in select.expressions if one.alias)

    def _sources(self, select: exp.Select) -> dict[str, Columns | None]:
        return {name: self._columns(node) for name, node in sources_of(select)}

    def _columns(self, source: exp.Expr) -> Columns | None:
        """The columns of something in FROM, or None where they cannot be told."""
        key = id(source)
        if key not in self._known:
            self._known[key] = None  # for a query that is defined by itself
            self._known[key] = self._renamed(source, self._found(source))
        return self._known[key]

    def _found(self, source: exp.Expr) -> Columns | None:
        if isinstance(source, exp.Table):
            cte = definition(source)
            if cte is not None:
                return self._renamed(cte, self._result(cte.this))
            info = self._find(source)
            columns = {name: kind_of_hive(kind) for name, kind in info.all_columns}
            return {**columns, PATH_COLUMN: "varchar"} if info.query is None else columns or None
        if isinstance(source, exp.Subquery):
            return self._result(source.this)
        return _of_values(source) if isinstance(source, exp.Values) else None

    def _renamed(self, source: exp.Expr, columns: Columns | None) -> Columns | None:
        names = [name.lower() for name in source.alias_column_names]
        number = source.args.get("offset")  # what WITH ORDINALITY calls the place
        if number is not None:
            names += [number.name.lower() if isinstance(number, exp.Expr) else "ordinality"]
        if not source.alias_column_names:
            return columns
        kinds = list(columns.values()) if columns is not None else []
        kinds += [None] * (len(names) - len(kinds))
        return dict(zip(names, kinds, strict=False))

    def _result(self, query: exp.Expr) -> Columns | None:
        while isinstance(query, exp.SetOperation | exp.Subquery):
            query = query.this
        if not isinstance(query, exp.Select):
            return None
        columns: dict[str, str | None] = {}
        for index, one in enumerate(query.expressions):
            if one.is_star:
                held = self._starred(one, query)
                if held is None:
                    return None
                columns |= held
            else:
                name = one.alias_or_name.lower() or f"_col{index}"
                columns[name] = self.kind(one.unalias())
        return columns

    def _starred(self, star: exp.Expr, select: exp.Select) -> Columns | None:
        sources = self._sources(select)
        table = star.table.lower() if isinstance(star, exp.Column) else ""
        held = [columns for name, columns in sources.items() if not table or name == table]
        if any(columns is None for columns in held):
            return None
        return {
            name: kind for columns in held if columns for name, kind in columns.items() if name != PATH_COLUMN
        }


def _of_values(values: exp.Values) -> Columns:
    first = values.expressions[0]
    cells = first.expressions if isinstance(first, exp.Tuple) else [first]
    return {f"_col{index}": kind_of_value(cell) for index, cell in enumerate(cells)}


def sources_of(select: exp.Select) -> Iterator[tuple[str, exp.Expr]]:
    """What FROM and the joins name, by the names that the query may use."""
    first = select.args.get("from_")
    nodes: list[Any] = [first.this] if first is not None else []
    nodes += [join.this for join in select.args.get("joins") or ()]
    nodes += list(select.args.get("laterals") or ())
    for index, node in enumerate(nodes):
        yield node.alias_or_name.lower() or f"?{index}", node
        for join in node.args.get("joins") or ():
            yield join.this.alias_or_name.lower(), join.this


def _selects_around(node: exp.Expr) -> Iterator[exp.Select]:
    """The selects whose sources a name may mean, the nearest first."""
    found: exp.Expr | None = node
    while found is not None:
        found = found.parent
        if isinstance(found, exp.Select):
            yield found
        elif isinstance(found, exp.SetOperation) and node.find_ancestor(exp.Select) is None:
            yield from found.find_all(exp.Select)


def _clause(node: exp.Expr, select: exp.Select) -> str:
    """Which clause of the select the node is in."""
    while node.parent is not None and node.parent is not select:
        node = node.parent
    return node.arg_key or ""
