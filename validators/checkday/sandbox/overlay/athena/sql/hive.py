"""Hive's statements about the catalog, read from a learner's text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel, ParseError

from checkday.sandbox.overlay.athena.sql.ddl import (
    AddColumns,
    AddPartitions,
    CreateDatabase,
    CreateTable,
    Describe,
    DropDatabase,
    DropPartition,
    DropTable,
    Name,
    Repair,
    SetProperties,
    Show,
)
from checkday.sandbox.overlay.athena.sql.errors import Malformed

_FLAGS = re.IGNORECASE | re.DOTALL
_LEAD = r"(?:\s|--[^\n]*\n|/\*.*?\*/)*"
_PART = r'(?:`[^`]+`|"[^"]+"|[\w$]+)'
_NAME = rf"({_PART}(?:\s*\.\s*{_PART}){{0,2}})"
_END = r"\s*;?\s*$"


def name_of(text: str) -> Name:
    parts = [part.strip("`\"'").lower() for part in re.findall(_PART, text)]
    return Name(parts[-2] if len(parts) > 1 else None, parts[-1])


def _matched(pattern: str, text: str) -> re.Match[str] | None:
    return re.match(_LEAD + pattern, text, _FLAGS)


def _unsupported() -> Malformed:
    return Malformed("Queries of this type are not supported")


def create(text: str) -> CreateTable | CreateDatabase:
    found = _matched(
        rf"CREATE\s+(?:DATABASE|SCHEMA)\s+(IF\s+NOT\s+EXISTS\s+)?{_NAME}(?:\s+COMMENT\s+'([^']*)')?"
        rf"(?:\s+LOCATION\s+'([^']*)')?(?:\s+WITH\s+DBPROPERTIES\s*\(.*\))?{_END}",
        text,
    )
    if found is not None:
        return CreateDatabase(name_of(found[2]).table, bool(found[1]), found[4], found[3] or "")
    if _matched(r"CREATE\s+TABLE\b", text) is not None and "'ICEBERG'" not in text.upper():
        raise Malformed("line 1:8: External keyword required for table type HIVE")
    if _matched(r"CREATE\s+EXTERNAL\s+TABLE\b", text) is None:
        raise _unsupported()
    return _create_table(text)


def _create_table(text: str) -> CreateTable:
    try:
        tree = sqlglot.parse_one(text.rstrip().rstrip(";"), dialect="hive", error_level=ErrorLevel.IMMEDIATE)
    except (ParseError, RecursionError) as error:
        detail = getattr(error, "errors", None) or [{"line": 1, "col": 1, "highlight": ""}]
        line, column, word = (detail[0][name] for name in ("line", "col", "highlight"))
        raise Malformed(f"line {line}:{column}: mismatched input '{word}'") from error
    if not isinstance(tree, exp.Create) or not isinstance(tree.this, exp.Schema):
        raise _unsupported()
    held = tree.args.get("properties") or exp.Properties(expressions=[])
    named = {type(one).__name__: one for one in held.expressions}
    keys = named.get("PartitionedByProperty")
    location = named.get("LocationProperty")
    if location is None:
        raise Malformed("line 1:1: missing 'LOCATION' at '<EOF>'")
    comment = named.get("SchemaCommentProperty")
    return CreateTable(
        _table_name(tree.this.this),
        bool(tree.args.get("exists")),
        _columns(tree.this.expressions),
        _columns(keys.this.expressions) if keys is not None else [],
        named,
        location.this.name,
        {one.name: one.args["value"].name for one in held.expressions if type(one) is exp.Property},
        comment.this.name if comment is not None else "",
    )


def _table_name(node: exp.Table) -> Name:
    return Name(node.db.lower() or None, node.name.lower())


def _columns(nodes: Sequence[exp.Expr]) -> list[dict[str, str]]:
    found = []
    for node in nodes:
        if not isinstance(node, exp.ColumnDef) or node.kind is None:
            raise Malformed(f"line 1:1: mismatched input '{node.name}'. Expecting: <type>")
        column = {"Name": node.name.lower(), "Type": _type_text(node.kind)}
        note = node.find(exp.CommentColumnConstraint)
        found.append(column | ({"Comment": note.this.name} if note is not None else {}))
    return found


def _type_text(kind: exp.Expr) -> str:
    return re.sub(r"\s*([:,])\s*", r"\1", kind.sql("hive").lower()).replace("`", "")


def column_list(text: str) -> Sequence[Mapping[str, str]]:
    """The columns between the parentheses of ADD COLUMNS."""
    return _create_table(f"CREATE EXTERNAL TABLE t ({text}) LOCATION 's3://x/'").columns


def drop(text: str) -> DropTable | DropDatabase:
    found = _matched(rf"DROP\s+(TABLE|VIEW)\s+(IF\s+EXISTS\s+)?{_NAME}{_END}", text)
    if found is not None:
        return DropTable(name_of(found[3]), bool(found[2]), found[1].upper() == "VIEW")
    found = _matched(
        rf"DROP\s+(?:DATABASE|SCHEMA)\s+(IF\s+EXISTS\s+)?{_NAME}\s*(RESTRICT|CASCADE)?{_END}", text
    )
    if found is None:
        raise _unsupported()
    return DropDatabase(name_of(found[2]).table, bool(found[1]), (found[3] or "").upper() == "CASCADE")


_PARTITION = re.compile(r"\s*PARTITION\s*\(([^)]*)\)\s*(?:LOCATION\s*'([^']*)')?\s*,?\s*", _FLAGS)


def alter(text: str) -> AddPartitions | DropPartition | AddColumns | SetProperties:
    found = _matched(rf"ALTER\s+TABLE\s+{_NAME}\s+(.*?){_END}", text)
    if found is None:
        raise _unsupported()
    table, rest = name_of(found[1]), found[2]
    if re.match(r"ADD\s+(IF\s+NOT\s+EXISTS\s+)?PARTITION\b", rest, _FLAGS):
        return _add_partitions(table, rest)
    one = re.fullmatch(r"DROP\s+(IF\s+EXISTS\s+)?PARTITION\s*\(([^)]*)\)", rest, _FLAGS)
    if one is not None:
        return DropPartition(table, bool(one[1]), _values(one[2]))
    one = re.fullmatch(r"(ADD|REPLACE)\s+COLUMNS\s*\((.*)\)", rest, _FLAGS)
    if one is not None:
        return AddColumns(table, column_list(one[2]), one[1].upper() == "REPLACE")
    one = re.fullmatch(r"SET\s+LOCATION\s+'([^']*)'", rest, _FLAGS)
    if one is not None:
        return SetProperties(table, location=one[1])
    one = re.fullmatch(r"SET\s+TBLPROPERTIES\s*\((.*)\)", rest, _FLAGS)
    if one is None:
        raise _unsupported()
    pairs = re.findall(r"""['"]([^'"]*)['"]\s*=\s*['"]([^'"]*)['"]""", one[1])
    return SetProperties(table, dict(pairs))


def _add_partitions(table: Name, rest: str) -> AddPartitions:
    head = re.match(r"ADD\s+(IF\s+NOT\s+EXISTS\s+)?", rest, _FLAGS)
    place = head.end() if head is not None else 0
    partitions = []
    while place < len(rest):
        one = _PARTITION.match(rest, place)
        if one is None:
            raise Malformed(
                f"line 1:1: mismatched input '{rest[place:].split(maxsplit=1)[0]}'. Expecting: 'PARTITION'"
            )
        partitions.append((_values(one[1]), one[2]))
        place = one.end()
    return AddPartitions(table, bool(head and head[1]), partitions)


def _values(text: str) -> dict[str, str]:
    pairs = re.findall(r"""([`\w]+)\s*=\s*(?:'([^']*)'|"([^"]*)"|([\w.-]+))""", text)
    return {key.strip("`").lower(): single or double or bare for key, single, double, bare in pairs}


def repair(text: str) -> Repair:
    found = _matched(rf"MSCK\s+REPAIR\s+TABLE\s+{_NAME}{_END}", text)
    if found is None:
        raise _unsupported()
    return Repair(name_of(found[1]))


def show(text: str) -> Show:
    found = _matched(rf"SHOW\s+(DATABASES|SCHEMAS)(?:\s+(?:LIKE\s+)?'([^']*)')?{_END}", text)
    if found is not None:
        return Show("DATABASES", None, found[2])
    found = _matched(
        rf"SHOW\s+(TABLES|VIEWS)(?:\s+(?:IN|FROM)\s+{_NAME})?(?:\s+(?:LIKE\s+)?'([^']*)')?{_END}", text
    )
    if found is not None:
        return Show(found[1].upper(), name_of(found[2]) if found[2] else None, found[3])
    found = _matched(
        rf"SHOW\s+(PARTITIONS|CREATE\s+TABLE|CREATE\s+VIEW|COLUMNS\s+(?:IN|FROM)|TBLPROPERTIES)\s+{_NAME}{_END}",
        text,
    )
    if found is None:
        raise _unsupported()
    what = re.sub(r"\s+(IN|FROM)$", "", re.sub(r"\s+", " ", found[1].upper()))
    return Show(what, name_of(found[2]), None)


def describe(text: str) -> Describe:
    found = _matched(rf"DESC(?:RIBE)?\s+(?:(EXTENDED|FORMATTED)\s+)?{_NAME}{_END}", text)
    if found is None:
        raise _unsupported()
    return Describe(name_of(found[2]), bool(found[1]))
