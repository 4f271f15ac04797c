"""Prose: what a careful reader of Vietnamese would mark, and what holds in every language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import yaml

from checkday.authoring.problem import Problem
from checkday.authoring.rules.sentences import texts
from checkday.authoring.syllables import is_marked, is_syllable
from checkday.authoring.tree import DOCS, SHARED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from checkday.authoring.tree import Tree

VIETNAMESE = "vi"
LONGEST = 40
"""Words in a sentence of a page; a first-year student must follow without reading it twice."""

_NAME = "x"
"""What stands for a name, a command or an address, so that the words around it do not become neighbours."""

_REFUSED_SIGN = re.compile("(?<=\\S)!|[\u2026\u201c\u201d\u2018\u2019\u00ab\u00bb]")
"""An exclamation mark after a word, an ellipsis in one letter, quotation marks that are not straight."""

_FENCE = re.compile(r"\s*(`{3,}|~{3,})")
_SHOWN_FRONT = re.compile(r"(title|description): ")
_NO_PROSE = re.compile(r"`[^`]*`|\]\([^)]*\)|<[^>]+>|\{[^}]*\}|https?://\S+|<!--.*?-->|\w+\.\w[\w.]*")
_LABEL_OR_BRACKET = re.compile(r"\*\*.+?\*\*|\([^()]*\)|\"[^\"]*\"")
_WORD = re.compile(r"[^\W\d_]+")
_TWICE = re.compile(r"\b([^\W\d_]+) \1\b", re.IGNORECASE)
_ADMONITION = re.compile(r"\s*(!!!|\?\?\?\+?) ")
_NO_SENTENCE = re.compile(r"\s*([|#]|--8<--|===|\*\[)")
_END_OF_SENTENCE = re.compile(r"(?<=[.?:;])\s")


@dataclass(frozen=True, slots=True)
class Style:
    """What is agreed on words; see prose.vi.yaml and terms.vi.yaml."""

    terms: Mapping[str, str]
    english: Mapping[str, str]
    doubled: frozenset[str]
    foreign: frozenset[str]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page or a sentence of the curriculum, and where it stands."""

    path: Path
    number: int
    language: str
    text: str

    @property
    def prose(self) -> str:
        return _NO_PROSE.sub(f" {_NAME} ", _ADMONITION.sub("", self.text))

    def problem(self, key: str, **facts: str) -> Problem:
        return Problem(self.path, self.number, key, facts)


def problems(tree: Tree) -> Iterator[Problem]:
    style = _style(tree.root / SHARED / "abbr")
    for line in _sentences(tree):
        if line.language == VIETNAMESE:
            yield from _vietnamese(line, style)
            yield from _twice(line, style)
            yield from _signs(line)
    for line in _pages(tree):
        if line.language == VIETNAMESE:
            yield from _vietnamese(line, style)
            yield from _english(line, style)
        yield from _twice(line, style)
        yield from _signs(line)
        yield from _spaced(line)
        yield from _long(line)


def _style(folder: Path) -> Style:
    agreed = yaml.safe_load((folder / "prose.vi.yaml").read_text(encoding="utf-8"))
    terms = yaml.safe_load((folder / "terms.vi.yaml").read_text(encoding="utf-8"))
    return Style(terms, agreed["english"], frozenset(agreed["doubled"]), frozenset(agreed["foreign"]))


def _sentences(tree: Tree) -> Iterator[Line]:
    for source, place, text in texts(tree):
        for language in set(text) & set(tree.languages):
            number = source.line(*place, language)
            for line in text[language].splitlines():
                yield Line(source.path, number, language, line)


def _pages(tree: Tree) -> Iterator[Line]:
    """What authors write; the reference pages are generated from the sentences above."""
    for language in tree.languages:
        folder = tree.root / DOCS / language
        for path in sorted(set(folder.rglob("*.md")) - set((folder / "reference").glob("*"))):
            lines = path.read_text(encoding="utf-8").splitlines()
            for number, text in _shown(lines):
                yield Line(path.relative_to(tree.root), number, language, text)


def _shown(lines: list[str]) -> Iterator[tuple[int, str]]:
    """The lines that a reader sees as prose: no code, and of the front matter only what becomes a title."""
    is_front, fence = lines[:1] == ["---"], ""
    for number, line in enumerate(lines, 1):
        mark = _FENCE.match(line)
        if is_front:
            is_front = number == 1 or line != "---"
            if _SHOWN_FRONT.match(line):
                yield number, _SHOWN_FRONT.sub("", line).strip('"')
        elif fence:
            fence = "" if line.strip() == fence else fence
        elif mark:
            fence = mark[1]
        else:
            yield number, line


def _vietnamese(line: Line, style: Style) -> Iterator[Problem]:
    for word in _WORD.findall(line.prose):
        if is_marked(word) and not is_syllable(word) and word.lower() not in style.foreign:
            yield line.problem("lint.no_syllable", word=word)
    yield from _refused(line, line.prose, style.terms)


def _english(line: Line, style: Style) -> Iterator[Problem]:
    if not _NO_SENTENCE.match(line.text):
        yield from _refused(line, _LABEL_OR_BRACKET.sub(" ", line.prose), style.english)


def _refused(line: Line, text: str, agreed: Mapping[str, str]) -> Iterator[Problem]:
    for word, term in agreed.items():
        if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE):
            yield line.problem("lint.refused_word", word=word, term=term)


def _twice(line: Line, style: Style) -> Iterator[Problem]:
    for match in _TWICE.finditer(line.prose):
        if match[1].lower() not in style.doubled | {_NAME}:
            yield line.problem("lint.doubled_word", word=match[0])


def _signs(line: Line) -> Iterator[Problem]:
    for sign in sorted(set(_REFUSED_SIGN.findall(line.prose))):
        yield line.problem("lint.refused_sign", sign=sign)


def _spaced(line: Line) -> Iterator[Problem]:
    # Leading space is structure; two at the end are a line break that nobody sees in the source.
    if re.search(r"\S {2,}", line.text):
        yield line.problem("lint.double_space")


def _long(line: Line) -> Iterator[Problem]:
    if _NO_SENTENCE.match(line.text):
        return
    for sentence in _END_OF_SENTENCE.split(line.prose):
        count = len(_WORD.findall(sentence))
        if count > LONGEST:
            yield line.problem("lint.long_sentence", count=str(count), most=str(LONGEST))
