"""The file of waivers: what is accepted, and a clear answer to everything else."""

from datetime import date

import pytest

from checkday.errors import BadSetting
from checkday.gradebook.waivers import known_codes, read
from checkday.words import Words
from graded import COURSE, learner, roster

ROSTER = roster(learner(1), learner(2))
GOOD = {
    "learner": "an01",
    "milestone": "day4.bi_source",
    "reason": "No plan",
    "until": "2026-12-31",
    "by": "Mai",
}


def waivers(tmp_path, content):
    path = tmp_path / "waivers.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read(str(path), COURSE, ROSTER)


def entry(**changes):
    pairs = ", ".join(f"{key}: {value}" for key, value in (GOOD | changes).items() if value)
    return f"- {{{pairs}}}\n"


def refused(tmp_path, content):
    with pytest.raises(BadSetting) as caught:
        waivers(tmp_path, content)
    for lang in ("vi", "en"):
        assert "{" not in Words(lang)(f"{caught.value.key}.seen", **caught.value.facts)
    return caught.value.key.removeprefix("gradebook.")


def test_a_milestone_and_a_day(tmp_path):
    one, two = waivers(tmp_path, entry() + entry(learner="an02", milestone=None, day=4))
    assert (one.learner, one.subject, one.until) == ("an01", "day4.bi_source", date(2026, 12, 31))
    assert (one.reason, one.by) == ("No plan", "Mai")
    assert (two.learner, two.subject) == ("an02", "day4")


def test_a_day_may_be_written_as_in_ids(tmp_path):
    (one,) = waivers(tmp_path, entry(milestone=None, day="day4"))
    assert one.subject == "day4"


@pytest.mark.parametrize("content", ["", "[]", "# nobody\n"])
def test_nobody_is_waived(tmp_path, content):
    assert waivers(tmp_path, content) == []


def test_a_mark_of_bytes_and_vietnamese(tmp_path):
    (one,) = waivers(tmp_path, "\ufeff" + entry(reason="Tài khoản bị khóa"))
    assert one.reason == "Tài khoản bị khóa"


@pytest.mark.parametrize(
    ("key", "changes"),
    [
        ("waiver_learner", {"learner": "an99"}),
        ("waiver_learner", {"learner": "'*'"}),
        ("waiver_unknown", {"milestone": "day4.nothing"}),
        ("waiver_unknown", {"milestone": None, "day": 8}),
        ("waiver_unknown", {"milestone": None, "day": "x"}),
        ("waiver_subject", {"milestone": None}),
        ("waiver_subject", {"day": 4}),
        ("waiver_lacks", {"reason": None}),
        ("waiver_lacks", {"reason": "' '"}),
        ("waiver_lacks", {"until": None}),
        ("waiver_lacks", {"by": None}),
        ("waiver_date", {"until": "31/12/2026"}),
        ("waiver_date", {"until": "2026-02-30"}),
        ("waiver_date", {"until": "never"}),
        ("waiver_key", {"points": 3}),
        ("waiver_long", {"reason": "x" * 301}),
        ("waiver_shape", {"reason": "[a, b]"}),
    ],
)
def test_a_wrong_entry(tmp_path, key, changes):
    assert refused(tmp_path, entry(learner="an02") + entry(**changes)) == key


def test_the_entry_is_named(tmp_path):
    with pytest.raises(BadSetting) as caught:
        waivers(tmp_path, entry(learner="an02") + entry(learner="an99"))
    assert (caught.value.facts["row"], caught.value.facts["value"]) == (2, "an99")


def test_twice_the_same(tmp_path):
    assert refused(tmp_path, entry() + entry(reason="Again")) == "waiver_twice"


@pytest.mark.parametrize(
    "content",
    [
        "{a: b}",
        "just text",
        "- [",
        "a: !!python/object/apply:os.system [id]",
        b"\xff\xfe\x00",
        "[" * 5000,
        "- \x07\n",
    ],
)
def test_what_is_no_list(tmp_path, content):
    assert refused(tmp_path, content) == "waivers_damaged"


def test_a_tag_makes_no_object(tmp_path):
    assert refused(tmp_path, "- !!python/object/apply:os.system [id]\n") == "waiver_shape"


def test_an_alias_that_grows_is_refused(tmp_path):
    grows = "- &a {x: y}\n" + "".join(
        f"- &{n} [*{p},*{p}]\n" for p, n in zip("abcdefghij", "bcdefghijk", strict=True)
    )
    assert refused(tmp_path, grows) == "waiver_key"


def test_too_large(tmp_path):
    assert refused(tmp_path, "#" * (1024 * 1024 + 1)) == "waivers_too_large"


def test_a_file_that_is_not_there():
    with pytest.raises(BadSetting, match=r"gradebook\.unreadable"):
        read("/nowhere/waivers.yaml", COURSE, ROSTER)


def test_codes_that_can_be_excused():
    assert known_codes(["region_off", "elsewhere"], COURSE, Words("en")) == {"region_off", "elsewhere"}


def test_a_mistyped_code_is_told():
    with pytest.raises(BadSetting, match=r"gradebook\.unknown_code"):
        known_codes(["region_of"], COURSE, Words("en"))
