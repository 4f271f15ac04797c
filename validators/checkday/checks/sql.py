"""A learner's SQL, read loosely: to find the query that a milestone asks for, never to judge it."""

from __future__ import annotations

import re

_LONGEST = 4096
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_NAME = '"?{}"?(?![\\w.])'
_QUALIFIED = r'\b(?:from|join) (?:"?\w+"? ?\. ?){0,2}'


def normal(sql: str) -> str:
    """The text in small letters, with single spaces and without comments, cut to what a person types."""
    return " ".join(_COMMENT.sub(" ", sql[:_LONGEST]).lower().split()).rstrip("; ")


def reads_from(text: str, table: str) -> bool:
    """Whether a normal text names the table after FROM or JOIN, with or without its database."""
    return _from(table).search(text) is not None


def question(text: str, table: str) -> str:
    """The normal text with the table left open: what is asked, whatever it is asked of."""
    return _from(table).sub("from ?", text)


def _from(table: str) -> re.Pattern[str]:
    return re.compile(_QUALIFIED + _NAME.format(re.escape(table)))
