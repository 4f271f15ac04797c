"""The quizzes: questions from the curriculum, answers judged by hash or by the learner's own numbers."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from checkday.errors import Unwritable
from checkday.resources import generated, state_folder

Answers = Mapping[str, str]
"""Question id -> what the learner answered, as typed: answers are kept and submitted, never verdicts."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question; a choice is judged by `digest`, a number by the key `golden` of the learner's counts.

    `about` is the key of what fills the question's text, where each learner is asked about something else.
    """

    id: str
    ask: Mapping[str, str]
    why: Mapping[str, str]
    options: tuple[Mapping[str, str], ...]
    digest: str | None
    golden: str | None
    about: str | None = None


@dataclass(frozen=True, slots=True)
class Quiz:
    day: int
    wanted: int
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Score:
    right: int
    total: int
    wanted: int


@cache
def load(day: int) -> Quiz | None:
    """The quiz of a day, or None if it has none."""
    path = generated(f"quiz{day}.json")
    if not path.is_file():
        return None
    entry = json.loads(path.read_text(encoding="utf-8"))
    return Quiz(entry["day"], entry["pass"], tuple(_question(one) for one in entry["questions"]))


def asked(question: Question, language: str, golden: Mapping[str, Any]) -> str:
    """The question as this learner is asked it."""
    text = question.ask[language]
    return text if question.about is None else text.format_map(_looked_up(question.about, golden))


def is_right(question: Question, answer: str, golden: Mapping[str, Any]) -> bool:
    """Whether the answer is the right one; spaces, and separators inside a number, do not matter."""
    if question.golden is None:
        return digest(question.id, answer) == question.digest
    return normal_number(answer) == str(_looked_up(question.golden, golden))


def score(quiz: Quiz, answers: Answers, golden: Mapping[str, Any]) -> Score:
    """How many of the questions are answered right."""
    right = sum(is_right(one, answers.get(one.id, ""), golden) for one in quiz.questions)
    return Score(right, len(quiz.questions), quiz.wanted)


def digest(question: str, answer: str) -> str:
    """What stands in the wheel instead of a choice's number: enough against a glance, not against a thief."""
    return hashlib.sha256(f"checkday quiz {question}: {answer.strip()}".encode()).hexdigest()


def normal_number(answer: str) -> str:
    """19.349, 19,349 and 19 349 are one number to people of three countries."""
    return "".join(character for character in answer if character not in " .,_\u00a0\u202f")


def stored(learner: str, day: int) -> Answers | None:
    """What this learner answered, or None if nothing (or nothing readable) is kept."""
    try:
        answers = json.loads(_file(learner, day).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    known = isinstance(answers, dict) and all(isinstance(one, str) for one in answers.values())
    return answers if known else None


def everything(learner: str, days: Iterable[int]) -> dict[int, Answers]:
    """What this learner answered, by day."""
    return {day: answers for day in days if (answers := stored(learner, day)) is not None}


def store(learner: str, day: int, answers: Answers) -> Path:
    """Keep the answers, at once or not at all.

    Raises:
        Unwritable: the state folder cannot be written.

    """
    path = _file(learner, day)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, new = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(answers, file, ensure_ascii=False, indent=1)
        os.replace(new, path)
    except OSError as error:
        raise Unwritable("output.unwritable", path=path, reason=error.strerror or "") from error
    return path


def _file(learner: str, day: int) -> Path:
    return state_folder() / "quiz" / f"{learner}-day{day}.json"


def _question(entry: Mapping[str, Any]) -> Question:
    return Question(
        id=entry["id"],
        ask=entry["ask"],
        why=entry["why"],
        options=tuple(entry.get("options", ())),
        digest=entry.get("digest"),
        golden=entry.get("golden"),
        about=entry.get("about"),
    )


def _looked_up(key: str, golden: Mapping[str, Any]) -> Any:
    value: Any = golden
    for part in key.split("."):
        value = value[part]
    return value
