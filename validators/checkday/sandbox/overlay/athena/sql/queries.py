"""Running a query: what it names is found, what it needs is fetched, and its rows go to a file."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
from sqlglot import exp

from checkday.sandbox.overlay.athena.sql import faults, pruning, render, scans, unnest, views
from checkday.sandbox.overlay.athena.sql.catalog import PATH_COLUMN, TableInfo
from checkday.sandbox.overlay.athena.sql.dialect import parse_query, to_engine
from checkday.sandbox.overlay.athena.sql.errors import QueryError
from checkday.sandbox.overlay.athena.sql.kinds import Column
from checkday.sandbox.overlay.athena.sql.lake import Lake, Outcome, Settings
from checkday.sandbox.overlay.athena.sql.names import Names, base_tables
from checkday.sandbox.overlay.athena.sql.rows import told
from checkday.sandbox.overlay.athena.sql.scans import Scan
from checkday.sandbox.overlay.athena.sql.translate import translate

_AT_ONCE = 4096
_ROOT_COLUMN = "_col"


@dataclass(slots=True)
class Prepared:
    """A query in the engine's words, with the tables it reads not yet bound."""

    sql: str
    scans: Sequence[Scan]
    tree: exp.Query
    text: str


@dataclass(frozen=True, slots=True)
class Session:
    """What every statement of one query execution works with."""

    database: duckdb.DuckDBPyConnection
    lake: Lake
    settings: Settings


def run(session: Session, tree: exp.Query, text: str) -> Outcome:
    """Run a query and write its rows, each as Athena writes it, into a file of the scratch folder."""
    with opened(session, tree, text) as prepared:
        session.database.execute(prepared.sql)
        described = session.database.description or []
        names = result_names(tree, [name for name, *_ in described])
        columns = [Column.of_engine(name, kind) for name, (_, kind, *_) in zip(names, described, strict=True)]
        path = os.path.join(session.settings.scratch, "rows.csv")
        rows = _write(session.database, [kind for _, kind, *_ in described], path)
        read = scans.rows_read(session.database, prepared.scans)
    return Outcome(columns, path, rows, read)


def explain(session: Session, tree: exp.Query, text: str) -> Outcome:
    """How the engine would run the query, over tables that hold nothing."""
    with _prepared(session, tree, text, planned=True) as prepared:
        (_, plan), *_ = session.database.execute(f"EXPLAIN {prepared.sql}").fetchall()
    return told(session.settings, [Column("Query Plan", "varchar", 0, 0)], plan.splitlines())


def described(session: Session, tree: exp.Query, text: str) -> list[tuple[str, Any]]:
    """The names and the engine's types of a query's columns."""
    with _prepared(session, tree, text, planned=True) as prepared:
        found = session.database.execute(f"SELECT * FROM ({prepared.sql}) LIMIT 0").description  # noqa: S608
    names = result_names(tree, [name for name, *_ in found])
    return [(name, kind) for name, (_, kind, *_) in zip(names, found, strict=True)]


@contextlib.contextmanager
def _prepared(session: Session, tree: exp.Query, text: str, *, planned: bool) -> Iterator[Prepared]:
    """The query in the engine's words, with its failures told as Athena tells them."""
    original = tree.copy()
    prepared: Prepared | None = None
    try:
        prepared = prepare(session, tree, text, planned=planned)
        yield prepared
    except duckdb.Error as error:
        raise faults.explained(error, original, text) from error
    finally:
        if prepared is not None:
            scans.drop(session.database, prepared.scans)


@contextlib.contextmanager
def opened(session: Session, tree: exp.Query, text: str) -> Iterator[Prepared]:
    """The query, ready to be run in the engine: all that it reads is bound while the context lasts.

    Raises:
        QueryError: whatever is wrong with it, in the context too.

    """
    with _prepared(session, tree, text, planned=False) as prepared:
        scans.bind(session.database, session.lake, prepared.scans, prepared.sql)
        yield prepared


