"""Statements that tell what the catalog holds."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Iterator, Mapping

from checkday.sandbox.overlay.athena.sql import catalog
from checkday.sandbox.overlay.athena.sql.catalog import TableInfo
from checkday.sandbox.overlay.athena.sql.changes import existing, failed
from checkday.sandbox.overlay.athena.sql.ddl import Describe, Show
from checkday.sandbox.overlay.athena.sql.kinds import Column
from checkday.sandbox.overlay.athena.sql.lake import Outcome
from checkday.sandbox.overlay.athena.sql.queries import Session
from checkday.sandbox.overlay.athena.sql.rows import told

_WIDTH = 20


def show(session: Session, statement: Show) -> Outcome:
    column, lines = _SHOWN[statement.what]
    return told(session.settings, [Column.text(column)], list(lines(session, statement)))


def _databases(session: Session, statement: Show) -> Iterator[str]:
    names = sorted(one["Name"] for one in session.lake.glue("GetDatabases")["DatabaseList"])
    yield from (name for name in names if _fits(name, statement.pattern))


def _tables(session: Session, statement: Show) -> Iterator[str]:
    database = statement.subject.table if statement.subject is not None else session.settings.database
    if not catalog.database_exists(session.lake, database):
        raise failed(f"SemanticException [Error 10072]: Database does not exist: {database}")
    for one in session.lake.glue("GetTables", DatabaseName=database)["TableList"]:
        is_view = one.get("TableType") == "VIRTUAL_VIEW"
        if _fits(one["Name"], statement.pattern) and (is_view or statement.what == "TABLES"):
            yield one["Name"]


def _fits(name: str, pattern: str | None) -> bool:
    return pattern is None or any(fnmatch.fnmatch(name, one) for one in pattern.lower().split("|"))


def _subject(session: Session, statement: Show) -> TableInfo:
    if statement.subject is None:
        raise failed("SemanticException [Error 10001]: Table not found")
    return existing(session, statement.subject)


def _partitions(session: Session, statement: Show) -> Iterator[str]:
    info = _subject(session, statement)
    if not info.keys:
        raise failed(f"Table {info.name} is not a partitioned table")
    for part in catalog.partitions(session.lake, info):
        yield "/".join(f"{key}={value}" for (key, _), value in zip(info.keys, part.values, strict=True))


def _columns(session: Session, statement: Show) -> Iterator[str]:
    yield from (f"{name:<{_WIDTH}}" for name, _ in _subject(session, statement).all_columns)


def _properties(session: Session, statement: Show) -> Iterator[str]:
    yield from (f"{name}\t{value}" for name, value in _subject(session, statement).parameters.items())


def _definition(session: Session, statement: Show) -> Iterator[str]:
    info = _subject(session, statement)
    if info.query is not None:
        yield f"CREATE VIEW {info.database}.{info.name} AS"
        yield from info.query.splitlines()
        return
    yield f"CREATE EXTERNAL TABLE `{info.database}.{info.name}`("
    yield from _listed([f"  `{name}` {kind}" for name, kind in info.columns])
    if info.keys:
        yield "PARTITIONED BY ( "
        yield from _listed([f"  `{name}` {kind}" for name, kind in info.keys])
    yield "ROW FORMAT SERDE "
    yield f"  '{info.serde}' "
    if info.serde_parameters:
        yield "WITH SERDEPROPERTIES ( "
        yield from _listed([f"  '{name}'='{value}'" for name, value in info.serde_parameters.items()])
    storage = info.described["StorageDescriptor"]
    yield from ("STORED AS INPUTFORMAT ", f"  '{storage.get('InputFormat', '')}' ")
    yield from ("OUTPUTFORMAT ", f"  '{storage.get('OutputFormat', '')}'")
    yield from ("LOCATION", f"  '{info.location}'")
    yield "TBLPROPERTIES ("
    yield from _listed([f"  '{name}'='{value}'" for name, value in info.parameters.items()])


def _listed(lines: list[str]) -> Iterator[str]:
    yield from (f"{line}, " for line in lines[:-1])
    yield f"{lines[-1] if lines else ''})"


_SHOWN: Mapping[str, tuple[str, Callable[[Session, Show], Iterator[str]]]] = {
    "DATABASES": ("database_name", _databases),
    "TABLES": ("tab_name", _tables),
    "VIEWS": ("views", _tables),
    "PARTITIONS": ("partition", _partitions),
    "COLUMNS": ("field", _columns),
    "TBLPROPERTIES": ("prpt_name", _properties),
    "CREATE TABLE": ("createtab_stmt", _definition),
    "CREATE VIEW": ("Create View", _definition),
}


def describe(session: Session, statement: Describe) -> Outcome:
    info = existing(session, statement.table)
    lines = [_described(name, kind) for name, kind in info.all_columns]
    if info.keys:
        lines += [_described("", ""), _described("# Partition Information", "")]
        lines += [_described("# col_name", "data_type", "comment"), _described("", "")]
        lines += [_described(name, kind) for name, kind in info.keys]
    if statement.formatted:
        lines += [_described("", ""), _described("# Detailed Table Information", "")]
        lines += [_described("Database:", info.database), _described("Location:", info.location)]
        lines += [_described("SerDe Library:", info.serde)]
    return told(session.settings, [Column.text(name) for name in ("col_name", "data_type", "comment")], lines)


def _described(name: str, kind: str, comment: str = "") -> str:
    return f"{name:<{_WIDTH}}\t{kind:<{_WIDTH}}\t{comment:<{_WIDTH}}"
