"""The types of columns: found in values, merged over records, and written as Hive does.

A type is a Hive name, or a list: `["array", T]`, `["map", K, V]` or `["struct", {name: T}]`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

Shape: TypeAlias = Any
Columns: TypeAlias = dict[str, Shape]

NULL = "null"
_INT, _LONG = 2**31, 2**63
_WIDER = ("int", "bigint", "double")
_MOST_FIELDS = 1000
"""Of one structure: a hostile file may name as many as it has records."""


def of(value: object) -> Shape:
    """The type of one JSON value."""
    if isinstance(value, dict):
        return ["struct", fields(value)]
    if isinstance(value, list):
        inner: Shape = NULL
        for each in value:
            inner = merged(inner, of(each))
        return ["array", inner]
    if isinstance(value, int) and not isinstance(value, bool):
        return _integer(value)
    return _SCALARS.get(type(value), "string")


_SCALARS: Mapping[type, str] = {bool: "boolean", float: "double", str: "string", type(None): NULL}


def _integer(value: int) -> str:
    if -_INT <= value < _INT:
        return "int"
    return "bigint" if -_LONG <= value < _LONG else "double"


def fields(record: Mapping[str, Any]) -> Columns:
    """The columns of one record: the catalog knows names in small letters only."""
    found: Columns = {}
    for name, value in record.items():
        known, shape = name.lower(), of(value)
        found[known] = merged(found[known], shape) if known in found else shape
    return found


def merged(one: Shape, other: Shape) -> Shape:
    """The type that holds values of both."""
    if other in (one, NULL):
        return one
    if one == NULL:
        return other
    if isinstance(one, list) and isinstance(other, list) and one[0] == other[0]:
        if one[0] == "struct":
            return ["struct", merged_columns(one[1], other[1])]
        return [one[0], *map(merged, one[1:], other[1:])]
    if one in _WIDER and other in _WIDER:
        return max(one, other, key=_WIDER.index)
    return "string"


def merged_columns(one: Columns, other: Columns) -> Columns:
    """The columns of both, those of the first in front."""
    found = dict(one)
    for name, shape in other.items():
        if name in found:
            found[name] = merged(found[name], shape)
        elif len(found) < _MOST_FIELDS:
            found[name] = shape
    return found


def hive(shape: Shape) -> str:
    """The type as it stands in the catalog."""
    if isinstance(shape, str):
        return "string" if shape == NULL else shape
    if shape[0] == "struct":
        inner = ",".join(f"{name}:{hive(each)}" for name, each in shape[1].items())
        return f"struct<{inner}>"
    return f"{shape[0]}<{','.join(map(hive, shape[1:]))}>"
