"""Each rule finds its fault, names its file and line, and nothing else is said."""

import sys

import pytest

from checkday.authoring import schema
from checkday.authoring.lint import Problem, lint
from checkday.model import BadSetting

TWIN = "    milestones:\n"
FIRST_HINT = "          - {vi: Nhìn quanh phòng., en: Look around the room.}\n"
SECOND = """\
      - {id: day1.lid, title: {vi: x, en: x}, points: 0, lasts: state, needs: [], gives: [],
         hints: [{vi: x, en: x}, {vi: x, en: x}, {vi: "{shut}", en: "{shut}"}], codes: {}}
"""
WORDS = "lint.unknown_word lint.unused_word "
RAISED = 'raise NotYet("open", name=name)'
FAULTS = {
    # name: (file, old, new, the key told and any that must come with it, text of the line told)
    "alias": ("day1.yaml", "needs: []", "needs: &none []\n        gives: *none", "lint.alias", "*none"),
    "syntax": ("day1.yaml", "points: 2", "points: [2", "lint.yaml", "lasts: event"),
    "control": ("day1.yaml", "points: 2", "points: \x07", "lint.yaml", "day: 1"),
    "twice": (
        "day1.yaml",
        "lasts: event",
        "lasts: event\n        points: 3",
        "lint.duplicate_key",
        "points: 3",
    ),
    "no_field": ("day1.yaml", "        points: 2\n", "", "lint.missing_field", "- id: day1.box"),
    "two_hints": ("day1.yaml", FIRST_HINT, "", "lint.bad_value", "hints:"),
    "hint_language": (
        "day1.yaml",
        "phòng., en: Look around the room.",
        "phòng.",
        "lint.missing_language",
        "phòng.}",
    ),
    "hint_early": ("day1.yaml", "Nhìn quanh phòng.", "Chạy aws s3 ls.", "lint.early_command", "aws s3 ls"),
    "hint_section_early": (
        "day1.yaml",
        FIRST_HINT,
        '          - {vi: "{make}", en: "{make}"}\n',
        "lint.early_command lint.early_command",
        '"{make}"}',
    ),
    "hint_late": (
        "day2.yaml",
        '{vi: "Chạy: {send}", en: "Run: {send}"}',
        "{vi: Làm đi., en: Do it.}",
        "lint.no_command lint.no_command",
        "Do it.",
    ),
    "hint_section": (
        "cmd/day2/data.sh",
        "[start:send]",
        "[start:sent]",
        "lint.no_section",
        "{send}",
        "day2.yaml",
    ),
    "unfinished": ("day2.yaml", "Data arrives.", "UNFINISHED", "lint.unfinished", "UNFINISHED"),
    "unfinished_page": ("docs/en/day2/data.md", "# The box", "# UNFINISHED", "lint.unfinished", "UNFINISHED"),
    "unfinished_check": ("day2.py", "the small", "UNFINISHED", "lint.unfinished", "UNFINISHED"),
    "field": ("day1.yaml", "points: 2", "points: 2\n        hint: x", "lint.unknown_field", "hint"),
    "value": ("day1.yaml", "lasts: state", "lasts: ever", "lint.bad_value", "lasts: ever"),
    "date": ("day1.yaml", "minutes: 20", "minutes: 2026-01-01", "lint.bad_value", "minutes"),
    "read": ("reads.yaml", "s3:GetBucketPolicy", "s3.GetPolicy", "lint.bad_value", "s3.GetPolicy"),
    "day_file": ("course.yaml", "days: [1, 2]", "days: [1,\n 2,\n 3]", "lint.day_without_file", "3]"),
    "day_list": ("course.yaml", "days: [1, 2]", "days: [1]", "lint.unlisted_day", None, "day2.yaml"),
    "day_number": ("day2.yaml", "day: 2", "day: 3", "lint.wrong_day", "day: 3"),
    "need": ("day1.yaml", "[day1.box]", "[day1.bax]", "lint.unknown_need", "day1.bax"),
    "later": ("day1.yaml", "[day1.box]", "[day1.box,\n          day2.data]", "lint.later_need", "day2.data"),
    "circle": ("day1.yaml", "needs: []", "needs: [day1.lid]", "lint.need_cycle", "needs: [day1.lid]"),
    "id": ("day1.yaml", TWIN, TWIN + SECOND, "lint.duplicate_id", "- id: day1.lid"),
    "nfc": ("words.yaml", "Giá trị {", "Gia\u0301 trị {", "lint.not_nfc", "setting.bad.seen"),
    "lost": ("words.yaml", ", en: passed", "", "lint.missing_language", "verdict.passed"),
    "french": ("words.yaml", "en: passed", "en: passed, fr: fini", "lint.unknown_language", "verdict.passed"),
    "translated": (
        "words.yaml",
        "Xong {count}",
        "Xong {số}",
        "lint.other_placeholders lint.lacking_facts",
        "cli.done",
    ),
    "braces": ("words.yaml", "en: failed", "en: 'fai{led'", "lint.bad_sentence", "verdict.failed"),
    "dotted": ("words.yaml", "en: failed", "en: '{a.b}'", "lint.bad_sentence", "verdict.failed"),
    "anchor": ("docs/vi/day1/box.md", "{ #lid }", "", "lint.no_anchor", None),
    "code_anchor": ("docs/en/day1/box.md", " #lid.open", "", "lint.no_anchor", None),
    "old_anchor": (
        "docs/en/day1/box.md",
        "# The box",
        "#### x { #lid.old }\n# The box",
        "lint.stale_anchor",
        "lid.old",
    ),
    "code": ("day1.py", '"open"', '"opened"', "lint.unknown_code lint.unused_code", '"opened"'),
    "passed_code": (
        "day1.py",
        'code="missing"',
        'code="none"',
        "lint.unknown_code lint.unused_code",
        '"none"',
    ),
    "built_code": ("day1.py", '"open"', 'f"{name}"', "lint.unclear_code lint.unused_code", "{name}"),
    "fact": ("day1.py", '"open", name=name', '"open", who=name', "lint.lacking_facts", "who="),
    "pending": ("day2.py", "key=", "keys=", "lint.lacking_facts", "keys="),
    "gives": ("day1.py", '"lid": "closed", ', "", "lint.lacking_evidence", 'return {"box": name}'),
    "no_proof": ("day1.yaml", "        proof: full\n", "", "lint.no_proof", "- id: day1.box"),
    "no_trace": ("day1.py", "def box_trace", "def _box_trace", "lint.no_trace", "proof: full", "day1.yaml"),
    "destroyed": (
        "day2.yaml",
        "lasts: event",
        "lasts: absence\n        of: [day1.box]",
        "lint.destroyed_state",
        "lasts: state",
        "day1.yaml",
    ),
    "later_subject": (
        "day2.yaml",
        "lasts: event",
        "lasts: absence\n        of: [day2.data]",
        "lint.later_subject",
        "of: [day2.data]",
    ),
    "no_subject": ("day2.yaml", "lasts: event", "lasts: absence", "lint.missing_field", "- id: day2.data"),
    "trace": ("day1.py", 'return {"box": lab', 'return {"bax": lab', "lint.lacking_evidence", '"bax"'),
    "handed": (
        "day1.py",
        'return {"box": "fcj-an01"}',
        "return dict(lab)",
        "lint.unclear_return",
        "dict(lab)",
    ),
    "extra": ("day2.py", "def data", "def more(lab):\n    pass\n\ndef data", "lint.no_milestone", "def more"),
    "undeclared": (
        "day1.py",
        "s3.head_bucket",
        "s3.head_object",
        "lint.undeclared_read lint.unused_read",
        "head_object",
    ),
    "named": (
        "day2.py",
        "list_objects_v2",
        "list_objects_v3",
        "lint.undeclared_read lint.unused_read",
        "objects_v3",
    ),
    "window": ("day2.py", "    if", "    s3 = lab.aws.s3\n    if", "lint.bare_service", "lab.aws.s3"),
    "try": ("day2.py", "    if", "    try: lab\n    finally: lab\n    if", "lint.try_in_check", "try:"),
    "import": ("day2.py", "\nfrom", "\nimport os.path\nfrom", "lint.import_in_check", "import os"),
    "from": ("day2.py", "\nfrom", "\nfrom botocore import x\nfrom", "lint.import_in_check", "botocore"),
    "python": ("day2.py", "def data(", "def data", "lint.python", "def data"),
    "word": ("cli.py", '"help.lang"', '"help.long"', "lint.unknown_word lint.unused_word", "help.long"),
    "two_words": ("cli.py", '"setting.bad"', '"setting.worse"', WORDS * 2, "setting.worse"),
    "words": ("cli.py", 'f"verdict.', 'f"verdicts.', WORDS + "lint.unused_word", "verdicts."),
    "old_word": (
        "words.yaml",
        "help.lang",
        "help.old: {vi: x, en: y}\nhelp.lang",
        "lint.unused_word",
        "help.old",
    ),
    "blocked": ("cli.py", '"denied"', '"refused"', "lint.unknown_word lint.unknown_word", "refused"),
    "word_fact": ("cli.py", "count=3", "counts=3", "lint.lacking_facts", "counts=3"),
    "cause": (
        "causes.yaml",
        "denied:",
        "slow: [Slow]\ndenied:",
        "lint.unknown_word lint.unknown_word",
        "slow",
    ),
    "renamed": ("day2.py", "def data", "def datas", "lint.no_milestone lint.no_function", "def datas"),
    "unused": ("day1.py", RAISED, "pass", "lint.unused_code", "          open:", "day1.yaml"),
    "two_causes": (
        "causes.yaml",
        '"403"]',
        '"403"]\nbad: ["403"]',
        "lint.duplicate_id lint.unknown_word lint.unknown_word",
        "bad",
    ),
}


