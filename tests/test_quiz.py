"""`workshop quiz`: answers are asked, kept and judged, and only the answers leave the machine."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from checkday import quiz
from checkday.engine.golden import Golden

BIN = Path(sys.executable).parent
GOLDEN = Golden("an01")


def right_answers(day=3):
    for question in quiz.load(day).questions:
        if question.golden:
            yield str(quiz._looked_up(question.golden, GOLDEN))
        else:
            choices = map(str, range(1, len(question.options) + 1))
            yield next(one for one in choices if quiz.is_right(question, one, GOLDEN))


def workshop_quiz(folder, *arguments, given=None):
    return subprocess.run(
        [BIN / "workshop", "quiz", *arguments, "--lang", "en"],
        env=os.environ | {"XDG_STATE_HOME": str(folder)},
        input=given,
        stdin=subprocess.DEVNULL if given is None else None,
        capture_output=True,
        text=True,
        check=False,
    )


def test_all_right(tmp_path):
    done = workshop_quiz(tmp_path, "3", "--stdin", given="\n".join(right_answers()))
    assert (done.returncode, done.stderr) == (0, "")
    assert "10 of 10 are right" in done.stdout
    assert done.stdout.count("Right.") == 10


def test_everyone_is_asked_about_something_else(tmp_path):
    done = workshop_quiz(tmp_path, "5", "--stdin", given="\n".join(right_answers(5)))
    assert (done.returncode, done.stderr) == (0, "")
    assert "7 of 7 are right" in done.stdout
    asked = GOLDEN["tables"]["asked"]
    assert f"whose Id is {asked['item']}" in done.stdout
    assert asked["thread"] in done.stdout


def test_what_is_right_is_not_asked_again(tmp_path):
    answers = list(right_answers())
    first = workshop_quiz(tmp_path, "3", "--stdin", given="\n".join(["wrong", *answers[1:]]))
    assert "9 of 10 are right" in first.stdout
    second = workshop_quiz(tmp_path, "3", "--stdin", given=answers[0])
    assert "10 of 10 are right" in second.stdout


def test_an_interrupted_quiz_keeps_what_was_answered(tmp_path):
    answers = list(right_answers())
    assert workshop_quiz(tmp_path, "3", "--stdin", given="\n".join(answers[:4])).returncode == 1
    kept = json.loads((tmp_path / "checkday/quiz/an01-day3.json").read_text())
    assert list(kept.values())[:4] == answers[:4]


@pytest.mark.parametrize(("day", "said"), [("1", "no quiz"), ("9", "no day 9")])
def test_a_day_without_a_quiz(tmp_path, day, said):
    done = workshop_quiz(tmp_path, day)
    assert done.returncode == 2
    assert said in done.stderr


def test_without_a_terminal(tmp_path):
    assert workshop_quiz(tmp_path, "3").returncode == 2


def test_the_compiled_quiz_does_not_show_the_answers():
    compiled = json.loads((Path(quiz.__file__).parent / "generated/quiz3.json").read_text())
    assert all("answer" not in question for question in compiled["questions"])


def test_numbers_are_the_learners_own():
    mine, other = Golden("an01"), Golden("binh-02")
    assert any(mine[key] != other[key] for key in ("joined", "unmatched"))
