"""The tool that spoils functions: each mistake is in the program exactly as long as it is wanted."""

import pytest

from checkday.checks import answers, items, queries
from checkday.model import NotYet, OtherPath, Pending
from mutation.mutants import SOURCE, active, mutants_of
from mutation.said import said_by

ANSWERS = SOURCE / "checks" / "answers.py"


def test_every_mutant_of_every_check_has_a_name_of_its_own():
    for path in (ANSWERS, SOURCE / "checks" / "traces.py", SOURCE / "engine" / "absence.py"):
        names = [one.key for one in mutants_of(path)]
        assert len(names) == len(set(names)) > 5


def test_a_mistake_comes_and_goes():
    before = answers.same_rows.__code__
    for mutant in (one for one in mutants_of(ANSWERS) if one.function == "same_rows"):
        with active(mutant):
            assert answers.same_rows.__code__ is not before
        assert answers.same_rows.__code__ is before


def test_a_mistake_is_one():
    (mutant,) = (one for one in mutants_of(ANSWERS) if one.function == "same_rows" and "==" in one.change)
    assert answers.same_rows([["1", "a"]], [["1", "a"]])
    with active(mutant):
        assert not answers.same_rows([["1", "a"]], [["1", "a"]])


def test_a_constant_is_another_wherever_it_was_imported(monkeypatch):
    monkeypatch.setattr(items, "_PAGE", queries._PAGE, raising=False)
    (mutant,) = (one for one in mutants_of(SOURCE / "checks" / "queries.py") if one.change == "50 -> 51")
    with active(mutant):
        assert (queries._PAGE, items._PAGE) == (51, 51)
    assert (queries._PAGE, items._PAGE) == (50, 50)


def test_a_method_can_be_spoilt_too():
    found = [
        one for one in mutants_of(SOURCE / "engine" / "judgement.py") if one.function.startswith("Judgement.")
    ]
    assert found
    with active(found[0]):
        pass


@pytest.mark.parametrize(
    "path", [SOURCE / "checks" / f"{name}.py" for name in ("lake", "sql")], ids=lambda path: path.stem
)
def test_every_mutant_is_python(path):
    for mutant in mutants_of(path):
        with active(mutant):
            pass


@pytest.mark.parametrize(
    ("outcome", "verdict"),
    [
        ({}, ("passed", "")),
        (OtherPath({}), ("other_path", "")),
        (None, ("nothing", "")),
        (NotYet("x", a=1), ("NotYet", "x")),
        (Pending("x", 5), ("Pending", "x")),
        (KeyError("a"), ("broken", "KeyError")),
    ],
)
def test_what_a_mark_depends_on(outcome, verdict):
    assert said_by(outcome).verdict == verdict


def test_how_long_to_wait_is_told_and_no_verdict():
    assert said_by(Pending("x", 5)).verdict == said_by(Pending("x", 6)).verdict
    assert said_by(Pending("x", 5)) != said_by(Pending("x", 6))
