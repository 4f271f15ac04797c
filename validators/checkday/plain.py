"""Strings that other people chose, made safe to show: names, tags, error texts."""

from __future__ import annotations

import unicodedata
from typing import Any

_LONGEST = 300
"""Characters; an S3 key has up to 1,024 and an Athena query 262,144: none is worth a screen."""

_HIDDEN = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
"""Controls (C0 and 8-bit C1), bidirectional and zero-width marks, private use, surrogates, line ends."""


def plain(text: str) -> str:
    """The text in NFC with every character that could paint or reorder a terminal shown as an escape."""
    cut = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    if cut.isascii() and cut.isprintable():
        return cut
    return "".join(_shown(character) for character in unicodedata.normalize("NFC", cut))


def plain_facts(value: Any) -> Any:
    """The same for everything inside a JSON value."""
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, dict):
        return {plain(str(key)): plain_facts(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain_facts(inner) for inner in value]
    return value


def _shown(character: str) -> str:
    if unicodedata.category(character) in _HIDDEN:
        return f"\\u{ord(character):04x}"
    return character
