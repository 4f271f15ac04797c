"""author new: stubs in every file, nothing else touched, and lint says exactly what is left to do."""

import ast
import re
from pathlib import Path

import pytest
import yaml

from checkday.authoring import inserting
from checkday.authoring.lint import lint
from checkday.authoring.new import new
from checkday.authoring.problem import BadSources
from checkday.cli.workshop import workshop
from checkday.model import BadSetting, Unwritable
from checkday.words import Words

CHECKS = "validators/checkday/checks"
YAML = "validators/checkday/curriculum/day1.yaml"


def contents(root):
    return {path.relative_to(root).as_posix(): path.read_text() for path in root.rglob("*") if path.is_file()}


@pytest.fixture
def made(small):
    """The small course with a second milestone for its second task."""
    new(small.root, "day2.example", "day2/data")
    return small


def test_it_touches_five_files_and_only_adds_lines(small):
    before = contents(small.root)
    changed = new(small.root, "day1.example", "day1/box")
    after = contents(small.root)
    assert [path.as_posix() for path in changed] == [
        "docs/en/day1/box.md",
        "docs/vi/day1/box.md",
        "tests/checks/test_day1.py",
        f"{CHECKS}/day1.py",
        YAML,
    ]
    assert {name for name in after if after[name] != before.get(name)} == {
        path.as_posix() for path in changed
    }
    for name, text in before.items():
        kept = iter(after[name].splitlines())
        assert all(line in kept for line in text.splitlines()), name


def test_lint_says_exactly_what_is_left(made):
    told = [(one.path.as_posix(), one.key, one.facts.get("text", "")) for one in lint(made.root)]
    assert told == [
        ("docs/en/day2/data.md", "lint.unfinished", "## UNFINISHED { #example }"),
        ("docs/en/day2/data.md", "lint.unfinished", "### UNFINISHED { #example.missing }"),
        ("docs/vi/day2/data.md", "lint.unfinished", "## UNFINISHED { #example }"),
        ("docs/vi/day2/data.md", "lint.unfinished", "### UNFINISHED { #example.missing }"),
        (
            "tests/checks/test_day2.py",
            "lint.unfinished",
            "world.solved()  # UNFINISHED: and what day2.example asks for"[:60],
        ),
        (
            f"{CHECKS}/day2.py",
            "lint.unfinished",
            '"""UNFINISHED: what is true once day2.example is done, in th',
        ),
        *(
            (YAML.replace("1", "2"), key, text)
            for key, text in (
                ("lint.unfinished", 'title: {vi: "UNFINISHED", en: "UNFINISHED"}'),
                ("lint.unfinished", '- {vi: "UNFINISHED", en: "UNFINISHED"}'),
                ("lint.unfinished", '- {vi: "UNFINISHED", en: "UNFINISHED"}'),
                ("lint.no_section", ""),
                ("lint.unfinished", '- {vi: "UNFINISHED {example}", en: "UNFINISHED {example}"}'),
                ("lint.unfinished", 'seen: {vi: "UNFINISHED {name}", en: "UNFINISHED {name}"}'),
                ("lint.unfinished", 'todo: {vi: "UNFINISHED", en: "UNFINISHED"}'),
            )
        ),
    ]


def test_once_written_nothing_is_left(made):
    for path in made.root.rglob("*"):
        if path.is_file() and "UNFINISHED" in path.read_text():
            path.write_text(path.read_text().replace("UNFINISHED", "Done"))
    script = made.root / "docs/_shared/cmd/day2/data.sh"
    script.write_text(script.read_text() + "\n# --8<-- [start:example]\naws s3 ls\n# --8<-- [end:example]\n")
    assert lint(made.root) == []


def test_the_stubs_are_python_of_our_style(made):
    for name in (f"{CHECKS}/day2.py", "tests/checks/test_day2.py"):
        text = (made.root / name).read_text()
        ast.parse(text)
        assert "\n\n\n\n" not in text
        assert text.endswith("\n")
        assert not text.endswith("\n\n")
    assert (
        "from checkday.lab import Evidence, Lab, NotYet, Pending\n"
        in (made.root / f"{CHECKS}/day2.py").read_text()
    )


def test_two_in_a_row(made):
    new(made.root, "day2.other", "day2/data")
    tests = (made.root / "tests/checks/test_day2.py").read_text()
    assert re.findall(r"def (\w+)", tests) == [
        *("world", "test_no_example", "test_a_right_example", "test_no_other", "test_a_right_other")
    ]
    ids = [
        one["id"]
        for one in yaml.safe_load((made.root / YAML.replace("1", "2")).read_text())["tasks"][0]["milestones"]
    ]
    assert ids == ["day2.data", "day2.example", "day2.other"]


def test_the_function_stands_with_those_of_its_task(small):
    new(small.root, "day1.example", "day1/box")
    names = re.findall(r"^def (\w+)", (small.root / f"{CHECKS}/day1.py").read_text(), re.MULTILINE)
    assert names == ["box", "box_trace", "lid", "example", "_box"]


