"""The generated files: fresh, whole, the same on every machine."""

import json
from hashlib import sha256

import pytest

from checkday.authoring import generate as compiler
from checkday.authoring import tree
from checkday.authoring.generate import GENERATED, generate
from checkday.authoring.problem import BadSources
from checkday.model import BadSetting, Unwritable


@pytest.fixture
def compiled(small):
    """The small course with everything generated."""
    generate(small.root, check=False)
    return small


def load(course, name):
    return json.loads((course.root / GENERATED / name).read_text(encoding="utf-8"))


def test_the_committed_files_are_fresh(root):
    assert generate(root, check=True) == []


def test_check_writes_nothing(small):
    before = sorted(small.root.rglob("*"))
    stale = [path.name for path in generate(small.root, check=True)]
    assert {"course.json", "day1.json", "day2.json", "policy.json", "words.vi.json", "messages.md"} < set(
        stale
    )
    assert sorted(small.root.rglob("*")) == before


def test_writing_twice_changes_nothing(compiled):
    assert generate(compiled.root, check=False) == []


def test_only_what_depends_on_a_change_is_stale(compiled):
    compiled.plant("words.yaml", "en: passed", "en: well done")
    assert generate(compiled.root, check=True) == [GENERATED / "words.en.json"]


def test_the_order_of_operations_and_words_has_no_meaning(compiled):
    compiled.plant("words.yaml", "verdict.failed: {vi: chưa đạt, en: failed}\n", "")
    compiled.plant("words.yaml", "cli.done", "verdict.failed: {vi: chưa đạt, en: failed}\ncli.done")
    assert generate(compiled.root, check=True) == []


def test_a_day_is_compiled_as_written(compiled):
    lid = load(compiled, "day1.json")["tasks"][0]["milestones"][1]
    assert (lid["id"], lid["needs"], list(lid["codes"])) == ("day1.lid", ["day1.box"], ["missing", "open"])
    assert lid["codes"]["open"]["seen"]["vi"] == "Nắp {name} còn mở."


def test_the_index_names_days_and_tasks(compiled):
    course = load(compiled, "course.json")
    assert course["days"]["1"]["tasks"] == {"day1/box": ["day1.box", "day1.lid"]}
    assert (course["site"], course["languages"]) == ("http://127.0.0.1:8000", ["vi", "en"])


def test_codes_lead_to_causes(compiled):
    assert load(compiled, "causes.json") == {"403": "denied", "AccessDenied": "denied"}


@pytest.mark.parametrize(("file", "old", "new"), [
    ("day1.py", "closed", "shut"),
    ("day1.yaml", "points: 2", "points: 3"),
    ("reads.yaml", '["404"]', '["404", NoSuchBucket]'),
])  # fmt: skip
def test_what_can_change_a_mark_changes_the_version(small, file, old, new):
    before = compiler.version(tree.load(small.root))
    small.plant(file, old, new)
    assert compiler.version(tree.load(small.root)) != before


def test_words_of_the_interface_and_line_ends_leave_the_version(small):
    before = compiler.version(tree.load(small.root))
    small.plant("words.yaml", "en: passed", "en: well done")
    checks = small.root / small.path("day1.py")
    checks.write_bytes(checks.read_bytes().replace(b"\n", b"\r\n"))
    assert compiler.version(tree.load(small.root)) == before


def test_what_nothing_generates_any_more_goes(compiled):
    (compiled.root / GENERATED / "day9.json").write_text("{}\n")
    assert generate(compiled.root, check=True) == [GENERATED / "day9.json"]
    generate(compiled.root, check=False)
    assert not (compiled.root / GENERATED / "day9.json").exists()


def test_a_translation_names_its_source(compiled):
    source = (compiled.root / "docs/vi/reference/messages.md").read_bytes()
    translated = (compiled.root / "docs/en/reference/messages.md").read_text(encoding="utf-8")
    assert f'source_hash: "{sha256(source).hexdigest()[:12]}"\n' in translated


def test_a_source_that_changed_makes_its_translation_stale(compiled):
    compiled.plant("docs/vi/day1/box.md", "Chiếc hộp", "Hộp")
    page = compiled.path("docs/en/day1/box.md")
    assert generate(compiled.root, check=True) == [page]
    assert generate(compiled.root, check=False) == [page]
    assert generate(compiled.root, check=True) == []


def test_broken_sources_are_not_compiled(compiled):
    compiled.plant("day1.yaml", "points: 2", "points: two")
    with pytest.raises(BadSources) as error:
        generate(compiled.root, check=False)
    assert [problem.key for problem in error.value.problems] == ["lint.bad_value"]


def test_a_missing_sentence_is_named(small):
    small.plant("words.yaml", "reference.day:", "reference.days:")
    with pytest.raises(BadSetting, match=r"reference\.day'"):
        generate(small.root, check=False)


def test_a_file_that_cannot_be_written(compiled):
    course = compiled.root / GENERATED / "course.json"
    course.unlink()
    course.mkdir()
    with pytest.raises(Unwritable, match=r"author\.unwritable"):
        generate(compiled.root, check=False)


QUIZ = """\
day: 1
pass: 1
questions:
  - id: price
    ask: {{vi: "{vi}", en: "What is the price of {{item}}?"}}
    about: tables.asked
    kind: number
    golden: tables.right.price
    why: {{vi: "Đúng.", en: "Right."}}
"""


@pytest.mark.parametrize("vi", ["Giá bao nhiêu?", "Giá của {items}?"])
def test_a_question_is_filled_in_alike_in_every_language(small, vi):
    path = small.root / "validators/checkday/curriculum/quiz1.yaml"
    path.write_text(QUIZ.format(vi=vi), encoding="utf-8")
    with pytest.raises(BadSources) as error:
        generate(small.root, check=False)
    assert [one.key for one in error.value.problems] == ["lint.other_placeholders"]


def test_what_a_question_is_about_reaches_the_command(small):
    path = small.root / "validators/checkday/curriculum/quiz1.yaml"
    path.write_text(QUIZ.format(vi="Giá của {item}?"), encoding="utf-8")
    generate(small.root, check=False)
    assert load(small, "quiz1.json")["questions"][0]["about"] == "tables.asked"
