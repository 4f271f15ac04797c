# ruff: noqa: N802 - Spark's names
"""What `import pyspark` and `import awsglue` find in the worker: modules of these names, made here."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any

from sqlframe.base import types
from sqlframe.base.column import Column
from sqlframe.duckdb import (
    DuckDBDataFrame,
    DuckDBDataFrameNaFunctions,
    DuckDBGroupedData,
    DuckDBSession,
    Row,
    Window,
    WindowSpec,
)

from checkday.sandbox.overlay.spark import engine, errors, functions
from checkday.sandbox.overlay.spark.bucket import Bucket
from checkday.sandbox.overlay.spark.engine import Conf, Context
from checkday.sandbox.overlay.spark.reading import Reader
from checkday.sandbox.overlay.spark.writing import Writer


def install(bucket: Bucket) -> dict[str, Any]:
    """Make the modules; what is returned are the names that every statement finds."""
    session = engine.start(bucket)
    frames: dict[str, Any] = {
        "SparkSession": DuckDBSession,
        "DataFrame": DuckDBDataFrame,
        "Column": Column,
        "Row": Row,
        "Window": Window,
        "WindowSpec": WindowSpec,
        "GroupedData": DuckDBGroupedData,
        "DataFrameReader": Reader,
        "DataFrameWriter": Writer,
        "DataFrameNaFunctions": DuckDBDataFrameNaFunctions,
    }
    failures = {name: value for name, value in vars(errors).items() if isinstance(value, type)}
    contexts = {"SparkContext": Context, "SparkConf": _Settings, "StorageLevel": _Level}
    _module("pyspark", **contexts, __version__=engine.VERSION)
    for name in ("context", "conf", "storagelevel"):
        _module(f"pyspark.{name}", **contexts)
    _module("pyspark.errors", **failures)
    _module("pyspark.sql", **frames)
    _module("pyspark.sql.utils", **failures)
    for name in ("session", "dataframe", "column", "window", "readwriter", "group"):
        _module(f"pyspark.sql.{name}", **frames)
    _module("pyspark.sql.types", **_public(types))
    _module("pyspark.sql.functions", **functions.members())
    _module("py4j")
    _module("py4j.protocol", **failures)
    _glue(session)
    return {"spark": session, "sc": Context()}


def _glue(session: DuckDBSession) -> None:
    """As much of `awsglue` as scripts need that work with plain data frames."""

    class GlueContext:
        spark_session = session

        def __init__(self, *_: Any) -> None:
            """Around whatever context: there is but one."""

        def get_logger(self) -> Any:
            return importlib.import_module("logging").getLogger("glue")

    _module("awsglue")
    _module("awsglue.context", GlueContext=GlueContext)
    _module("awsglue.job", Job=_Job)
    _module("awsglue.utils", getResolvedOptions=_resolved)
    _module("awsglue.transforms")


class _Job:
    """A job's bookmarks, which are not kept here."""

    def __init__(self, *_: Any) -> None: ...

    def init(self, *_: Any) -> None: ...

    def commit(self) -> None: ...


def _resolved(arguments: Sequence[str], wanted: Sequence[str]) -> dict[str, str]:
    """The arguments of these names, from `--name value` and `--name=value`."""
    given: dict[str, str] = {}
    pending: str | None = None
    for each in arguments[1:]:
        if each.startswith("--"):
            pending, equals, value = each[2:].partition("=")
            given[pending] = value
            pending = None if equals else pending
        elif pending is not None:
            given[pending], pending = each, None
    missing = [name for name in wanted if name not in given]
    if missing:
        listed = ", ".join(f"--{name}" for name in missing)
        raise errors.IllegalArgumentException(f"the following arguments are required: {listed}")
    return {name: given[name] for name in wanted}


class _Settings(Conf):
    """A configuration that is built by chains of calls."""

    def set(self, key: str, value: Any) -> Any:
        super().set(key, value)
        return self

    def setAppName(self, _name: str) -> _Settings:
        return self

    def setMaster(self, _master: str) -> _Settings:
        return self


class _Level:
    """Names of how to keep a frame, all of which mean the same here."""

    MEMORY_ONLY = MEMORY_AND_DISK = DISK_ONLY = MEMORY_AND_DISK_SER = "kept"


def _public(module: ModuleType) -> dict[str, Any]:
    return {name: value for name, value in vars(module).items() if not name.startswith("_")}


def _module(name: str, **members: Any) -> None:
    module = ModuleType(name)
    module.__path__ = []
    module.__dict__.update(members)
    sys.modules[name] = module
    parent, _, last = name.rpartition(".")
    if parent:
        setattr(sys.modules[parent], last, module)
