"""Files from anybody: bounded, with one meaning, and never followed, run or waited for."""

import io
import json
import os
import tarfile
import time
import zipfile
from pathlib import Path

import jsonschema
import pytest

import graded
from checkday.submission import LARGEST, hostile, schema
from checkday.submission.hostile import Refused
from checkday.submission.reading import files, read
from checkday.submission.writing import sealed
from submitted import changed, contents, file, told

AN = graded.learner()


def refusal(content):
    with pytest.raises(Refused) as caught:
        read(content)
    told(caught.value.code, caught.value.facts)
    return caught.value.code


def payload(text):
    return sealed(text if isinstance(text, bytes) else text.encode(), None)


def test_a_file_of_ours_is_read_as_it_was_written():
    found = read(file(contents(AN)))
    assert (found.learner, found.account, found.origin, found.token) == ("an01", AN.account, "live", None)


def test_a_mail_program_may_change_the_ends_of_lines():
    assert read(file(contents(AN)).replace(b"\n", b"\r\n")).learner == "an01"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[" * 100_000 + "]" * 100_000, "too_deep"),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, "too_deep"),
        ('{"a": ' + "9" * 5_000 + "}", "bad_number"),
        ('{"a": NaN}', "bad_number"),
        ('{"a": -Infinity}', "bad_number"),
        ('{"a": 1e999}', "bad_number"),
        ('{"schema": "x", "schema": "y"}', "duplicate_key"),
        ('{"a": "\\ud800"}', "surrogate"),
        ('{"a": "\\udc00", "b": [[1]]}', "surrogate"),
        (b'{"a": "\xff"}', "not_text"),
        ("{'a': 1}", "damaged"),
        ("", "damaged"),
        ("null", "wrong_schema"),
        ('{"schema": "checkday.submission/2"}', "wrong_schema"),
        ('{"schema": "checkday.report/1"}', "wrong_schema"),
    ],
)
def test_texts_that_no_program_should_see(text, code):
    assert refusal(payload(text)) == code


def test_a_text_of_quotes_and_brackets_takes_no_time():
    began = time.perf_counter()
    for text in (b'"\\"' * 340_000, b'{"' + b'\\"' * 500_000, b"[]" * 500_000, b'"' * 1_000_001):
        with pytest.raises(Refused):
            hostile.parsed(text)
    assert time.perf_counter() - began < 5


def test_archives_are_not_opened():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("submission.jsonl", file(contents(AN)))
    taped = io.BytesIO()
    with tarfile.open(fileobj=taped, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("submission.jsonl"), io.BytesIO())
    assert refusal(packed.getvalue()) == refusal(taped.getvalue()) == refusal(b"\x1f\x8b\x08") == "archive"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"learner": "../../x"}, "bad_shape"),
        ({"learner": "CON"}, "bad_shape"),
        ({"learner": "an01\n"}, "bad_shape"),
        ({"learner": "an\u030101"}, "bad_shape"),
        ({"learner": "a" * 300}, "bad_shape"),
        ({"account": "12345678901\u0661"}, "bad_shape"),
        ({"account": "123456789012\n"}, "bad_shape"),
        ({"account": 123456789012}, "bad_shape"),
        ({"origin": "LIVE"}, "bad_shape"),
        ({"made": "2026-13-45T99:00:00Z"}, "bad_shape"),
        ({"quizzes": {"8": {}}}, "bad_shape"),
        ({"quizzes": {"3": {"q": 1}}}, "bad_shape"),
        ({"quizzes": {"3": {"q": "x" * 301}}}, "bad_shape"),
        ({"chart": {"heat_map": [{}], "tree_map": [], "account": AN.account, "origin": "live"}}, "bad_shape"),
        (
            {"chart": {"heat_map": [[[]]], "tree_map": [], "account": AN.account, "origin": "live"}},
            "bad_shape",
        ),
        ({"record": {"head": "0" * 64, "chain": ["0" * 16], "entries": []}}, "altered"),
        ({"reports": [graded.report(graded.learner(2))]}, "mixed"),
        ({"reports": [graded.report(AN, origin="simulated")]}, "mixed"),
        ({"reports": [{}] * 8}, "bad_shape"),
    ],
)
def test_parts_that_are_not_as_agreed(changes, code):
    assert refusal(changed(contents(AN), **changes)) == code


