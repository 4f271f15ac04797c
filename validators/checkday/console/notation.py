"""One attribute value in a text box: how each type is written there, and read back."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from checkday.console import dynamo_json
from checkday.console.dynamo_json import TYPES, Value
from checkday.console.problems import BadInput
from checkday.console.showing import escaped, harmless

ESCAPED = "S_JSON"
"""A string as JSON writes it: for text with characters that no text box shows."""

KINDS = ("S", ESCAPED, *TYPES[1:])


def written(value: Value) -> tuple[str, str]:
    """The kind of a value and its text; `read(*written(v), "")` is v."""
    ((kind, inside),) = value.items()
    if kind == "S" and not harmless(inside):
        return ESCAPED, dynamo_json.dumps(inside)
    return kind, _WRITERS[kind](inside)


def read(kind: str, text: str, where: str) -> Value:
    """The value of a kind that a text stands for; `where` names it in an error.

    Raises:
        BadInput: the text is not of that kind.

    """
    if kind not in KINDS:
        raise BadInput("type", where=where)
    if kind == ESCAPED:
        return dynamo_json.inner("S", text, where)
    return _READERS[kind](kind, text, where)


def _as_text(inside: str) -> str:
    return inside


def _as_base64(inside: bytes) -> str:
    found: str = json.loads(dynamo_json.dumps(inside))
    return found


def _as_lines(inside: list[Any]) -> str:
    """One element a line, or JSON where a line could not hold one."""
    elements: list[str] = json.loads(dynamo_json.dumps(inside))
    if all(one.strip() == one and one and harmless(one) and "\n" not in one for one in elements):
        text = "\n".join(elements)
        if not text.startswith("["):
            return text
    return escaped(json.dumps(elements, ensure_ascii=False))


def _as_json(inside: Any) -> str:
    return dynamo_json.dumps(inside, indent=2)


_WRITERS: dict[str, Callable[[Any], str]] = {
    **dict.fromkeys(("S", "N"), _as_text),
    "B": _as_base64,
    "BOOL": lambda inside: "true" if inside else "false",
    "NULL": lambda _: "",
    **dict.fromkeys(("SS", "NS", "BS"), _as_lines),
    **dict.fromkeys(("M", "L"), _as_json),
}


def _number(kind: str, text: str, where: str) -> Value:
    return {kind: dynamo_json.number(text.strip(), where)}


def _binary(kind: str, text: str, where: str) -> Value:
    return {kind: dynamo_json.binary(text, where)}


def _truth(kind: str, text: str, where: str) -> Value:
    found = {"true": True, "false": False}.get(text.strip().lower())
    if found is None:
        raise BadInput("truth", where=where)
    return {kind: found}


def _set(kind: str, text: str, where: str) -> Value:
    if text.lstrip().startswith("["):
        return dynamo_json.inner(kind, text, where)
    elements = [line.strip() for line in text.split("\n") if line.strip()]
    return dynamo_json.inner(kind, json.dumps(elements), where)


_READERS: dict[str, Callable[[str, str, str], Value]] = {
    "S": lambda kind, text, _: {kind: text},
    "N": _number,
    "B": _binary,
    "BOOL": _truth,
    "NULL": lambda kind, _text, _where: {kind: True},
    **dict.fromkeys(("SS", "NS", "BS"), _set),
    **dict.fromkeys(("M", "L"), dynamo_json.inner),
}
