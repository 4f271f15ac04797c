"""Trino's grammar as far as Athena takes it: what is not on the lists here is refused before all else."""

from __future__ import annotations

from typing import Any, ClassVar

import sqlglot
from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.dialects.trino import Trino
from sqlglot.errors import ErrorLevel, ParseError, TokenError
from sqlglot.generators.duckdb import DuckDBGenerator
from sqlglot.parsers.trino import TrinoParser
from sqlglot.tokenizer_core import Token, TokenType

from checkday.sandbox.overlay.athena.sql.errors import Malformed, Place


class AthenaQuery(Trino):
    """Trino with every function left by its own name: what they mean is said in `functions` alone."""

    class Parser(TrinoParser):
        """Of functions only those with a grammar of their own."""

        FUNCTIONS: ClassVar[dict[str, Any]] = {}
        FUNCTION_PARSERS: ClassVar[dict[str, Any]] = {
            name: parser
            for name, parser in TrinoParser.FUNCTION_PARSERS.items()
            if name in {"CAST", "TRY_CAST", "EXTRACT", "LISTAGG", "POSITION", "SUBSTRING", "TRIM"}
        }


class EngineQuery(DuckDB):
    """DuckDB, with IGNORE NULLS inside the parentheses of any function."""

    class Generator(DuckDBGenerator):
        """Writes what DuckDB reads."""

        def ignorenulls_sql(self, expression: exp.IgnoreNulls) -> str:
            call: str = self.sql(expression, "this")
            return f"{call[:-1]} IGNORE NULLS)"

        def respectnulls_sql(self, expression: exp.RespectNulls) -> str:
            call: str = self.sql(expression, "this")
            return call


_EXPECTED = (
    "'ALTER', 'ANALYZE', 'CALL', 'COMMIT', 'CREATE', 'DEALLOCATE', 'DELETE', 'DESC', 'DESCRIBE', 'DROP', "
    "'EXECUTE', 'EXPLAIN', 'GRANT', 'INSERT', 'PREPARE', 'RESET', 'REVOKE', 'ROLLBACK', 'SET', 'SHOW', "
    "'START', 'UNLOAD', 'UPDATE', 'USE', <query>"
)

_CLAUSES = {
    *("expressions", "from_", "joins", "where", "group", "having", "order", "limit", "offset", "with_"),
    *("distinct", "windows", "laterals"),
}

_ALLOWED = (
    *(exp.Select, exp.From, exp.Join, exp.Where, exp.Group, exp.GroupingSets, exp.Cube, exp.Rollup),
    *(exp.Having, exp.Order, exp.Ordered, exp.Limit, exp.Fetch, exp.LimitOptions, exp.Offset, exp.Distinct),
    *(exp.With, exp.CTE, exp.TableAlias, exp.Table, exp.TableSample, exp.Subquery, exp.SetOperation),
    *(exp.Values, exp.Tuple, exp.Paren, exp.Column, exp.Identifier, exp.Star, exp.Alias, exp.Literal),
    *(exp.Boolean, exp.Null, exp.Anonymous, exp.Filter, exp.Window, exp.WindowSpec, exp.IgnoreNulls),
    *(exp.RespectNulls, exp.Lambda, exp.Array, exp.Bracket, exp.Dot, exp.Cast, exp.DataType),
    *(exp.DataTypeParam, exp.ColumnDef, exp.Interval, exp.Var, exp.Extract, exp.Trim, exp.Substring),
    *(exp.StrPosition, exp.GroupConcat, exp.WithinGroup, exp.If, exp.Case, exp.CurrentDate),
    *(exp.CurrentTimestamp, exp.CurrentTime, exp.CurrentUser, exp.Localtimestamp, exp.Localtime),
    *(exp.And, exp.Or, exp.Not, exp.Neg, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is, exp.Like),
    *(exp.Between, exp.In, exp.NullSafeEQ, exp.NullSafeNEQ, exp.Escape, exp.Any, exp.All, exp.Exists),
    *(
        exp.Add,
        exp.Sub,
        exp.Mul,
        exp.Div,
        exp.Mod,
        exp.DPipe,
        exp.AtTimeZone,
        exp.Unnest,
        exp.Lateral,
        exp.Placeholder,
    ),
    *(exp.HexString, exp.UnicodeString, exp.ParseJSON, exp.IntervalSpan),
)


