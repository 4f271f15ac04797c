"""Who is enrolled keeps what was given out; what is secret stays in the instructor's folder."""

import csv
import json
import re
from unittest.mock import patch

import pytest

from checkday.enroll.folder import Folder
from checkday.errors import BadSetting, Unwritable
from checkday.roster import reading

AN, BI = "an01,Nguyễn Văn An,000000000001", "bi02,Bi,000000000002"
WEAK, LONG = "a" * 19, "a" * 1225


def learners(enroll):
    return {one.id: one for one in reading.read(str(enroll.folder / "roster.yaml")).learners}


def ids(enroll):
    return {name: one.external_id for name, one in learners(enroll).items()}


def test_everybody_gets_a_role_and_an_id_of_192_bits(enroll):
    code, out, err = enroll(AN, BI)
    found = learners(enroll)
    assert code == 0
    assert [one.role_arn for one in found.values()] == [
        "arn:aws:iam::000000000001:role/checkday/grader-an01",
        "arn:aws:iam::000000000002:role/checkday/grader-bi02",
    ]
    assert all(re.fullmatch("fcj-[0-9a-f]{48}", one.external_id) for one in found.values())
    assert len({one.external_id for one in found.values()}) == 2
    assert not any(one.external_id in out + err for one in found.values())


def test_only_the_owner_reads_the_folder_and_its_files(enroll):
    enroll(AN)
    assert enroll.folder.stat().st_mode & 0o777 == 0o700
    modes = {one.name: one.stat().st_mode & 0o777 for one in enroll.folder.iterdir()}
    assert set(modes.values()) == {0o600}
    assert modes.keys() >= {"roster.yaml", "external-ids.csv", "links.csv", "template.yaml"}


def test_a_second_call_keeps_the_ids_and_adds_who_is_new(enroll):
    enroll(AN)
    before = ids(enroll)
    code, out, _ = enroll(AN, BI, account=None)
    assert (code, ids(enroll)["an01"]) == (0, before["an01"])
    assert "2 learners are enrolled (1 new)" in out


def test_the_roster_that_was_written_enrols_the_same_again(enroll):
    enroll(AN, BI)
    before = (enroll.folder / "roster.yaml").read_bytes()
    enroll.run(enroll.folder / "roster.yaml")
    assert (enroll.folder / "roster.yaml").read_bytes() == before


def test_who_left_is_told_and_comes_back_with_the_same_id(enroll):
    enroll(AN, BI)
    before = ids(enroll)
    _, _, err = enroll(AN)
    assert "Not in the roster any more: bi02" in err
    assert ids(enroll).keys() == {"an01"}
    enroll(AN, BI)
    assert ids(enroll) == before


def test_another_account_is_refused_until_the_old_id_is_given_up(enroll):
    enroll(AN)
    before = ids(enroll)
    with pytest.raises(BadSetting, match="other_account"):
        enroll("an01,An,000000000003")
    assert ids(enroll) == before
    book = enroll.folder / "external-ids.csv"
    book.write_text(book.read_text().splitlines()[0] + "\n")
    enroll("an01,An,000000000003")
    assert ids(enroll)["an01"] != before["an01"]


def test_an_id_of_the_instructors_own_is_kept(enroll):
    enroll(f"{AN},{'x' * 20}", header="id,name,account,external_id")
    assert ids(enroll) == {"an01": "x" * 20}


@pytest.mark.parametrize(
    ("external_ids", "key"),
    [
        ([WEAK, ""], "weak"),
        ([LONG, ""], "bad_external_id"),
        (["=" + "x" * 30, ""], "weak"),
        (["x" * 20, "x" * 20], "shared"),
    ],
    ids=["short", "long", "formula", "shared"],
)
def test_an_id_that_cannot_be_used(enroll, external_ids, key):
    rows = [f"{row},{one}" for row, one in zip((AN, BI), external_ids, strict=True)]
    if key == "bad_external_id":
        assert enroll(*rows, header="id,name,account,external_id")[0] == 2
    else:
        with pytest.raises(BadSetting, match=f"{key}_external_id"):
            enroll(*rows, header="id,name,account,external_id")
    assert not (enroll.folder / "roster.yaml").exists()


