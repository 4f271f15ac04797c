"""The placeholders of a sentence, and the sentence as Markdown."""

from __future__ import annotations

import re
from string import Formatter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_SPECIAL = re.compile(r"([\\`*_{}\[\]#|])")


class BadSentenceError(ValueError):
    """Braces that do not pair, or a placeholder that is more than a name."""


def placeholders(sentence: str) -> frozenset[str]:
    """The names in braces.

    Raises:
        BadSentenceError: one of them is not a plain name.

    """
    return frozenset(name for _, name in _parts(sentence) if name)


def markdown(sentence: str) -> str:
    """The sentence for a page: nothing in it can mark up, and placeholders are shown as code."""
    shown = ""
    code = ""
    for literal, name in _parts(sentence):
        if literal:
            shown += _code(code) + _literal(literal)
            code = ""
        # Two placeholders without a letter between them share one code span: "``" would open another kind.
        code += f"{{{name}}}" if name else ""
    return shown + _code(code)


def _parts(sentence: str) -> Iterator[tuple[str, str]]:
    try:
        parts = list(Formatter().parse(sentence))
    except ValueError as error:
        raise BadSentenceError(str(error)) from error
    for literal, name, form, conversion in parts:
        if name is not None and (not name.isidentifier() or form or conversion):
            raise BadSentenceError(name)
        yield literal, name or ""


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def _literal(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text.replace("&", "&amp;").replace("<", "&lt;"))
