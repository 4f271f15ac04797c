# ruff: noqa: N802, N803, N806, N815, SLF001 - Spark's names, and sqlframe's own way with its insides
"""The engine that runs what PySpark is asked: DuckDB by way of sqlframe, made to answer as Spark does."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from typing import Any

import duckdb
import sqlglot
from sqlframe.base.column import Column
from sqlframe.duckdb import DuckDBCatalog, DuckDBDataFrame, DuckDBSession
from sqlglot import exp
from sqlglot.errors import SqlglotError

from checkday.sandbox.overlay.spark import frames
from checkday.sandbox.overlay.spark.bucket import Bucket
from checkday.sandbox.overlay.spark.errors import AnalysisException, translated
from checkday.sandbox.overlay.spark.reading import Reader
from checkday.sandbox.overlay.spark.writing import Writer

VERSION = "3.5.4"
"""Of the Spark in Glue 5.0."""


def start(bucket: Bucket) -> DuckDBSession:
    """The one session of this process, which reads and writes that bucket."""
    database = duckdb.connect(
        config={
            "memory_limit": "1GB",
            "threads": 2,
            "temp_directory": tempfile.mkdtemp(prefix="spill-"),
            "max_temp_directory_size": "4GB",
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )
    database.execute("SET TimeZone = 'UTC'")
    _adapt(bucket)
    return DuckDBSession(conn=database, eager_validation=True)


def _adapt(bucket: Bucket) -> None:
    for name, member in frames.MEMBERS.items():
        setattr(DuckDBDataFrame, name, member)
    session: dict[str, Any] = {
        "version": VERSION,
        "conf": Conf(),
        "sparkContext": Context(),
        "stop": lambda _self: None,
        "newSession": lambda self: self,
        "read": property(lambda self: Reader(self, bucket)),
        "format_time": _with_fractions(DuckDBSession.format_time),
        "sql": _sql(DuckDBSession.sql),
        "_execute": _guarded(DuckDBSession._execute),
    }
    for name, member in session.items():
        setattr(DuckDBSession, name, member)
    frame: dict[str, Any] = {
        "write": property(lambda self: Writer(self, bucket)),
        "_validate_plan": _guarded(DuckDBDataFrame._validate_plan),
    }
    for name, member in frame.items():
        setattr(DuckDBDataFrame, name, member)
    for name, member in {"dropTempView": _drop_view}.items():
        setattr(DuckDBCatalog, name, member)
    column: dict[str, Any] = {"cast": _cast, "astype": _cast}
    for name, member in column.items():
        setattr(Column, name, member)


def _guarded(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function with errors as Spark's."""

    def call(*arguments: Any, **named: Any) -> Any:
        try:
            return function(*arguments, **named)
        except (duckdb.Error, SqlglotError) as error:
            raise translated(error) from None

    return call


def _sql(own: Callable[..., Any]) -> Callable[..., Any]:
    """Run SQL with the columns that have no name named as Spark names them."""

    def sql(self: DuckDBSession, sqlQuery: Any, *arguments: Any, **named: Any) -> Any:
        if isinstance(sqlQuery, str) and not arguments and not named:
            tree = sqlglot.parse_one(sqlQuery.strip().rstrip(";"), read="spark")
            if isinstance(tree, (exp.Command, exp.Show)):
                raise AnalysisException(f"[UNSUPPORTED_FEATURE] Not supported here: {sqlQuery.strip()}")
            if isinstance(tree, exp.Select):
                sqlQuery = _named(tree).sql(dialect="spark")
        return own(self, sqlQuery, *arguments, **named)

    return _guarded(sql)


def _with_fractions(own: Callable[..., Any]) -> Callable[..., Any]:
    """A pattern's fraction of a second is one thing to Spark; the engine's parser would take it literally."""

    def format_time(self: DuckDBSession, value: Any = None) -> Any:
        pattern = value.expression.this if isinstance(value, Column) else value
        return own(self, re.sub("S+", "%f", pattern) if isinstance(pattern, str) else pattern)

    return format_time


def _named(tree: exp.Select) -> exp.Select:
    for each in tree.expressions:
        if not isinstance(each, (exp.Alias, exp.Column, exp.Star)) and not each.find(exp.Star, exp.Explode):
            each.replace(exp.alias_(each.copy(), _name(each), quoted=True))
        elif isinstance(each, exp.Count):
            each.replace(exp.alias_(each.copy(), "count(1)", quoted=True))
    return tree


def _name(expression: exp.Expression) -> str:
    return expression.sql(dialect="spark", normalize_functions="lower").replace("`", "")


def _drop_view(self: DuckDBCatalog, viewName: str) -> bool:
    return self.session.temp_views.pop(viewName.lower(), None) is not None


def _cast(self: Column, dataType: Any, dialect: Any = None) -> Column:
    """Spark answers null where a value does not fit, and an engine with standards raises an error."""
    wanted = dataType.simpleString() if hasattr(dataType, "simpleString") else dataType
    to = exp.DataType.build(wanted, dialect=dialect or "spark")
    return Column(exp.TryCast(this=self.column_expression, to=to))


class Conf:
    """Settings that are remembered and mean nothing here."""

    def __init__(self) -> None:
        self._settings = {"spark.sql.session.timeZone": "UTC"}

    def get(self, key: str, default: Any = None) -> Any:
        return self._settings.get(key, default)

    def set(self, key: str, value: Any) -> None:
        self._settings[key] = str(value)

    def unset(self, key: str) -> None:
        self._settings.pop(key, None)

    def isModifiable(self, _key: str) -> bool:
        return True


class Context:
    """As much of a Spark context as programs touch that work with data frames."""

    version = VERSION
    appName = "GlueReplApp"
    applicationId = "local-sandbox"
    defaultParallelism = 2
    master = "local[2]"

    def __init__(self, *_: Any, **__: Any) -> None:
        """Whatever it is given, there is but one engine."""

    @classmethod
    def getOrCreate(cls, *_: Any) -> Context:
        return cls()

    def setLogLevel(self, _level: str) -> None:
        """There is no log."""

    def stop(self) -> None:
        """The session's process goes on."""
