"""No way from a learner's text to somebody's eyes is forgotten: the source says what shows or keeps text."""

import ast
import re
from pathlib import Path

import pytest

from hostile import sinks, table

ROOT = Path(__file__).parents[2]
FOLDERS = ("outputs/", "gradebook/")
"""Every module of these is a renderer until the table says otherwise."""


def found():
    """Modules that show or keep text, and all that renderers are made of."""
    return {*sinks.writers(), *(name for name in sinks.modules() if name.startswith(FOLDERS))}


def test_every_module_that_shows_or_keeps_text_is_in_one_table():
    assert found() == table.RENDERERS.keys() | table.SILENT.keys()
    assert not table.RENDERERS.keys() & table.SILENT.keys()


def names_in(path):
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {
        node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


@pytest.mark.parametrize("module", table.RENDERERS)
def test_its_tests_exist(module):
    for test in table.RENDERERS[module]:
        path, _, name = test.partition("::")
        assert name in names_in(path)


def test_a_command_prints_nothing_but_sentences():
    """What goes through `words` is made plain there; the few others are named."""
    shown = [one for name in sinks.modules() for one in sinks.printed(name)]
    assert {(one.module, one.function) for one in shown} == table.PLAIN_ENOUGH.keys()


@pytest.mark.parametrize(
    ("source", "ours"),
    [
        ("words('x', name=name)", True),
        ("'→ ' + self.words('x')", True),
        ("f'{plain(name)}'", True),
        ("name", False),
        ("f'{words(1)} {name}'", False),
        ("words('x') if yes else name", False),
        ("name.replace('a', 'b')", False),
    ],
)
def test_what_is_a_sentence_of_ours(source, ours):
    assert sinks.is_ours(ast.parse(source, mode="eval").body) is ours


def test_every_template_escapes_what_it_is_given():
    calls = [
        node for tree in sinks.modules().values() for node in ast.walk(tree) if isinstance(node, ast.Call)
    ]
    made = [one for one in calls if sinks.name_of(one.func) == "Environment"]
    assert len(made) >= 2
    for one in made:
        assert ("autoescape", True) in {
            (word.arg, getattr(word.value, "value", None)) for word in one.keywords
        }


def ours(*kinds):
    places = (sinks.PACKAGE, ROOT / "docs" / "_theme")
    files = (path for place in places for kind in kinds for path in place.rglob(f"*.{kind}"))
    return [path for path in files if "lunr" not in path.parts and "ministack" not in path.parts]


MARKUP = (
    r"\|\s*safe\b|innerHTML|outerHTML|insertAdjacentHTML|document\.write|srcdoc|\beval\(|new Function"
    r'|\bMarkup\((?!.*(?:noqa: S704|""|<span lang))'  # our own style, charts drawn by vl-convert, and formats
)


def test_nothing_of_ours_makes_markup_of_a_string():
    files = ours("js", "html", "jinja", "j2", "py")
    assert len([one for one in files if one.suffix == ".js"]) > 10
    theme = [
        one for one in files if "overrides" in one.parts and one.suffix == ".html"
    ]  # no learner's text there
    guilty = [
        str(path)
        for path in files
        if path not in theme
        and re.search(MARKUP, path.read_text(encoding="utf-8"))
        and path.relative_to(sinks.PACKAGE if sinks.PACKAGE in path.parents else ROOT).parts[0] != "sandbox"
    ]
    assert guilty == []


def test_nothing_of_ours_logs_and_nothing_turns_the_libraries_logs_on():
    """Botocore's debugging prints headers and bodies, and keys with them."""
    for module, tree in sinks.modules().items():
        names = {one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names}
        assert "logging" not in names, module
        assert not {"set_stream_logger", "set_debug_logger", "basicConfig"} & sinks.writers().get(
            module, set()
        )
