"""Attribute values as DynamoDB JSON, the notation of the API and of AWS CLI, and back without loss.

In memory an attribute value is what botocore takes and gives: `{"N": "1"}`, numbers as text, binaries as
bytes.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable
from typing import Any

from checkday.console.problems import BadInput
from checkday.console.showing import escaped

Value = dict[str, Any]
Item = dict[str, Value]

TYPES = ("S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS")

_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


def dumps(value: Any, indent: int | None = None) -> str:
    """An item, a value or what is inside one, as text without any character that hides or reorders."""
    separators = (",", ":") if indent is None else None
    text = json.dumps(_plain(value), ensure_ascii=False, indent=indent, separators=separators)
    return escaped(text)


def loads(text: str) -> Item:
    """An item.

    Raises:
        BadInput: the text is not one.

    """
    return item_of(_parsed(text))


def inner(kind: str, text: str, where: str) -> Value:
    """The value of one type whose inside is given as JSON; `where` names it in an error.

    Raises:
        BadInput: the text is not JSON, or not of that type.

    """
    return _value({kind: _parsed(text)}, where)


def item_of(found: Any) -> Item:
    """A parsed JSON object as an item.

    Raises:
        BadInput: it is something else.

    """
    if not isinstance(found, dict):
        raise BadInput("not_an_item")
    return {_text(name, name): _value(value, name) for name, value in found.items()}


def number(text: str, where: str) -> str:
    """The digits as typed.

    Raises:
        BadInput: they are no number.

    """
    if not _NUMBER.fullmatch(text):
        raise BadInput("number", where=where, value=text)
    return text


def binary(text: str, where: str) -> bytes:
    """The bytes that base64 text stands for; white space in it means nothing.

    Raises:
        BadInput: the text is not base64.

    """
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadInput("binary", where=where) from error


def same(one: Value | None, other: Value | None) -> bool:
    """Whether two values are the same; a set has no order."""
    return one is not None and other is not None and _ordered(one) == _ordered(other)


def _ordered(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: sorted(inside)
            if key in {"SS", "NS", "BS"} and isinstance(inside, list)
            else _ordered(inside)
            for key, inside in value.items()
        }
    return [_ordered(one) for one in value] if isinstance(value, list) else value


def _plain(value: Any) -> Any:
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, dict):
        return {key: _plain(inside) for key, inside in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else value


def _parsed(text: str) -> Any:
    try:
        return json.loads(
            text, object_pairs_hook=_once, parse_int=_no_text, parse_float=_no_text, parse_constant=_no_text
        )
    except json.JSONDecodeError as error:
        raise BadInput("json", line=error.lineno, column=error.colno) from error
    except RecursionError as error:
        raise BadInput("deep") from error


def _no_text(_digits: str) -> None:
    """A bare number is never right in DynamoDB JSON, and Python's own numbers would change its digits."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise BadInput("twice", name=next(name for name in names if names.count(name) > 1))
    return found


def _value(found: Any, where: str) -> Value:
    if not isinstance(found, dict) or len(found) != 1 or not set(found) <= set(TYPES):
        raise BadInput("type", where=where)
    ((kind, inside),) = found.items()
    return {kind: _READERS[kind](inside, where)}


def _text(found: Any, where: str) -> str:
    if not isinstance(found, str):
        raise BadInput("text", where=where)
    try:
        found.encode()
    except UnicodeEncodeError as error:
        raise BadInput("half_character", where=where) from error
    return found


def _true(found: Any, where: str) -> bool:
    if found is not True:
        raise BadInput("null", where=where)
    return True


def _truth(found: Any, where: str) -> bool:
    if not isinstance(found, bool):
        raise BadInput("truth", where=where)
    return found


def _map(found: Any, where: str) -> Item:
    if not isinstance(found, dict):
        raise BadInput("map", where=where)
    return {_text(name, where): _value(value, f"{where}.{name}") for name, value in found.items()}


def _list(found: Any, where: str) -> list[Value]:
    if not isinstance(found, list):
        raise BadInput("list", where=where)
    return [_value(value, f"{where}[{at}]") for at, value in enumerate(found)]


def _set(read: Callable[[Any, str], Any]) -> Callable[[Any, str], list[Any]]:
    def elements(found: Any, where: str) -> list[Any]:
        if not isinstance(found, list):
            raise BadInput("set", where=where)
        if not found:
            raise BadInput("empty_set", where=where)
        elements = [read(one, where) for one in found]
        if len(set(elements)) != len(elements):
            raise BadInput("set_twice", where=where)
        return elements

    return elements


def _number(found: Any, where: str) -> str:
    return number(_text(found, where), where)


def _binary(found: Any, where: str) -> bytes:
    return binary(_text(found, where), where)


_READERS: dict[str, Callable[[Any, str], Any]] = {
    "S": _text,
    "N": _number,
    "B": _binary,
    "BOOL": _truth,
    "NULL": _true,
    "M": _map,
    "L": _list,
    "SS": _set(_text),
    "NS": _set(_number),
    "BS": _set(_binary),
}