def tokens(text: str) -> list[Token]:
    """The words of one statement.

    Raises:
        Malformed: the text is no sequence of words, or more than one statement.

    """
    try:
        found = list(sqlglot.tokenize(text, read=AthenaQuery))
    except TokenError as error:
        raise Malformed(f"line 1:1: {str(error).splitlines()[0]}") from error
    while found and found[-1].token_type == TokenType.SEMICOLON:
        found.pop()
    if any(token.token_type == TokenType.SEMICOLON for token in found):
        raise Malformed(f"Only one sql statement is allowed. Got: {text}")
    if not found:
        raise Malformed(f"line 1:{len(text) + 1}: mismatched input '<EOF>'. Expecting: {_EXPECTED}")
    return found


def unexpected(text: str, offset: int, word: str, expecting: str = _EXPECTED) -> Malformed:
    return Malformed(f"{Place.at(text, offset)}: mismatched input '{word}'. Expecting: {expecting}")


def parse_query(text: str, start: int = 0) -> exp.Query:
    """The query that begins at an offset of the text, every node with its place in the whole.

    Raises:
        Malformed: it is not Trino's, or has parts that this engine does not know.

    """
    blank = " " * start + text[start:].rstrip().rstrip(";")
    # Blanks keep offsets; the lines before the query are needed for places only, which count in the text.
    words = tokens(blank)
    for word in words:
        if word.token_type == TokenType.DCOLON:
            raise unexpected(text, word.start, word.text, "<expression>")
    try:
        tree = AthenaQuery().parser(error_level=ErrorLevel.IMMEDIATE).parse(words, blank)[0]
    except ParseError as error:
        raise _refusal(text, error) from error
    except RecursionError as error:
        raise Malformed("statement is too large (stack overflow during analysis)") from error
    if isinstance(tree, exp.Values):
        tree = _selected(tree)
    if not isinstance(tree, exp.Query):
        raise unexpected(text, words[0].start, words[0].text)
    _check(tree, text)
    return tree


def _selected(values: exp.Values) -> exp.Select:
    """VALUES as a query of columns with Trino's names."""
    first = values.expressions[0]
    width = len(first.expressions) if isinstance(first, exp.Tuple) else 1
    names = [exp.to_identifier(f"_col{index}", quoted=True) for index in range(width)]
    values.set("alias", exp.TableAlias(this=exp.to_identifier("values_"), columns=names))
    return exp.Select(expressions=[exp.Star()], from_=exp.From(this=values))


def _refusal(text: str, error: ParseError) -> Malformed:
    found = error.errors[0]
    if not found["end_context"] and "Unexpected token" not in found["description"]:
        return unexpected(text, len(text.rstrip()), "<EOF>", "<expression>")
    lines = text.splitlines(keepends=True)
    end = sum(map(len, lines[: found["line"] - 1])) + found["col"]
    word = found["highlight"]
    return unexpected(text, max(end - len(word), 0), word, "<expression>")


def _check(tree: exp.Expr, text: str) -> None:
    for node in tree.walk():
        if not isinstance(node, _ALLOWED) or not _plain(node):
            offset = offset_of(node)
            raise unexpected(text, offset, text[offset:].split(maxsplit=1)[0], "<expression>")


def _plain(node: exp.Expr) -> bool:
    """Whether the node has only the parts that Trino gives it."""
    if isinstance(node, exp.Select):
        return {name for name, value in node.args.items() if value} <= _CLAUSES
    if isinstance(node, exp.Star):
        return not any(node.args.values())
    if isinstance(node, exp.Table):
        return isinstance(node.this, exp.Identifier)
    if isinstance(node, exp.Group):
        return not node.args.get("all") or bool(node.expressions)
    return True


def offset_of(node: exp.Expr) -> int:
    """Where the node begins in the learner's text."""
    starts = [one.meta["start"] for one in node.walk() if "start" in one.meta]
    return min(starts, default=0)


def to_engine(tree: exp.Expr) -> str:
    """The SQL that DuckDB runs."""
    return tree.sql(dialect=EngineQuery, unsupported_level=ErrorLevel.IGNORE)