def test_the_small_course_is_sound(small):
    assert lint(small.root) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_one_fault(small, fault):
    file, old, new, keys, marker, *elsewhere = FAULTS[fault]
    small.plant(file, old, new)
    found = lint(small.root)
    named = elsewhere[0] if elsewhere else file
    place = (small.path(named), small.line(named, marker) if marker else 1)
    assert keys.split()[0] in [one.key for one in found if (one.path, one.line) == place]
    assert sorted(one.key for one in found) == sorted(keys.split())


def test_the_facts_of_a_problem_fill_its_sentences(small):
    small.plant("day1.yaml", "[day1.box]", "[day1.bax]")
    wanted = {"id": "day1.lid", "need": "day1.bax"}
    assert lint(small.root) == [
        Problem(small.path("day1.yaml"), small.line("day1.yaml", "bax"), "lint.unknown_need", wanted)
    ]


def test_a_missing_page_is_told_at_its_task(small):
    page = small.path("docs/vi/day1/box.md")
    (small.root / page).unlink()
    facts = {"id": "day1/box", "page": page.as_posix()}
    assert lint(small.root) == [Problem(small.path("day1.yaml"), 5, "lint.no_page", facts)]


def test_all_broken_files_are_told_at_once(small):
    (small.root / small.path("words.yaml")).unlink()
    small.plant("day1.yaml", "day: 1", "day: }")
    (small.root / small.path("causes.yaml")).write_bytes(b"a: [b]\nc: [\xff]\n")
    assert [(one.path.name, one.line, one.key) for one in lint(small.root)] == [
        ("causes.yaml", 2, "lint.yaml"),
        ("day1.yaml", 1, "lint.yaml"),
        ("words.yaml", 1, "lint.no_file"),
    ]


def test_another_folder_is_no_checkout(tmp_path):
    with pytest.raises(BadSetting, match=r"author\.no_checkout"):
        lint(tmp_path)


def test_without_the_development_tools_it_says_what_to_install(small, monkeypatch):
    schema._validator.cache_clear()
    monkeypatch.setitem(sys.modules, "jsonschema", None)
    with pytest.raises(BadSetting, match=r"author\.needs_dev"):
        lint(small.root)
