"""Why a query failed, in Athena's own words and numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

_SYSTEM, _USER = 1, 2

_TYPES = {
    "ACCESS_DENIED": 1500,
    "COLUMN_NOT_FOUND": 1006,
    "CONSTRAINT_VIOLATION": 1000,
    "EXCEEDED_MEMORY_LIMIT": 0,
    "EXCEEDED_TIME_LIMIT": 206,
    "FAILED": 1003,
    "FUNCTION_NOT_FOUND": 1303,
    "GENERIC_INTERNAL_ERROR": 200,
    "HIVE_BAD_DATA": 1001,
    "HIVE_CANNOT_OPEN_SPLIT": 1001,
    "HIVE_CURSOR_ERROR": 1001,
    "HIVE_PATH_ALREADY_EXISTS": 1100,
    "HIVE_UNKNOWN_ERROR": 1000,
    "HIVE_UNSUPPORTED_FORMAT": 1201,
    "INVALID_ARGUMENTS": 1100,
    "INVALID_FUNCTION_ARGUMENT": 1106,
    "INVALID_TABLE_PROPERTY": 1103,
    "INVALID_VIEW": 1107,
    "NOT_SUPPORTED": 1200,
    "PERMISSION_DENIED": 1501,
    "SCHEMA_NOT_FOUND": 1301,
    "SYNTAX_ERROR": 1006,
    "TABLE_NOT_FOUND": 1110,
    "TYPE_MISMATCH": 1006,
    "WRITE_ERROR": 401,
}
"""Athena's error catalog; a name that is not here is the user's error in general."""

_USER_ERROR = 1000
_OF_THE_SYSTEM = {"EXCEEDED_MEMORY_LIMIT", "EXCEEDED_TIME_LIMIT", "GENERIC_INTERNAL_ERROR"}
_WITHOUT_NAME = {"ACCESS_DENIED", "PERMISSION_DENIED", "EXCEEDED_MEMORY_LIMIT", "EXCEEDED_TIME_LIMIT"}
"""What Athena says without the name of the error before it."""


@dataclass
class QueryError(Exception):
    """A query that fails: `name` is Trino's name of the error."""

    name: str
    message: str

    @property
    def reason(self) -> str:
        """The text of `StateChangeReason`."""
        return self.message if self.name in _WITHOUT_NAME else f"{self.name}: {self.message}"

    @property
    def description(self) -> dict[str, Any]:
        """`AthenaError` of the query's status."""
        return {
            "ErrorCategory": _SYSTEM if self.name in _OF_THE_SYSTEM else _USER,
            "ErrorType": _TYPES.get(self.name, _USER_ERROR),
            "Retryable": False,
            "ErrorMessage": self.reason,
        }


class Malformed(Exception):
    """What Athena refuses at once: no query is recorded."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the learner's text, counted from one."""

    line: int
    column: int

    @classmethod
    def at(cls, text: str, offset: int) -> Place:
        before = text[:offset]
        return cls(before.count("\n") + 1, offset - before.rfind("\n"))

    def __str__(self) -> str:
        return f"line {self.line}:{self.column}"