def test_the_id_of_somebody_else_or_another_one_than_before(enroll):
    enroll(AN)
    header, taken = "id,name,account,external_id", ids(enroll)["an01"]
    with pytest.raises(BadSetting, match="shared_external_id"):
        enroll(f"{BI},{taken}", header=header)
    with pytest.raises(BadSetting, match="other_external_id"):
        enroll(f"{AN},{'y' * 30}", header=header)


def test_any_name_comes_back_as_it_was(enroll):
    names = [
        "null",
        "~",
        "=1+1",
        "yes",
        "'",
        "# x",
        "a: b",
        "1e3",
        "🙂",
        "e\u0301\u202e",
        "\x9b2J",
        "- x",
        "*a",
    ]
    enroll(*(f'le{at},"{name}",{at:012d}' for at, name in enumerate(names)))
    first = reading.read(str(enroll.folder.parent / "roster.csv")).learners
    assert [one.name for one in learners(enroll).values()] == [one.name for one in first]


def test_two_learners_of_one_account_are_refused(enroll):
    code, _, err = enroll(AN, "bi02,Bi,000000000001")
    assert code == 2
    assert "000000000001" in err


def test_a_folder_that_others_read(enroll):
    enroll.folder.mkdir(mode=0o755)
    with pytest.raises(BadSetting, match="open_folder"):
        enroll(AN)


@pytest.mark.parametrize(
    "text", ["", "id,account\nan01,1\n", "id,account,external_id\nan01,1,short\n", "\xff"]
)
def test_a_damaged_book_is_not_begun_anew(enroll, text):
    enroll(AN)
    (enroll.folder / "external-ids.csv").write_bytes(text.encode("latin-1"))
    with pytest.raises(BadSetting, match="bad_book"):
        enroll(AN)


@pytest.mark.parametrize("text", ["", "[]", "{}", "[" * 100_000])
def test_damaged_settings(enroll, text):
    enroll(AN)
    (enroll.folder / "enrolment.json").write_text(text)
    with pytest.raises(BadSetting, match="bad_settings"):
        enroll(AN)


@pytest.mark.parametrize(
    ("more", "key"),
    [
        (("--account", "12345"), "bad_account"),
        (("--account", "١٢٣٤٥٦٧٨٩٠١٢"), "bad_account"),
        (("--account", "111122223333", "--role", "arn:aws:iam::111122223333:role/x"), "bad_role"),
        (("--account", "111122223333", "--role", "*"), "bad_role"),
        ((), "no_account"),
    ],
)
def test_who_the_instructor_is_must_be_said(enroll, more, key):
    with pytest.raises(BadSetting, match=f"{key}"):
        enroll(AN, account=None, more=more)


def test_a_full_disk_leaves_no_half_file(enroll):
    enroll(AN)
    before = (enroll.folder / "roster.yaml").read_bytes()
    full = patch("checkday.enroll.folder.resources.put", side_effect=OSError(28, "No space left on device"))
    with full, pytest.raises(Unwritable):
        enroll(AN, BI)
    assert (enroll.folder / "roster.yaml").read_bytes() == before


def test_the_book_is_kept_before_anything_is_given_out(enroll):
    with (
        patch("checkday.enroll.folder.Folder.keep_roster", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        enroll(AN)
    with (enroll.folder / "external-ids.csv").open() as file:
        given = next(csv.DictReader(file))["external_id"]
    enroll(AN)
    assert ids(enroll) == {"an01": given}


def test_two_calls_at_once_do_not_give_out_two_ids(enroll):
    with Folder(enroll.folder), pytest.raises(BadSetting, match="busy"):
        enroll(AN)
    assert enroll(AN)[0] == 0


def test_the_arguments_are_remembered(enroll):
    enroll(AN, more=("--role", "team/grading"))
    found = json.loads((enroll.folder / "enrolment.json").read_text())
    enroll(AN, account=None)
    assert json.loads((enroll.folder / "enrolment.json").read_text()) == found
    assert (found["account"], found["role"]) == ("999988887777", "team/grading")
    assert "team/grading" in (enroll.folder / "template.yaml").read_text()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_invitation_says_how_to_take_the_right_away(enroll, language):
    enroll(AN)
    text = (enroll.folder / f"invitation.{language}.txt").read_text()
    assert "checkday-grader" in text.split("\n")[-2]
    assert ids(enroll)["an01"] not in text
