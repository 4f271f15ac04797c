"""The same types by three names: Hive's in the catalog, Trino's in results, DuckDB's in the engine."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_ENGINE_BY_HIVE = {
    "string": "VARCHAR",
    "varchar": "VARCHAR",
    "char": "VARCHAR",
    "int": "INTEGER",
    "integer": "INTEGER",
    "bigint": "BIGINT",
    "smallint": "SMALLINT",
    "tinyint": "TINYINT",
    "double": "DOUBLE",
    "float": "FLOAT",
    "real": "FLOAT",
    "boolean": "BOOLEAN",
    "binary": "BLOB",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "decimal": "DECIMAL(10,0)",
}

_HIVE_BY_ENGINE = {
    "varchar": "string",
    "json": "string",
    "uuid": "string",
    "integer": "int",
    "bigint": "bigint",
    "hugeint": "bigint",
    "ubigint": "bigint",
    "uinteger": "bigint",
    "smallint": "smallint",
    "tinyint": "tinyint",
    "double": "double",
    "float": "float",
    "boolean": "boolean",
    "blob": "binary",
    "date": "date",
    "timestamp": "timestamp",
    "timestamp_ms": "timestamp",
    "timestamp_s": "timestamp",
    "timestamp_ns": "timestamp",
    '"null"': "string",
}

_RESULT_BY_ENGINE = {
    **_HIVE_BY_ENGINE,
    "varchar": "varchar",
    "json": "json",
    "uuid": "varchar",
    "integer": "integer",
    "blob": "varbinary",
    "timestamp with time zone": "timestamp with time zone",
    "interval": "interval day to second",
    "time": "time",
    '"null"': "unknown",
}

_PRECISION = {
    "varchar": 2_147_483_647,
    "integer": 10,
    "bigint": 19,
    "smallint": 5,
    "tinyint": 3,
    "double": 17,
    "float": 17,
    "timestamp": 3,
    "timestamp with time zone": 3,
}


def parts(text: str) -> Iterator[str]:
    """What stands between the commas of a type, those inside its brackets left alone."""
    depth, begun = 0, 0
    for index, character in enumerate(text):
        depth += (character in "<(") - (character in ">)")
        if character == "," and depth == 0:
            yield text[begun:index].strip()
            begun = index + 1
    yield text[begun:].strip()


def from_hive(text: str) -> str:
    """The engine's type of a column of the catalog.

    Raises:
        ValueError: there is no such type.

    """
    text = text.strip().lower()
    kind, _, inner = text.partition("<")
    inner = inner.removesuffix(">")
    if kind == "array":
        return f"{from_hive(inner)}[]"
    if kind == "map":
        return f"MAP({', '.join(map(from_hive, parts(inner)))})"
    if kind == "struct":
        return f"STRUCT({', '.join(map(_field, parts(inner)))})"
    if re.fullmatch(r"(var)?char\(\d+\)", text):
        return "VARCHAR"
    if re.fullmatch(r"decimal\(\d+(,\s*\d+)?\)", text):
        return text.upper()
    if text not in _ENGINE_BY_HIVE:
        raise ValueError(text)
    return _ENGINE_BY_HIVE[text]


def _field(text: str) -> str:
    name, _, kind = text.partition(":")
    return f"{identifier(name.strip())} {from_hive(kind)}"


def identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def to_hive(kind: Any) -> str:
    """The catalog's type of a column that the engine computed; `kind` is DuckDB's own object.

    Raises:
        ValueError: Hive has no such type.

    """
    if kind.id == "list":
        return f"array<{to_hive(kind.children[0][1])}>"
    if kind.id == "map":
        return "map<" + ",".join(to_hive(child) for _, child in kind.children) + ">"
    if kind.id in {"struct", "tuple"}:
        return "struct<" + ",".join(f"{name}:{to_hive(child)}" for name, child in _fields(kind)) + ">"
    if kind.id == "decimal":
        return "decimal({},{})".format(*(number for _, number in kind.children))
    name = str(kind).lower()
    if name not in _HIVE_BY_ENGINE:
        raise ValueError(result_type(kind))
    return _HIVE_BY_ENGINE[name]


def _fields(kind: Any) -> Iterator[tuple[str, Any]]:
    for index, (name, child) in enumerate(kind.children):
        yield name or f"field{index}", child


def result_type(kind: Any) -> str:
    """The type as `ColumnInfo` names it."""
    outer = {"list": "array", "array": "array", "map": "map", "struct": "row", "tuple": "row"}
    if kind.id in outer:
        return outer[kind.id]
    if kind.id == "decimal":
        return "decimal"
    return _RESULT_BY_ENGINE.get(str(kind).lower(), "varchar")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a result."""

    name: str
    type: str
    precision: int
    scale: int

    @classmethod
    def of_engine(cls, name: str, kind: Any) -> Column:
        if kind.id == "decimal":
            (_, precision), (_, scale) = kind.children
            return cls(name, "decimal", precision, scale)
        found = result_type(kind)
        return cls(name, found, _PRECISION.get(found, 0), 0)

    @classmethod
    def text(cls, name: str) -> Column:
        """A column of a statement that tells about the catalog."""
        return cls(name, "string", 0, 0)
