"""`workshop quiz DAY`: ask, keep the answers, and say how many are right."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from checkday import quiz as quizzes
from checkday import settings
from checkday.cli import exits
from checkday.cli.checking import days_of
from checkday.engine.golden import Golden
from checkday.errors import BadSetting

if TYPE_CHECKING:
    import argparse

    from checkday.quiz import Question, Quiz
    from checkday.words import Words


def quiz(given: argparse.Namespace, words: Words) -> int:
    """Ask the questions that are not answered right yet; Ctrl-C keeps what was answered so far."""
    asked = _quiz(given.day)
    learner = settings.load(language=given.lang).learner or settings.SANDBOX_LEARNER
    golden = Golden(learner)
    answers = {} if given.again else dict(quizzes.stored(learner, asked.day) or {})
    open_questions = [
        one for one in asked.questions if not quizzes.is_right(one, answers.get(one.id, ""), golden)
    ]
    if open_questions and not sys.stdin.isatty() and not given.stdin:
        raise BadSetting("quiz.no_terminal", day=asked.day)
    print(words("quiz.start", day=asked.day, total=len(asked.questions), learner=learner))
    try:
        for number, question in enumerate(open_questions, start=1):
            text = quizzes.asked(question, words.language, golden)
            answers[question.id] = _ask(question, f"{number}/{len(open_questions)}  {text}", words)
            _react(question, answers[question.id], golden, words)
    except EOFError:
        print()
    finally:
        quizzes.store(learner, asked.day, answers)
    return _tell(asked, answers, golden, words)


def _quiz(day: str) -> Quiz:
    number = days_of([day])[0]
    found = quizzes.load(number)
    if found is None:
        raise BadSetting("quiz.none", day=number)
    return found


def _ask(question: Question, text: str, words: Words) -> str:
    print(f"\n{text}")
    for position, option in enumerate(question.options, start=1):
        print(f"   {position}. {option[words.language]}")
    key = "quiz.choose" if question.options else "quiz.number"
    return input(words(key, most=len(question.options))).strip()


def _react(question: Question, answer: str, golden: Golden, words: Words) -> None:
    if quizzes.is_right(question, answer, golden):
        print(question.why[words.language])  # each begins with "right" in its own words
    else:
        print(words("quiz.wrong"))


def _tell(asked: Quiz, answers: quizzes.Answers, golden: Golden, words: Words) -> int:
    score = quizzes.score(asked, answers, golden)
    print("\n" + words("quiz.score", right=score.right, total=score.total, wanted=score.wanted))
    return exits.PASSED if score.right >= score.wanted else exits.FAILED
