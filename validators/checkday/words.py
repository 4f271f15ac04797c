"""The interface's own sentences, by language. Light on imports: `--help` waits for this module."""

from __future__ import annotations

import json
import os

TYPE_CHECKING = False  # typing itself costs --help three milliseconds
if TYPE_CHECKING:
    from typing import Any

DEFAULT = "vi"
KNOWN = ("vi", "en")


class Words:
    """Says a sentence of words.yaml in one language; facts are made safe to show on their way in."""

    def __init__(self, language: str) -> None:
        self.language = language
        path = os.path.join(os.path.dirname(__file__), "generated", f"words.{language}.json")
        with open(path, encoding="utf-8") as file:
            self._sentences: dict[str, str] = json.load(file)

    def __call__(self, key: str, /, **facts: Any) -> str:
        return fill(self._sentences[key], facts)

    def __contains__(self, key: str) -> bool:
        return key in self._sentences


def fill(sentence: str, facts: Any) -> str:
    """A sentence with its placeholders filled in."""
    if not facts:
        return sentence
    from checkday.plain import plain  # noqa: PLC0415 - unicodedata is not needed for plain sentences

    return sentence.format_map({name: plain(str(value)) for name, value in facts.items()})


def language(given: str | None) -> str:
    """The language to speak: what was given, WORKSHOP_LANG, the locale, else Vietnamese."""
    for candidate in (given, os.environ.get("WORKSHOP_LANG")):
        if candidate in KNOWN:
            return str(candidate)
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable, "")
        if value:
            return "en" if value.startswith("en") else DEFAULT
    return DEFAULT