def prepare(session: Session, tree: exp.Query, text: str, *, planned: bool) -> Prepared:
    """Translate the query in place; where it is to be planned its tables stand for empty ones yet."""
    _fill_in(tree, session.settings.parameters)
    find = _Finder(session, text)
    views.expand(tree, find)
    Names(text, find).check(tree)
    found = [_scan(tree, node, find(node), index) for index, node in enumerate(base_tables(tree))]
    if any(scan.wanted.path for scan in found):
        _hide_path(tree)
    if planned or tree.find(exp.Unnest) is not None or any(map(scans.by_column, found)):
        for scan in found:
            scans.shadow(session.database, scan)
    translate(tree, text)
    unnest.expand(tree, session.database)
    return Prepared(to_engine(tree), found, tree, text)


def _scan(tree: exp.Query, node: exp.Table, info: TableInfo, index: int) -> Scan:
    where = [_translated(part) for part in pruning.conditions(node, info)]
    scan = Scan(f"scan_{index}", info, where, scans.wanted(tree, info))
    alias = node.args.get("alias") or exp.TableAlias(this=exp.to_identifier(node.name.lower(), quoted=True))
    node.set("alias", alias)
    node.set("this", exp.to_identifier(scan.name))
    node.set("db", None)
    node.set("catalog", None)
    for column in tree.find_all(exp.Column):
        if column.table.lower() == alias.name.lower():
            column.set("db", None)
            column.set("catalog", None)
    return scan


def _translated(part: exp.Expr) -> exp.Expr:
    query = exp.Select(expressions=[exp.alias_(part.copy(), "c")])
    translate(query, "")
    condition: exp.Expr = query.expressions[0].this
    return condition


def _hide_path(tree: exp.Query) -> None:
    """A star does not mean the path."""
    for select in tree.find_all(exp.Select):
        held = select.args.get("from_")
        if held is None or not any(node.name.startswith("scan_") for node in held.find_all(exp.Table)):
            continue
        for star in [one for one in select.expressions if one.is_star]:
            inner = star.this if isinstance(star, exp.Column) else star
            inner.set("except_", [exp.to_identifier(PATH_COLUMN, quoted=True)])


class _Finder:
    """Looks a table up once."""

    def __init__(self, session: Session, text: str) -> None:
        self._session = session
        self._text = text
        self._known: dict[tuple[str, str, str], TableInfo] = {}

    def __call__(self, node: exp.Table) -> TableInfo:
        key = (node.catalog.lower(), node.db.lower(), node.name.lower())
        if key not in self._known:
            database = self._session.settings.database
            self._known[key] = scans.lookup(self._session.lake, node, database, self._text)
        return self._known[key]


def _fill_in(tree: exp.Query, parameters: Sequence[str]) -> None:
    """Put the parameters of the execution in the place of the question marks."""
    places = list(tree.find_all(exp.Placeholder, bfs=False))
    if len(places) != len(parameters):
        message = (
            f"line 1:1: Incorrect number of parameters: expected {len(places)} but found {len(parameters)}"
        )
        raise QueryError("INVALID_PARAMETER_USAGE", message)
    for place, value in zip(places, parameters, strict=True):
        place.replace(parse_query(f"SELECT {value}").expressions[0].unalias())


def result_names(tree: exp.Query, names: Sequence[str]) -> list[str]:
    """Columns without a name are counted among all, those of a star too."""
    select = tree
    while isinstance(select, exp.SetOperation | exp.Subquery):
        select = select.this
    starred = isinstance(select, exp.Select) and any(one.is_star for one in select.expressions)
    if not starred:
        return list(names)
    return [f"{_ROOT_COLUMN}{index}" if _is_counted(name) else name for index, name in enumerate(names)]


def _is_counted(name: str) -> bool:
    return name.startswith(_ROOT_COLUMN) and name.removeprefix(_ROOT_COLUMN).isdigit()


def _write(database: duckdb.DuckDBPyConnection, kinds: Sequence[Any], path: str) -> int:
    writers = [render.writer_of(kind) for kind in kinds]
    count = 0
    with open(path, "w", encoding="utf-8", newline="") as file:
        while rows := database.fetchmany(_AT_ONCE):
            count += len(rows)
            file.writelines(
                render.csv_line(
                    None if value is None else writer(value)
                    for writer, value in zip(writers, row, strict=True)
                )
                for row in rows
            )
    return count
