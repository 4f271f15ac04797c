"""Errors as PySpark raises them, and what the engine beneath says, put into their words."""

from __future__ import annotations

import re

import duckdb
from sqlglot.errors import SqlglotError

_COLUMN = re.compile(
    r'Referenced column "([^"]*)"|does not have a column named "([^"]*)"'
    r'|Column "([^"]*)" referenced that exists'
)
_TABLE = re.compile(r"Table with name (\S+) does not exist")
_CANDIDATES = re.compile(r"Candidate bindings: (.*)")


class PySparkException(Exception):
    """The root of all."""


class AnalysisException(PySparkException):
    """What is asked for is not there, or does not fit."""


class ParseException(AnalysisException):
    """This is no SQL."""


class IllegalArgumentException(PySparkException):
    """A setting is wrong."""


class PythonException(PySparkException):
    """A function of the learner's failed."""


class Py4JError(Exception):
    """The root of what Java would raise."""


class Py4JJavaError(Py4JError):
    """What went wrong far below."""


def from_java(call: str, error: str) -> Py4JJavaError:
    """As Java's error looks when it has crossed over."""
    return Py4JJavaError(f"An error occurred while calling o1.{call}.\n: {error}")


def from_s3(call: str, code: str, message: str, status: int) -> Py4JJavaError:
    """As Glue's file system words what S3 refused."""
    name = "com.amazon.ws.emr.hadoop.fs.shaded.com.amazonaws.services.s3.model.AmazonS3Exception"
    details = f"(Service: Amazon S3; Status Code: {status}; Error Code: {code})"
    return from_java(call, f"{name}: {message} {details}")


def missing_path(path: str) -> AnalysisException:
    return AnalysisException(f"[PATH_NOT_FOUND] Path does not exist: {path}.")


def translated(error: duckdb.Error | SqlglotError) -> Exception:
    """The engine's error as PySpark would have raised it."""
    message = str(error).partition("\n\nLINE ")[0]
    if isinstance(error, (SqlglotError, duckdb.ParserException)):
        return ParseException(f"[PARSE_SYNTAX_ERROR] Syntax error. {_plain(message)}")
    if isinstance(error, (duckdb.BinderException, duckdb.CatalogException)):
        return _analysis(message)
    if isinstance(error, duckdb.InterruptException):
        return KeyboardInterruption()
    if isinstance(error, duckdb.OutOfMemoryException):
        return from_java("execute", f"java.lang.OutOfMemoryError: {message}")
    return from_java(
        "execute", f"org.apache.spark.SparkException: Job aborted due to stage failure: {message}"
    )


class KeyboardInterruption(PySparkException):
    """The statement was interrupted while the engine was at work."""


def _analysis(message: str) -> AnalysisException:
    column, table = _COLUMN.search(message), _TABLE.search(message)
    if column is not None:
        name = column[1] or column[2] or column[3]
        others = _CANDIDATES.search(message)
        if others is None:
            return AnalysisException(
                f"[UNRESOLVED_COLUMN.WITHOUT_SUGGESTION] A column with name `{name}` cannot be resolved."
            )
        suggested = others[1].replace('"', "`")
        return AnalysisException(
            "[UNRESOLVED_COLUMN.WITH_SUGGESTION] A column, variable, or function parameter with name"
            f" `{name}` cannot be resolved. Did you mean one of the following? [{suggested}]."
        )
    if table is not None:
        return AnalysisException(
            f"[TABLE_OR_VIEW_NOT_FOUND] The table or view `{table[1]}` cannot be found."
            " Verify the spelling and correctness of the schema and catalog."
        )
    return AnalysisException(_plain(message))


def _plain(message: str) -> str:
    """The message without the colours of a terminal."""
    return re.sub(r"\x1b\[[0-9;]*m", "", message)


for _each in list(vars().values()):
    if isinstance(_each, type) and issubclass(_each, (PySparkException, Py4JError)):
        _each.__module__ = "py4j.protocol" if issubclass(_each, Py4JError) else "pyspark.errors"
