"""As much of JSON Schema as `submission.schema.json` uses: no library for all of it is installed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("submission.schema.json")
_LONGEST = 100

_TYPES: Mapping[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
}


_SIZES: Mapping[str, type[Any]] = {"Length": str, "Items": list, "Properties": dict}


@cache
def load() -> dict[str, Any]:
    """The schema as it is shipped."""
    found: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    return found


def problem(value: Any, kind: str = "payload") -> str | None:
    """Where the value has not the agreed shape, as `record.entries.3.id: pattern`; None if it has."""
    return next(_problems(value, load()["$defs"][kind], ""), None)


def _problems(value: Any, schema: Mapping[str, Any], place: str) -> Iterator[str]:
    if "$ref" in schema:
        schema = load()["$defs"][schema["$ref"].removeprefix("#/$defs/")]
    if (rule := _broken(value, schema)) is not None:
        yield f"{place or '.'}: {rule}"
        return
    if isinstance(value, dict):
        yield from _inside_object(value, schema, place)
    elif isinstance(value, list) and "items" in schema:
        for position, one in enumerate(value):
            yield from _problems(one, schema["items"], _place(place, str(position)))


def _inside_object(value: Mapping[str, Any], schema: Mapping[str, Any], place: str) -> Iterator[str]:
    own, others = schema.get("properties", {}), schema.get("additionalProperties", {})
    for name, one in value.items():
        if "propertyNames" in schema:
            yield from _problems(name, schema["propertyNames"], _place(place, name))
        yield from _problems(one, own.get(name, others), _place(place, name))


def _broken(value: Any, schema: Mapping[str, Any]) -> str | None:
    """The first rule for the value itself that it breaks."""
    kinds = schema.get("type", [])
    if kinds and not any(_TYPES[kind](value) for kind in ([kinds] if isinstance(kinds, str) else kinds)):
        return "type"
    if "const" in schema and value != schema["const"]:
        return "const"
    if "enum" in schema and value not in schema["enum"]:
        return "enum"
    if isinstance(value, dict) and (
        lacking := [one for one in schema.get("required", ()) if one not in value]
    ):
        return f"required {lacking[0]}"
    if isinstance(value, str) and "pattern" in schema and not re.fullmatch(schema["pattern"], value):
        return "pattern"
    return _wrong_size(value, schema)


def _wrong_size(value: Any, schema: Mapping[str, Any]) -> str | None:
    kind = next((kind for kind, form in _SIZES.items() if isinstance(value, form)), None)
    if kind is None:
        return None
    if len(value) > schema.get(f"max{kind}", len(value)):
        return f"max{kind}"
    return f"min{kind}" if len(value) < schema.get(f"min{kind}", 0) else None


def _place(place: str, name: str) -> str:
    return f"{place}.{name}".removeprefix(".")[:_LONGEST]
