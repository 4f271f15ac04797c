"""A statement's text, run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from checkday.sandbox.overlay.athena.sql import changes, queries, shows, statements, writing
from checkday.sandbox.overlay.athena.sql.ddl import (
    AddColumns,
    AddPartitions,
    CreateDatabase,
    CreateTable,
    Describe,
    DropDatabase,
    DropPartition,
    DropTable,
    Repair,
    SetProperties,
    Show,
)
from checkday.sandbox.overlay.athena.sql.errors import Malformed, QueryError
from checkday.sandbox.overlay.athena.sql.lake import CatalogError, Outcome
from checkday.sandbox.overlay.athena.sql.queries import Session
from checkday.sandbox.overlay.athena.sql.statements import (
    CreateTableAs,
    CreateView,
    Explain,
    Insert,
    Query,
    Unload,
)


def execute(session: Session, text: str) -> Outcome:
    """Run the statement.

    Raises:
        QueryError: it fails.

    """
    try:
        statement = statements.parse(text)
        return _ACTIONS[type(statement)](session, statement)
    except Malformed as error:
        raise QueryError("SYNTAX_ERROR", str(error)) from error
    except CatalogError as error:
        name = "ACCESS_DENIED" if error.code == "AccessDeniedException" else "FAILED"
        raise QueryError(name, str(error)) from error
    except RecursionError as error:
        raise QueryError("STACK_OVERFLOW", "statement is too large") from error


def _query(session: Session, statement: Query) -> Outcome:
    return queries.run(session, statement.tree, statement.text)


def _explain(session: Session, statement: Explain) -> Outcome:
    return queries.explain(session, statement.tree, statement.text)


_ACTIONS: Mapping[type, Callable[[Session, Any], Outcome]] = {
    Query: _query,
    Explain: _explain,
    CreateTableAs: writing.create_as,
    Insert: writing.insert,
    Unload: writing.unload,
    CreateView: changes.create_view,
    CreateTable: changes.create_table,
    CreateDatabase: changes.create_database,
    DropTable: changes.drop_table,
    DropDatabase: changes.drop_database,
    AddPartitions: changes.add_partitions,
    DropPartition: changes.drop_partition,
    AddColumns: changes.change_columns,
    SetProperties: changes.set_properties,
    Repair: changes.repair,
    Show: shows.show,
    Describe: shows.describe,
}
