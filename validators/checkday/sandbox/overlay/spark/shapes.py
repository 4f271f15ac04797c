"""The types of JSON records: what each record has, merged as Spark merges it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from typing import Any

_WHOLE = {"BIGINT", "UBIGINT"}
_NUMBERS = _WHOLE | {"DOUBLE", "HUGEINT", "UHUGEINT"}
_NOTHING, _TEXT = "NULL", "VARCHAR"


def named(name: str) -> str:
    """A name as the engine takes any name."""
    return '"' + name.replace('"', '""') + '"'


def columns(structures: Iterable[Any]) -> dict[str, str]:
    """The engine's types of the members that records of these structures have, in Spark's order."""
    merged: Any = reduce(_merged, structures, _NOTHING)
    return _members(merged) if isinstance(merged, dict) else {"value": _TEXT}


def _merged(one: Any, other: Any) -> Any:
    if other in (one, _NOTHING):
        return one
    if one == _NOTHING:
        return other
    if isinstance(one, dict) and isinstance(other, dict):
        both = {name: _merged(one[name], other[name]) for name in one.keys() & other.keys()}
        return {**one, **other, **both}
    if isinstance(one, list) and isinstance(other, list):
        return [reduce(_merged, [*one, *other], _NOTHING)]
    if isinstance(one, str) and isinstance(other, str) and {one, other} <= _NUMBERS:
        return "BIGINT" if {one, other} <= _WHOLE else "DOUBLE"
    return _TEXT


def _members(structure: Mapping[str, Any]) -> dict[str, str]:
    return {name: _kind(structure[name]) for name in sorted(structure)}


def _kind(shape: Any) -> str:
    if isinstance(shape, dict) and shape:
        inner = ", ".join(f"{named(name)} {kind}" for name, kind in _members(shape).items())
        return f"STRUCT({inner})"
    if isinstance(shape, list):
        return f"{_kind(shape[0]) if shape else _TEXT}[]"
    if not isinstance(shape, str):
        return _TEXT
    if shape in _NUMBERS:
        return "BIGINT" if shape in _WHOLE else "DOUBLE"
    return shape if shape == "BOOLEAN" else _TEXT
