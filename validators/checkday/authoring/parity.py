"""Keep the two languages in step: whatever is not prose must be equal on a page and its translation.

Vietnamese is the source. An English page carries the hash of the Vietnamese page that it was checked against.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from checkday.model import LANGUAGES

SOURCE, TRANSLATION = LANGUAGES
GENERATED = "reference/"
"""Pages under it are written by `make gen`, so they carry neither an id nor a hash."""

TONE_PLACEMENT = "old"
"""hòa, khóa, thủy (not hoà, khoá, thuỷ): one style, so that a reader's search finds every place."""

_OTHER_TONE_PLACEMENT = re.compile(r"\w*(?:o[àáảãạèéẻẽẹ]|(?<!q)u[ỳýỷỹỵ])(?!\w)", re.IGNORECASE)
_OWN_KEYS = {"title", "description", "source_hash"}
_FENCE = re.compile(r"\s*(`{3,}|~{3,})")
_HEADING = re.compile(r"(#{1,6}) .*?(?:\{ *(#[^}]*?) *\})?\s*$")
_INCLUDE = re.compile(r"--8<-- +\"([^\"]+)\"")
_TAB = re.compile(r"(\s*)===[!+]? +\"([^\"]+)\"")
_ADMONITION = re.compile(r"(\s*)(!!!|\?\?\?\+?) +([\w -]+?) *(\"[^\"]*\")?\s*$")
_ITEM = re.compile(r"(\s*)(?:[-*+]( \[[ xX]\])?|(\d+)\.) ")
_LINK = re.compile(r"\]\(<?([^)\s>]+)>?(?: \"[^\"]*\")?\)|(?:href|src)=\"([^\"]+)\"|<(https?://[^>]+)>")
_INLINE = re.compile(r"`([^`]+)`")
_NOT_PROSE = re.compile(r"`[^`]*`|\]\([^)]*\)|<[^>]+>|\{[^}]*\}|https?://\S+")
_NUMBER = re.compile(r"(?<![\w$])\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True)
class Fault:
    """One way in which a page is not as its twin, or not as the style says."""

    page: str
    rule: str
    vi: tuple[Any, ...] = ()
    en: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A page taken apart: front matter, fenced blocks, and each other line with the heading above it."""

    text: str
    language: str
    meta: Mapping[str, Any]
    blocks: tuple[str, ...]
    lines: tuple[tuple[str, str], ...]


def parse(text: str, language: str) -> Page:
    front, body = _front_matter(text)
    blocks: list[str] = []
    lines: list[tuple[str, str]] = []
    fence = section = ""
    for line in body.splitlines():
        mark = _FENCE.match(line)
        if fence:
            blocks[-1] += line + "\n"
            fence = "" if line.strip() == fence else fence
        elif mark:
            fence = mark[1]
            blocks.append(re.sub(r"title=\"[^\"]*\"", "title", line) + "\n")
        else:
            heading = _HEADING.match(line)
            section = (heading[2] or "") if heading else section
            lines.append((section, line))
    return Page(text, language, yaml.safe_load(front) or {}, tuple(blocks), tuple(lines))


def _front_matter(text: str) -> tuple[str, str]:
    match = re.match(r"---\n(.*?\n)---\n", text, re.DOTALL)
    return (match[1], text[match.end() :]) if match else ("", text)


# What must be equal. Each function lists what it finds; the lists are compared in order, unless they are
# sorted because a translation may move words within a section.


def _front(page: Page) -> list[Any]:
    return sorted(f"{key}: {value}" for key, value in page.meta.items() if key not in _OWN_KEYS)


def _headings(page: Page) -> list[Any]:
    return [(len(match[1]), match[2]) for _, match in _matches(_HEADING, page)]


def _code(page: Page) -> list[Any]:
    return list(page.blocks)


def _includes(page: Page) -> list[Any]:
    # A drawing has a set of labels for each language: day1.vi.svg, day1.en.svg.
    return [re.sub(r"\.(vi|en)\.", ".", name) for name in _INCLUDE.findall(page.text)]


def _tabs(page: Page) -> list[Any]:
    return [len(match[1]) for _, match in _matches(_TAB, page)]


def _admonitions(page: Page) -> list[Any]:
    return [(len(match[1]), match[2], match[3]) for _, match in _matches(_ADMONITION, page)]


def _items(page: Page) -> list[Any]:
    return [(section, len(match[1]), match[3] or "-") for section, match in _matches(_ITEM, page)]


def _tasks(page: Page) -> list[Any]:
    return [(section, match[2].strip()) for section, match in _matches(_ITEM, page) if match[2]]


def _tables(page: Page) -> list[Any]:
    return [(section, line.count("|")) for section, line in page.lines if line.lstrip().startswith("|")]


def _links(page: Page) -> list[Any]:
    found = ((section, *_LINK.findall(line)) for section, line in page.lines)
    return sorted((section, "".join(target)) for section, *targets in found for target in targets)


def _terms(page: Page) -> list[Any]:
    """What stands in code within the prose, once a section."""
    return sorted({(section, term) for section, line in page.lines for term in _INLINE.findall(line)})


def _numbers(page: Page) -> list[Any]:
    prose = ((section, _NUMBER.findall(_NOT_PROSE.sub(" ", line))) for section, line in page.lines)
    return sorted((section, _plain(number, page.language)) for section, line in prose for number in line)


def _plain(number: str, language: str) -> str:
    """1.000 and 0,5 in Vietnamese, 1,000 and 0.5 in English: 1000 and 0.5."""
    group, point = (".", ",") if language == "vi" else (",", ".")
    if re.fullmatch(rf"[1-9]\d{{0,2}}(\{group}\d{{3}})+(\{point}\d+)?", number):
        number = number.replace(group, "")
    return number.replace(point, ".")


def _labels(page: Page) -> list[Any]:
    """Console labels: the bold words of the Console tabs, English in every language."""
    return sorted(label for line in _console(page) for label in re.findall(r"\*\*(.+?)\*\*", line))


def _console(page: Page) -> Iterator[str]:
    depth: int | None = None
    for _, line in page.lines:
        tab = _TAB.match(line)
        if tab:
            depth = len(tab[1]) if tab[2] == "Console" else None
        elif depth is not None and line.strip() and len(line) - len(line.lstrip()) <= depth:
            depth = None
        if depth is not None:
            yield line


def _matches(pattern: re.Pattern[str], page: Page) -> Iterator[tuple[str, re.Match[str]]]:
    for section, line in page.lines:
        match = pattern.match(line)
        if match:
            yield section, match


_EQUAL: Mapping[str, Callable[[Page], list[Any]]] = {
    "front_matter": _front,
    "headings": _headings,
    "code": _code,
    "includes": _includes,
    "tabs": _tabs,
    "admonitions": _admonitions,
    "items": _items,
    "tasks": _tasks,
    "tables": _tables,
    "links": _links,
    "terms": _terms,
    "numbers": _numbers,
    "labels": _labels,
}


def compare(name: str, source: Page, translation: Page) -> Iterator[Fault]:
    """Where the two pages differ in what is not prose."""
    for rule, look in _EQUAL.items():
        vi, en = look(source), look(translation)
        if vi != en:
            yield Fault(name, rule, _beyond(vi, en) or tuple(vi), _beyond(en, vi) or tuple(en))
    hash_now = digest(source.text)
    if not name.startswith(GENERATED) and translation.meta.get("source_hash") != hash_now:
        yield Fault(name, "source_hash", (hash_now,), (translation.meta.get("source_hash"),))


def _beyond(these: Sequence[Any], those: Sequence[Any]) -> tuple[Any, ...]:
    return tuple((Counter(these) - Counter(those)).elements())


def style(name: str, page: Page, refused: Mapping[str, str]) -> Iterator[Fault]:
    """What one page must be by itself; `refused` maps words not to use to those agreed on."""
    found: dict[str, Iterable[Any]] = {
        "no_heading_id": [m.string for _, m in _matches(_HEADING, page) if not m[2]],
        "same_heading_id": _twice(identity for _, identity in _headings(page) if identity),
        "no_title": [m.string for _, m in _matches(_ADMONITION, page) if not (m[4] or "").strip('"')],
        "not_nfc": [line for line in page.text.splitlines() if not unicodedata.is_normalized("NFC", line)],
    }
    if not name.startswith(GENERATED):
        found["no_id"] = [] if page.meta.get("id") == name.removesuffix(".md") else [page.meta.get("id")]
    if page.language == "vi":
        found["tone_placement"] = _OTHER_TONE_PLACEMENT.findall(unicodedata.normalize("NFC", page.text))
        found["glossary"] = [f"{word} -> {refused[word]}" for word in refused if _says(page, word)]
    for rule, places in found.items():
        if places:
            yield Fault(name, rule, **{page.language: tuple(places)})


def _twice(these: Iterable[Any]) -> list[Any]:
    return [this for this, times in Counter(these).items() if times > 1]


def _says(page: Page, word: str) -> bool:
    return any(re.search(rf"(?<!\w){word}(?!\w)", line, re.IGNORECASE) for _, line in page.lines)


def faults(docs: Path) -> list[Fault]:
    """Everything that keeps the languages under `docs` apart; empty when they are in step."""
    names = {language: _names(docs / language) for language in LANGUAGES}
    refused = yaml.safe_load((docs / "_shared" / "abbr" / "terms.vi.yaml").read_text(encoding="utf-8"))
    found = [Fault(name, "missing_page") for name in sorted(names[SOURCE] ^ names[TRANSLATION])]
    for name in sorted(names[SOURCE] & names[TRANSLATION]):
        pages = [load(docs, language, name) for language in LANGUAGES]
        for page in pages:
            found += style(name, page, refused)
        found += compare(name, *pages)
    return found


def load(docs: Path, language: str, name: str) -> Page:
    return parse((docs / language / name).read_bytes().decode(), language)


def _names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*.md")}


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def refresh_source_hashes(docs: Path) -> list[str]:
    """Write the sources' hashes of now into the translations; the pages that changed."""
    changed = []
    for name in sorted(_names(docs / SOURCE) & _names(docs / TRANSLATION)):
        path = docs / TRANSLATION / name
        old = path.read_bytes().decode()
        new = _with_hash(old, digest((docs / SOURCE / name).read_bytes().decode()))
        if not name.startswith(GENERATED) and new != old:
            path.write_bytes(new.encode())
            changed.append(name)
    return changed


def _with_hash(text: str, value: str) -> str:
    front, body = _front_matter(text)
    kept = re.sub(r"^source_hash:.*\n", "", front, flags=re.MULTILINE)
    return f'---\n{kept}source_hash: "{value}"\n---\n{body}'
