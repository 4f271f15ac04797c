"""One attribute value in a text box: how each type is written there, and read back."""

from __future__ import annotations

import json
from checkday.console import dynamo_json
from checkday.console.dynamo_json import TYPES, Value
from checkday.console.problems import BadInput
from checkday.console.showing import escaped, harmless

ESCAPED = "S_JSON"
"""A string as JSON writes it: for text with characters that no text box shows."""

KINDS = ("S", ESCAPED, *TYPES[1:])
_SETS = ("SS", "NS", "BS")
_NESTED = ("M", "L")


def written(value: Value) -> tuple[str, str]:
    """The kind of a value and its text; `read(*written(v))` is v."""
    ((kind, inside),) = value.items()
    if kind == "S" and not harmless(inside):
        return ESCAPED, dynamo_json.dumps(inside)
    if kind in {"S", "N"}:
        return kind, inside
    if kind == "B":
        return kind, json.loads(dynamo_json.dumps(inside))
    if kind == "BOOL":
        return kind, "true" if inside else "false"
    if kind == "NULL":
        return kind, ""
    if kind in _SETS:
        return kind, _lines(json.loads(dynamo_json.dumps(inside)))
    return kind, dynamo_json.dumps(inside, indent=2)


def read(kind: str, text: str, where: str) -> Value:
    """The value of a kind that a text stands for; `where` names it in an error.

    Raises:
        BadInput: the text is not of that kind.

    """
    if kind == "S":
        return {"S": text}
    if kind == ESCAPED:
        return dynamo_json.inner("S", text, where)
    if kind == "N":
        return {"N": dynamo_json.number(text.strip(), where)}
    if kind == "B":
        return {"B": dynamo_json.binary(text, where)}
    if kind == "BOOL":
        return {"BOOL": _truth(text, where)}
    if kind == "NULL":
        return {"NULL": True}
    if kind in _SETS:
        return _set(kind, text, where)
    if kind in _NESTED:
        return dynamo_json.inner(kind, text, where)
    raise BadInput("type", where=where)


def _truth(text: str, where: str) -> bool:
    found = {"true": True, "false": False}.get(text.strip().lower())
    if found is None:
        raise BadInput("truth", where=where)
    return found


def _lines(elements: list[str]) -> str:
    """One element a line, or JSON where a line could not hold one."""
    if all(one.strip() == one and one and harmless(one) and "\n" not in one for one in elements):
        text = "\n".join(elements)
        if not text.startswith("["):
            return text
    return escaped(json.dumps(elements, ensure_ascii=False))


def _set(kind: str, text: str, where: str) -> Value:
    if text.lstrip().startswith("["):
        return dynamo_json.inner(kind, text, where)
    elements = [line.strip() for line in text.split("\n") if line.strip()]
    return dynamo_json.inner(kind, json.dumps(elements), where)
