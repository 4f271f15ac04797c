"""JSON from anybody: bounded before it is parsed, and with one meaning only."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from typing import Any, NoReturn

_DEEPEST = 32
_DIGITS = 30
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
"""One that never ends is taken as well, or each of its quotes would be tried as the beginning of another."""

_BRACKET = re.compile(rb"[\[\]{}]")


class Refused(Exception):
    """Nothing of this counts: a code, whose words are `submission.<code>`, and facts."""

    def __init__(self, code: str, /, **facts: Any) -> None:
        super().__init__(code, facts)
        self.code, self.facts = code, facts


def parsed(content: bytes) -> Any:
    """The value of one JSON text; its size is for the caller to bound.

    Raises:
        Refused: it is no UTF-8, no JSON, too deep, has endless numbers, keys twice, or half characters.

    """
    _check_depth(content)
    try:
        value = json.loads(
            content.decode("utf-8"),
            object_pairs_hook=_once,
            parse_int=_whole,
            parse_float=_finite,
            parse_constant=_no_number,
        )
        # What no text can be is no text: a lone surrogate passes every parser and ends in the first writer.
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused("not_text") from error
    except UnicodeEncodeError as error:
        raise Refused("surrogate") from error
    except ValueError as error:
        raise Refused("damaged") from error
    return value


def _check_depth(content: bytes) -> None:
    depth = 0
    for bracket in _BRACKET.finditer(_STRING.sub(b"", content)):
        depth += 1 if bracket[0] in b"[{" else -1
        if depth > _DEEPEST:
            raise Refused("too_deep", deepest=_DEEPEST)


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Refused("duplicate_key")
    return found


def _whole(text: str) -> int:
    if len(text) > _DIGITS:
        raise Refused("bad_number")
    return int(text)


def _finite(text: str) -> float:
    if len(text) > _DIGITS or not math.isfinite(float(text)):
        raise Refused("bad_number")
    return float(text)


def _no_number(_: str) -> NoReturn:
    raise Refused("bad_number")
