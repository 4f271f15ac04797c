"""The statements that Athena knows, read from a learner's text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from sqlglot import exp

from checkday.sandbox.overlay.athena.sql import hive
from checkday.sandbox.overlay.athena.sql.ddl import Name
from checkday.sandbox.overlay.athena.sql.dialect import parse_query, tokens, unexpected
from checkday.sandbox.overlay.athena.sql.errors import Malformed

_UNSUPPORTED = "Queries of this type are not supported"


@dataclass(frozen=True, slots=True)
class Query:
    """A statement whose answer is rows."""

    text: str
    tree: exp.Query
    kind: ClassVar = "DML"
    substatement: ClassVar = "SELECT"


@dataclass(frozen=True, slots=True)
class Explain:
    text: str
    tree: exp.Query
    kind: ClassVar = "UTILITY"
    substatement: ClassVar = "EXPLAIN"


@dataclass(frozen=True, slots=True)
class CreateTableAs:
    text: str
    tree: exp.Query
    table: Name
    properties: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    if_absent: bool = False
    with_data: bool = True
    kind: ClassVar = "DDL"
    substatement: ClassVar = "CREATE_TABLE_AS_SELECT"


@dataclass(frozen=True, slots=True)
class CreateView:
    text: str
    tree: exp.Query
    view: Name
    query: str
    replace: bool
    kind: ClassVar = "DDL"
    substatement: ClassVar = "CREATE_VIEW"


@dataclass(frozen=True, slots=True)
class Insert:
    text: str
    tree: exp.Query
    table: Name
    columns: Sequence[str]
    kind: ClassVar = "DML"
    substatement: ClassVar = "INSERT"


@dataclass(frozen=True, slots=True)
class Unload:
    text: str
    tree: exp.Query
    location: str
    properties: Mapping[str, str | Sequence[str]]
    kind: ClassVar = "DML"
    substatement: ClassVar = "UNLOAD"


_NAME = r'((?:[`"][^`"]+[`"]|[\w$]+)(?:\s*\.\s*(?:[`"][^`"]+[`"]|[\w$]+)){0,2})'
_FLAGS = re.IGNORECASE | re.DOTALL


def parse(text: str) -> object:
    """The statement, as one of the classes here or in `ddl`.

    Raises:
        Malformed: it is none.

    """
    words = tokens(text)
    first = words[0].text.upper()
    if first in {"SELECT", "WITH", "VALUES", "("}:
        return Query(text, parse_query(text))
    if first in _READERS:
        return _READERS[first](text)
    if first in {
        "DELETE",
        "UPDATE",
        "MERGE",
        "OPTIMIZE",
        "VACUUM",
        "ANALYZE",
        "PREPARE",
        "EXECUTE",
        "DEALLOCATE",
    }:
        raise Malformed(_UNSUPPORTED)
    raise unexpected(text, words[0].start, words[0].text)


def _matched(pattern: str, text: str) -> re.Match[str] | None:
    return re.match(rf"(?:\s|--[^\n]*\n|/\*.*?\*/)*{pattern}", text, _FLAGS)


def _explain(text: str) -> Explain:
    found = _matched(r"EXPLAIN\s+(?:\(.*?\)\s*)?(?!ANALYZE)", text)
    if found is None:
        raise Malformed(_UNSUPPORTED)
    return Explain(text, parse_query(text, found.end()))


def _create(text: str) -> object:
    found = _matched(rf"CREATE\s+TABLE\s+(IF\s+NOT\s+EXISTS\s+)?{_NAME}\s*(WITH\s*\((.*?)\)\s*)?AS\b", text)
    if found is not None:
        return _create_as(text, found)
    found = _matched(rf"CREATE\s+(OR\s+REPLACE\s+)?VIEW\s+{_NAME}\s+AS\b", text)
    if found is not None:
        query = text[found.end() :].strip().rstrip(";")
        return CreateView(text, parse_query(text, found.end()), hive.name_of(found[2]), query, bool(found[1]))
    return hive.create(text)


def _create_as(text: str, found: re.Match[str]) -> CreateTableAs:
    bare = re.sub(r"\bWITH\s+(NO\s+)?DATA\s*;?\s*$", "", text, flags=_FLAGS)
    empty = re.search(r"\bWITH\s+NO\s+DATA\s*;?\s*$", text, _FLAGS) is not None
    properties = _properties(found[4] or "", text)
    return CreateTableAs(
        text, parse_query(bare, found.end()), hive.name_of(found[2]), properties, bool(found[1]), not empty
    )


def _insert(text: str) -> Insert:
    found = _matched(
        rf'INSERT\s+INTO\s+{_NAME}\s*(?:\(((?:\s*[\w"]+\s*,?)+)\)\s*(?=SELECT|WITH|VALUES|\())?', text
    )
    if found is None:
        raise unexpected(text, text.upper().find("INSERT"), "INSERT", "'INTO'")
    columns = [name.strip().strip('"').lower() for name in (found[2] or "").split(",") if name.strip()]
    return Insert(text, parse_query(text, found.end()), hive.name_of(found[1]), columns)


def _unload(text: str) -> Unload:
    found = re.search(r"\)\s*TO\s*'([^']*)'\s*WITH\s*\((.*)\)\s*;?\s*$", text, _FLAGS)
    begun = _matched(r"UNLOAD\s*\(", text)
    if found is None or begun is None:
        raise Malformed(
            "line 1:1: mismatched input 'UNLOAD'. Expecting: UNLOAD (<query>) TO '<location>' WITH (...)"
        )
    return Unload(
        text, parse_query(text[: found.start()], begun.end()), found[1], _properties(found[2], text)
    )


_PROPERTY = re.compile(
    r"\s*([\w]+)\s*=\s*(?:'((?:[^']|'')*)'|ARRAY\s*\[([^\]]*)\]|(\w+))\s*(?:,|$)", re.IGNORECASE
)


def _properties(text: str, whole: str) -> dict[str, str | Sequence[str]]:
    """What WITH (…) says."""
    found: dict[str, str | Sequence[str]] = {}
    place = 0
    while text[place:].strip():
        one = _PROPERTY.match(text, place)
        if one is None:
            raise unexpected(whole, whole.find(text) + place, text[place:].split(maxsplit=1)[0], "<property>")
        listed = one[3]
        found[one[1].lower()] = (
            [item.strip().strip("'") for item in listed.split(",") if item.strip()]
            if listed is not None
            else (one[2] if one[2] is not None else one[4])
        )
        place = one.end()
    return found


_READERS: Mapping[str, Callable[[str], object]] = {
    "EXPLAIN": _explain,
    "CREATE": _create,
    "INSERT": _insert,
    "UNLOAD": _unload,
    "DROP": hive.drop,
    "ALTER": hive.alter,
    "MSCK": hive.repair,
    "SHOW": hive.show,
    "DESCRIBE": hive.describe,
    "DESC": hive.describe,
}