def test_what_we_do_not_know_is_ignored():
    found = read(changed(contents(AN), mark=100, trust="observed", more={"deep": [1]}))
    assert found.learner == "an01"


def test_one_letter_changed_after_it_was_sealed():
    assert refusal(file(contents(AN)).replace(b'"an01"', b'"an02"')) == "altered"


@pytest.mark.parametrize("cut", [0.1, 0.5, 0.9])
def test_half_a_file(cut):
    content = file(contents(AN))
    assert refusal(content[: int(len(content) * cut)]) in {"damaged", "wrong_schema"}


def test_links_pipes_folders_and_giants_are_not_opened(tmp_path):
    (tmp_path / "secret").write_bytes(file(contents(AN)))
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "link").symlink_to(tmp_path / "secret")
    (inbox / "loop").symlink_to(inbox / "loop")
    os.mkfifo(inbox / "pipe")
    (inbox / "folder").mkdir()
    with open(inbox / "giant", "wb") as giant:
        giant.truncate(1024**3)
    (inbox / "good.jsonl").write_bytes(file(contents(AN)))
    (inbox / ".hidden").write_bytes(b"x")
    began = time.perf_counter()
    found = {one.name: getattr(one.content, "code", "read") for one in files(str(inbox))}
    told("no_file", {})
    told("too_large", {"kilobytes": LARGEST // 1024})
    assert found == {
        **dict.fromkeys(("link", "loop", "pipe", "folder"), "no_file"),
        "giant": "too_large",
        "good.jsonl": "read",
    }
    assert time.perf_counter() - began < 2


def test_a_file_that_may_not_be_read(tmp_path, monkeypatch):
    (tmp_path / "a").write_bytes(b"")

    def refuse(*_, **more):
        if "dir_fd" in more:
            raise PermissionError(13, "Permission denied")
        return opened(*_, **more)

    opened = os.open
    monkeypatch.setattr(os, "open", refuse)
    assert [one.content.code for one in files(str(tmp_path))] == ["unreadable"]


def test_every_file_that_is_written_can_be_read(tmp_path):
    long = [
        (f"{number:016x}", {"id": "day1.bucket", "at": "2026-11-25T12:00:00Z", "evidence": {}})
        for number in range(30_000)
    ]
    content = file(contents(AN, record=long))
    assert len(content) <= LARGEST
    assert len(read(content).chain) == 20_000


def _examples():
    """A good payload, and many that lack something or have something else in a place."""
    good = json.loads(
        contents(
            AN, chart={"heat_map": [["d", "t", 1]], "tree_map": [], "account": AN.account, "origin": "live"}
        ).payload()
    )
    yield good
    for name in good:
        yield {key: value for key, value in good.items() if key != name}
        for other in (None, 1, "x", [], {}, [[]], True, 1.5):
            yield {**good, name: other}
    for chart in ({}, {**good["chart"], "heat_map": [[1.5, None, "x"]]}, {**good["chart"], "tree_map": [[]]}):
        yield {**good, "chart": chart}
    for head in ("0" * 63, "g" * 64, "0" * 64):
        yield {**good, "record": {"head": head, "chain": [], "entries": []}}


def test_our_small_validator_agrees_with_the_library():
    whole = jsonschema.Draft202012Validator(schema.load())
    for one in _examples():
        assert (schema.problem(one) is None) == whole.is_valid(one), one


def test_the_shipped_schema_uses_nothing_that_we_do_not_check():
    jsonschema.Draft202012Validator.check_schema(schema.load())
    known = {
        *("$ref", "type", "const", "enum", "required", "properties", "propertyNames", "additionalProperties"),
        *(
            "items",
            "pattern",
            "maxLength",
            "minLength",
            "maxItems",
            "minItems",
            "maxProperties",
            "description",
        ),
    }

    def walk(one):
        assert one.keys() <= known
        for inner in (*one.get("properties", {}).values(), *filter(None, map(one.get, _INNER))):
            walk(inner)

    for one in schema.load()["$defs"].values():
        walk(one)


_INNER = ("items", "propertyNames", "additionalProperties")


def test_the_schema_travels_with_the_package():
    assert Path(schema.__file__).with_name("submission.schema.json").is_file()