def test_a_day_that_is_a_package_hands_the_check_on(small):
    folder = small.root / CHECKS / "day2"
    folder.mkdir()
    (small.root / f"{CHECKS}/day2.py").rename(folder / "data.py")
    (folder / "__init__.py").write_text(
        '"""Two."""\n\nfrom checkday.checks.day2.data import data\n\n__all__ = ["data"]\n'
    )
    new(small.root, "day2.example", "day2/data")
    assert (folder / "__init__.py").read_text() == (
        '"""Two."""\n\nfrom checkday.checks.day2.data import data, example\n\n'
        '__all__ = [\n    "data",\n    "example",\n]\n'
    )
    assert "def example(" in (folder / "data.py").read_text()


def test_a_day_without_checks_gets_its_file(small):
    (small.root / f"{CHECKS}/day2.py").unlink()
    new(small.root, "day2.example", "day2/data")
    text = (small.root / f"{CHECKS}/day2.py").read_text()
    assert [type(node).__name__ for node in ast.parse(text).body] == [
        "Expr",
        "ImportFrom",
        "ImportFrom",
        "FunctionDef",
    ]


def test_front_matter_lists_the_milestone(small):
    page = small.root / "docs/vi/day2/data.md"
    page.write_text(f"---\nid: day2/data\nmilestones: [day2.data]\n---\n{page.read_text()}")
    new(small.root, "day2.example", "day2/data")
    assert "\nmilestones: [day2.data, day2.example]\n" in page.read_text()


# Where in the YAML

LAYOUT = """\
# The course
tasks:
  - id: day1/box
    milestones:
      # the first
      - id: day1.box   # with a remark
        points: 1

      - id: day1.lid
        points: 2
        # still of the lid

  # what comes now is another task
  - id: day1/stream
    milestones:
    - id: day1.stream
"""


def inserted(text, task, entry="\n- id: new\n"):
    return inserting.milestone(Path("day1.yaml"), text, ("tasks", task), entry)


def test_a_milestone_goes_behind_the_last_of_its_task_and_its_comments():
    assert inserted(LAYOUT, 0) == LAYOUT.replace(
        "# still of the lid\n", "# still of the lid\n\n      - id: new\n"
    )


def test_it_takes_the_lists_own_indent_at_the_end_of_the_file():
    assert inserted(LAYOUT.rstrip("\n"), 1) == LAYOUT + "\n    - id: new\n"


@pytest.mark.parametrize(
    "text", ["tasks: [{milestones: [{id: a}]}]\n", "tasks:\n  - milestones: [{id: a}]\n    x: 1\n"]
)
def test_a_list_on_one_line_is_refused(text):
    with pytest.raises(BadSetting, match=r"author\.no_place"):
        inserted(text, 0)


# Refused, and nothing written


@pytest.mark.parametrize(
    ("milestone", "task", "key"),
    [
        ("day1.lid", "day1/box", "author.exists"),
        ("day1._box", "day1/box", "author.bad_id"),
        ("day1.Lab", "day1/box", "author.bad_id"),
        ("day1.annotations", "day1/box", "author.exists"),
        ("day1.box_trace", "day1/box", "author.bad_id"),
        ("day2.x", "day1/box", "author.bad_id"),
        ("day1.import", "day1/box", "author.bad_id"),
        ("day1.ổ", "day1/box", "author.bad_id"),
        ("day1.x y", "day1/box", "author.bad_id"),
        ("../x", "day1/box", "author.bad_id"),
        ("day1.x", "day1/none", "author.unknown_task"),
        ("day1.x", "../box", "author.unknown_task"),
    ],
)
def test_a_wrong_id_or_task_is_refused(small, milestone, task, key):
    before = contents(small.root)
    with pytest.raises(BadSetting) as error:
        new(small.root, milestone, task)
    assert error.value.key == key
    assert contents(small.root) == before


def test_a_task_without_a_page_is_refused(small):
    (small.root / small.path("docs/vi/day2/data.md")).unlink()
    before = contents(small.root)
    with pytest.raises(BadSources) as error:
        new(small.root, "day2.example", "day2/data")
    assert [one.key for one in error.value.problems] == ["lint.no_page"]
    assert contents(small.root) == before


def test_broken_sources_are_refused(small):
    small.plant("day1.yaml", "points: 2", "points: two")
    with pytest.raises(BadSources):
        new(small.root, "day2.example", "day2/data")


def test_a_file_that_cannot_be_written(small):
    (small.root / "tests").write_text("a file where a folder should be")
    with pytest.raises(Unwritable, match=r"author\.unwritable"):
        new(small.root, "day2.example", "day2/data")


# From the command


def test_the_command_says_what_it_wrote_and_what_is_left(small, monkeypatch, capsys):
    monkeypatch.chdir(small.root)
    assert workshop(["author", "new", "day2.example", "--task", "day2/data"], Words("en")) == 0
    said = capsys.readouterr().out.splitlines()
    assert (len(said), said[-1]) == (6, "There are 13 things left to do; workshop author lint names each.")


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        (["new"], "author.needs_id"),
        (["new", "day2.example"], "author.needs_id"),
        (["new", "--task", "day2/data"], "author.needs_id"),
        (["lint", "day2.example"], "usage.conflict"),
    ],
)
def test_a_call_that_lacks_or_adds_something_is_refused(arguments, key):
    with pytest.raises(BadSetting) as error:
        workshop(["author", *arguments], Words("en"))
    assert error.value.key == key
