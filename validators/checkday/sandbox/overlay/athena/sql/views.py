"""Views, put into a query as what they stand for."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from checkday.sandbox.overlay.athena.sql.catalog import TableInfo
from checkday.sandbox.overlay.athena.sql.dialect import parse_query
from checkday.sandbox.overlay.athena.sql.errors import Malformed, QueryError
from checkday.sandbox.overlay.athena.sql.names import base_tables

_DEEPEST = 16
"""Views of views: more than this is one that stands for itself."""


def expand(tree: exp.Query, find: Callable[[exp.Table], TableInfo]) -> None:
    """Replace every view by its query, and the views in that, until there are tables only."""
    for _ in range(_DEEPEST):
        found = [(node, info) for node in base_tables(tree) if (info := find(node)).query is not None]
        if not found:
            return
        for node, info in found:
            node.replace(_subquery(node, info))
    raise QueryError("VIEW_IS_RECURSIVE", "line 1:1: View is recursive")


def _subquery(node: exp.Table, info: TableInfo) -> exp.Subquery:
    try:
        query = parse_query(info.query or "")
    except Malformed as error:
        message = f"Failed analyzing stored view '{info.database}.{info.name}': {error}"
        raise QueryError("INVALID_VIEW", message) from error
    for table in base_tables(query):
        if not table.args.get("db"):
            table.set("db", exp.to_identifier(info.database, quoted=True))
    for one in query.walk():
        one.meta.clear()
    alias = node.args.get("alias") or exp.TableAlias(this=exp.to_identifier(info.name, quoted=True))
    return exp.Subquery(this=query, alias=alias)
