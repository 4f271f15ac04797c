"""Sentences: every language has each, with the same placeholders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checkday.authoring.sentences import BadSentenceError, placeholders

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checkday.authoring.problem import Problem
    from checkday.authoring.source import Place, Source
    from checkday.authoring.tree import Tree

_TEXTS = {"title", "summary", "outcome", "seen", "todo"}


def problems(tree: Tree) -> Iterator[Problem]:
    for source, place, text in texts(tree):
        yield from _languages(tree.languages, source, place, text)
        yield from _placeholders(source, place, text)


def texts(tree: Tree) -> Iterator[tuple[Source, Place, dict[str, str]]]:
    """Every sentence of the curriculum in all its languages, and where it stands."""
    yield tree.course, ("title",), tree.course.data["title"]
    for key, text in tree.words.data.items():
        yield tree.words, (key,), text
    for source in tree.days.values():
        for place, text in _nested(source.data, ()):
            yield source, place, text


def _nested(value: Any, place: Place) -> Iterator[tuple[Place, dict[str, str]]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in inner:
        if isinstance(below, dict) and (key in _TEXTS or place[-1:] == ("hints",)):
            yield (*place, key), below
        else:
            yield from _nested(below, (*place, key))


def _languages(languages: list[str], source: Source, place: Place, text: dict[str, str]) -> Iterator[Problem]:
    for language in languages:
        if language not in text:
            yield source.problem("lint.missing_language", *place, language=language)
    for language in text:
        if language not in languages:
            yield source.problem("lint.unknown_language", *place, language, language=language)


def _placeholders(source: Source, place: Place, text: dict[str, str]) -> Iterator[Problem]:
    wanted: frozenset[str] | None = None
    for language, sentence in text.items():
        try:
            actual = placeholders(sentence)
        except BadSentenceError as error:
            yield source.problem("lint.bad_sentence", *place, language, detail=str(error))
            continue
        wanted = actual if wanted is None else wanted
        if actual != wanted:
            yield source.problem(
                "lint.other_placeholders",
                *place,
                language,
                language=language,
                actual=", ".join(sorted(actual)),
                wanted=", ".join(sorted(wanted)),
            )
