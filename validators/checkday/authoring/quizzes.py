"""Compiles a day's quiz: the right choice becomes a digest, out of reach of a quick look."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from checkday.authoring.problem import BadSources
from checkday.authoring.sentences import placeholders
from checkday.authoring.source import Source, read
from checkday.quiz import digest

CURRICULUM = Path("validators/checkday/curriculum")

_COMMON = ("id", "ask", "kind", "why")
_OWN = {"number": ("golden",), "choice": ("options", "answer")}


def quizzes(root: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name and content of every compiled quiz.

    Raises:
        BadSources: a question lacks something, or its answer is none of its options.

    """
    for path in sorted((root / CURRICULUM).glob("quiz*.yaml")):
        source = read(root, CURRICULUM / path.name)
        questions = [_question(source, at, entry) for at, entry in enumerate(source.data["questions"])]
        yield path.stem, {"day": source.data["day"], "pass": source.data["pass"], "questions": questions}


def _question(source: Source, at: int, entry: dict[str, Any]) -> dict[str, Any]:
    for name in (*_COMMON, *_OWN.get(entry.get("kind", ""), ("kind",))):
        if name not in entry:
            raise BadSources([source.problem("lint.missing_field", "questions", at, name=name)])
    if "about" in entry:
        _check_placeholders(source, at, entry["ask"])
    kept = {name: entry[name] for name in ("id", "ask", "why", "about") if name in entry}
    if entry["kind"] == "number":
        return kept | {"golden": entry["golden"]}
    if not 1 <= entry["answer"] <= len(entry["options"]):
        rule = f"1..{len(entry['options'])}"
        problem = source.problem(
            "lint.bad_value", "questions", at, "answer", value=str(entry["answer"]), rule=rule
        )
        raise BadSources([problem])
    return kept | {"options": entry["options"], "digest": digest(entry["id"], str(entry["answer"]))}


def _check_placeholders(source: Source, at: int, ask: dict[str, str]) -> None:
    """What is filled in must be filled in in every language."""
    found = {language: placeholders(text) for language, text in ask.items()}
    for language, names in found.items():
        if names != (wanted := next(iter(found.values()))):
            facts = {"actual": ", ".join(sorted(names)), "wanted": ", ".join(sorted(wanted))}
            problem = source.problem(
                "lint.other_placeholders", "questions", at, "ask", language, language=language, **facts
            )
            raise BadSources([problem])
