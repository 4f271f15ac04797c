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
    for node in (node for file in files for node in ast.parse(file.read_text()).body):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield {one.value for one in ast.walk(node) if isinstance(one, ast.Constant)}


@pytest.mark.parametrize(("milestone", "code"), CODES)
def test_some_test_names_the_milestone_and_the_code(milestone, code):
    day = milestone[3 : milestone.index(".")]
    assert any({milestone, code} <= words for words in words_of_each_test(day))
