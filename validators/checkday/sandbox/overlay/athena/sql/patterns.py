"""Patterns of dates and texts, from the notations of Trino's functions into DuckDB's."""

from __future__ import annotations

import re

from sqlglot import exp

from checkday.sandbox.overlay.athena.sql.errors import QueryError

_MYSQL = {
    "a": "%a",
    "b": "%b",
    "c": "%-m",
    "d": "%d",
    "e": "%-d",
    "f": "%f",
    "H": "%H",
    "h": "%I",
    "I": "%I",
    "i": "%M",
    "j": "%j",
    "k": "%-H",
    "l": "%-I",
    "M": "%B",
    "m": "%m",
    "p": "%p",
    "S": "%S",
    "s": "%S",
    "v": "%V",
    "W": "%A",
    "Y": "%Y",
    "y": "%y",
    "x": "%G",
    "%": "%%",
    "T": "%H:%M:%S",
    "r": "%I:%M:%S %p",
}

_JAVA = {
    "yyyy": "%Y",
    "y": "%Y",
    "YYYY": "%Y",
    "yy": "%y",
    "MMMM": "%B",
    "MMM": "%b",
    "MM": "%m",
    "M": "%-m",
    "dd": "%d",
    "d": "%-d",
    "DDD": "%j",
    "HH": "%H",
    "H": "%-H",
    "hh": "%I",
    "h": "%-I",
    "mm": "%M",
    "m": "%-M",
    "ss": "%S",
    "s": "%-S",
    "SSS": "%g",
    "a": "%p",
    "EEEE": "%A",
    "EEE": "%a",
    "E": "%a",
    "e": "%u",
    "ww": "%V",
    "w": "%V",
    "xxxx": "%G",
    "Z": "%z",
    "ZZ": "%z",
    "z": "%Z",
}

_CONVERSION = re.compile(r"%(?:%|n|[-#+ 0,(]*\d*(?:\.\d+)?([a-zA-Z]))")


def from_mysql(pattern: exp.Expr) -> exp.Expr:
    """The pattern of date_format and date_parse."""
    return _string(re.sub(r"%(.)", lambda found: _known(_MYSQL, found[1]), _text(pattern)))


def from_java(pattern: exp.Expr) -> exp.Expr:
    """The pattern of format_datetime and parse_datetime."""
    return _string(re.sub(r"'([^']*)'|([A-Za-z])\2*|%", _java_part, _text(pattern)))


def _java_part(found: re.Match[str]) -> str:
    if found[1] is not None:
        return found[1].replace("%", "%%") or "'"
    return "%%" if found[0] == "%" else _known(_JAVA, found[0])


def _known(meanings: dict[str, str], part: str) -> str:
    if part not in meanings:
        raise QueryError("INVALID_FUNCTION_ARGUMENT", f"Invalid date format: unsupported specifier '{part}'")
    return meanings[part]


def conversions(pattern: exp.Expr, known: set[str]) -> list[str]:
    """What each argument of format() is written as.

    Raises:
        QueryError: it is none of the known ones.

    """
    found = [kind for kind in _CONVERSION.findall(_text(pattern)) if kind]
    unknown = next((kind for kind in found if kind not in known), None)
    if unknown:
        message = f"Invalid format string: {_text(pattern)} (UnknownFormatConversion: '%{unknown}')"
        raise QueryError("INVALID_FUNCTION_ARGUMENT", message)
    return found


def checked(pattern: exp.Expr) -> exp.Expr:
    return _string(_text(pattern).replace("%n", "\n"))


def _text(pattern: exp.Expr) -> str:
    if not (isinstance(pattern, exp.Literal) and pattern.is_string):
        raise QueryError("NOT_SUPPORTED", "A format must be a literal in this engine")
    return str(pattern.this)


def _string(text: str) -> exp.Expr:
    return exp.Literal.string(text)
