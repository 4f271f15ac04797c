"""What DuckDB says when a query fails, in the words that Trino has for it."""

from __future__ import annotations

import re
from collections.abc import Callable

import duckdb
from sqlglot import exp

from checkday.sandbox.overlay.athena.sql.dialect import offset_of
from checkday.sandbox.overlay.athena.sql.errors import Place, QueryError

_EXHAUSTED = "Query exhausted resources at this scale factor"

Say = Callable[[re.Match[str], str], tuple[str, str]]


def _column(found: re.Match[str], place: str) -> tuple[str, str]:
    what = (
        f"Column '{found[1]}' cannot be resolved or requester is not authorized to access requested resources"
    )
    return "COLUMN_NOT_FOUND", f"{place}: {what}"


def _not_grouped(found: re.Match[str], place: str) -> tuple[str, str]:
    what = f"'{found[1]}' must be an aggregate expression or appear in GROUP BY clause"
    return "EXPRESSION_NOT_AGGREGATE", f"{place}: {what}"


def _ambiguous(found: re.Match[str], place: str) -> tuple[str, str]:
    return "AMBIGUOUS_NAME", f"{place}: Column '{found[1]}' is ambiguous"


def _parameters(found: re.Match[str], place: str) -> tuple[str, str]:
    name = found[1].removeprefix("trino_").strip('"')
    if not name.isidentifier():
        return "TYPE_MISMATCH", f"{place}: Cannot apply operator: {found[2].replace(',', f' {name}')}"
    given = (
        re.sub(r"STRING_LITERAL|VARCHAR", "varchar", found[2]).replace("INTEGER_LITERAL", "integer").lower()
    )
    return "FUNCTION_NOT_FOUND", f"{place}: Unexpected parameters ({given}) for function {name}"


_TRINO_NAMES = {"INT8": "TINYINT", "INT16": "SMALLINT", "INT32": "INT", "INT64": "BIGINT", "BOOL": "BOOLEAN"}


def _cast(found: re.Match[str], _place: str) -> tuple[str, str]:
    return "INVALID_CAST_ARGUMENT", f"Cannot cast '{found[1]}' to {_TRINO_NAMES.get(found[2], found[2])}"


def _moment(found: re.Match[str], _place: str) -> tuple[str, str]:
    return "INVALID_CAST_ARGUMENT", f"Value cannot be cast to {found[1].lower()}: {found[2]}"


def _always(name: str, message: str) -> Say:
    return lambda _found, _place: (name, message)


def _placed(name: str, message: str) -> Say:
    return lambda _found, place: (name, f"{place}: {message}")


def _itself(name: str) -> Say:
    return lambda found, _place: (name, found[1])


_SAYINGS: tuple[tuple[str, Say], ...] = (
    (r'Referenced column "([^"]+)" not found', _column),
    (r'does not have a column named "([^"]+)"', _column),
    (r'column "([^"]+)" must appear in the GROUP BY', _not_grouped),
    (r'Ambiguous reference to column name "([^"]+)"', _ambiguous),
    (
        r"(?:WHERE|GROUP BY) clause cannot contain (?:aggregates|window)",
        _placed(
            "EXPRESSION_NOT_SCALAR",
            "WHERE clause cannot contain aggregations, window functions or grouping operations",
        ),
    ),
    (r"No function matches the given name and argument types '(\S+?)\((.*?)\)'", _parameters),
    (r"candidate function for the function call \"(\S+?)\((.*?)\)\"", _parameters),
    (r"does not support the supplied arguments.*?(\w+)\((.*?)\)", _parameters),
    (r"Macro (\w+)\(\) .*?(?:arguments|overload)()", _parameters),
    (r"Division by zero|Could not cast value (?:inf|nan)", _always("DIVISION_BY_ZERO", "Division by zero")),
    (r"Could not convert string ['\"](.*?)['\"] to ['\"]?(\w+)", _cast),
    (r'invalid (date|timestamp|time) field format: "(.*?)"', _moment),
    (r'(date|timestamp|time) field value out of range: "(.*?)"', _moment),
    (r"Could not parse string \"(.*?)\" according to format", _itself("INVALID_FUNCTION_ARGUMENT")),
    (r"(Overflow in [^!\n]*)", _itself("NUMERIC_VALUE_OUT_OF_RANGE")),
    (r"(Type \w+ with value .*? can't be cast[^\n]*)", _itself("INVALID_CAST_ARGUMENT")),
    (r"(More than one row returned by a subquery)", _itself("SUBQUERY_MULTIPLE_ROWS")),
    (r"(Cannot compare values of type [^\n]*?) - ", _itself("TYPE_MISMATCH")),
    (r"(Set operations can only apply[^\n]*)", _itself("TYPE_MISMATCH")),
    (r"(ORDER term out of range|GROUP BY term out of range)[^\n]*", _itself("INVALID_COLUMN_REFERENCE")),
)

_IN_FILES: tuple[tuple[str, Say], ...] = (
    (r"JSON transform error in file .*?, in (?:line|record/value) \d+: ([^\n]*)", _itself("HIVE_BAD_DATA")),
    (r"(Malformed JSON[^\n]*)", _itself("HIVE_CURSOR_ERROR")),
    (r"(Failed to (?:cast|parse) value[^\n]*)", _itself("HIVE_BAD_DATA")),
    (
        r"(No magic bytes|too small to be a Parquet file|Invalid PAR|Thrift|parquet)",
        _always("HIVE_BAD_DATA", "Not valid Parquet file: expected magic number: PAR1"),
    ),
    (
        r"(?:CSV Error|Invalid unicode|not utf-8)()",
        _always("HIVE_BAD_DATA", "Error reading CSV: not valid text"),
    ),
)
"""What can only be said of the objects of a table."""


def explained(error: duckdb.Error, tree: exp.Expr | None, text: str) -> QueryError:
    """The same failure as Athena would tell it, at the place in the learner's text."""
    if isinstance(error, duckdb.OutOfMemoryException):
        return QueryError("EXCEEDED_MEMORY_LIMIT", _EXHAUSTED)
    said = str(error)
    for pattern, say in (*_SAYINGS, *_IN_FILES):
        found = re.search(pattern, said, re.DOTALL if "FUNCTION" in pattern else 0)
        if found:
            word = found[1] if found.groups() else ""
            return QueryError(*say(found, str(_place(word, tree, text))))
    # Paths on this machine are no business of the learner's.
    plain = re.sub(r"['\"]?/[\w./ -]+['\"]?", "…", said.splitlines()[0])
    return QueryError("GENERIC_INTERNAL_ERROR", plain)


def _place(word: str, tree: exp.Expr | None, text: str) -> Place:
    """Where a name first stands in the query."""
    name = word.removeprefix("trino_").lower()
    for node in tree.walk() if tree is not None else ():
        held = node.this if isinstance(node, exp.Anonymous) else node.name
        if isinstance(node, exp.Identifier | exp.Anonymous) and str(held).lower() == name:
            return Place.at(text, offset_of(node))
    return Place(1, 1)
