"""No outcome code without an account state that shows it."""

import ast
from pathlib import Path

import pytest

from checkday import curriculum

CODES = [
    (one.id, code) for one in curriculum.load(curriculum.days()).milestones.values() for code in one.codes
]


def words_of_each_test(day):
    files = (
        *Path(__file__).parent.glob(f"test_day{day}.py"),
        *Path(__file__).parent.glob(f"test_day{day}_*.py"),
    )
    for file in files:
        defined = dict(definitions(ast.parse(file.read_text())))
        for name, node in defined.items():
            if name.startswith("test_"):
                yield set(constants(node, defined, {name}))


def definitions(module):
    """The functions and constants of a file, by name."""
    for node in module.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        if isinstance(node, ast.Assign):
            yield from ((target.id, node) for target in node.targets if isinstance(target, ast.Name))


def constants(node, defined, seen):
    """Every constant in a test, in the fixtures that it takes and in what both refer to."""
    for one in ast.walk(node):
        if isinstance(one, ast.Constant):
            yield one.value
        name = getattr(one, "arg", None) or getattr(one, "id", None)
        if name in defined and name not in seen:
            yield from constants(defined[name], defined, seen := seen | {name})


@pytest.mark.parametrize(("milestone", "code"), CODES)
def test_some_test_names_the_milestone_and_the_code(milestone, code):
    day = milestone[3 : milestone.index(".")]
    assert any({milestone, code} <= words for words in words_of_each_test(day))
