"""Rosters as schools write them: read as text, every fault told with its row, nothing run."""

import time

import pytest

from checkday.roster import reading
from checkday.roster.reading import BadRoster
from cohort_runs import workshop

ROW = "an01,Nguyễn Văn An,000000000001"


@pytest.fixture
def read(tmp_path):
    def _read(text, name="roster.csv"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return reading.read(str(path))

    return _read


def csv(*rows, columns="id,name,account"):
    return "\n".join((columns, *rows)) + "\n"


def faults(read, text, name="roster.csv"):
    with pytest.raises(BadRoster) as caught:
        read(text, name)
    found = [(one.key.removeprefix("roster."), one.facts["row"]) for one in caught.value.faults]
    return found or [(caught.value.key.removeprefix("roster."), caught.value.facts.get("row"))]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_what_excel_saves_is_read(read, encoding, separator):
    found = read(csv(ROW).replace(",", separator).encode(encoding))
    assert [(one.id, one.name, one.account) for one in found.learners] == [
        ("an01", "Nguyễn Văn An", "000000000001")
    ]


@pytest.mark.parametrize("encoding", ["cp1258", "latin-1"])
def test_another_encoding_is_told(read, encoding):
    text = csv("ab,x,000000000001", "an01,Hoàng,000000000002").encode(encoding)
    assert faults(read, text) == [("encoding", 3)]


def test_yaml_keeps_leading_zeros_and_words_as_they_stand(read):
    text = "cohort: K1\nlearners:\n- {id: no, name: 'Yes', account: 012345670123, email: null}\n"
    found = read(text, "roster.yaml")
    assert found.cohort == "K1"
    assert found.learners[0].id == "no"
    assert (found.learners[0].account, found.learners[0].email) == ("012345670123", None)


def test_csv_and_yaml_of_the_same_learners_are_the_same(read):
    text = "cohort: roster\nlearners:\n- {id: an01, name: Nguyễn Văn An, account: 000000000001}\n"
    assert read(text, "other.yaml") == read(csv(ROW))


def test_names_hold_anything_and_are_only_text(read):
    names = ["=cmd|' /C calc'!A0", "<script>alert(1)</script>", "é" * 300]
    found = read(csv(*(f'le{at},"{name}",{at:012d}' for at, name in enumerate(names))))
    assert [one.name for one in found.learners] == names


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("AN01,x,000000000001", "bad_id"),
        ("a,x,000000000001", "bad_id"),
        ("an01,,000000000001", "no_value"),
        ("an01,x,12345678901", "bad_account"),
        ("an01,x,1.23457E+11", "bad_account"),
        ("an01,x,١٢٣٤٥٦٧٨٩٠١٢", "bad_account"),
        (f"an01,{'x' * 301},000000000001", "long_value"),
    ],
)
def test_a_fault_in_a_row(read, row, fault):
    assert faults(read, csv(row)) == [(fault, 2)]


@pytest.mark.parametrize(
    ("column", "value", "fault"),
    [
        ("role_arn", "grader", "bad_role"),
        ("role_arn", "arn:aws:iam::000000000002:role/grader", "foreign_role"),
        ("role_arn", "arn:aws:iam::000000000001:user/grader", "bad_role"),
        ("external_id", "a b", "bad_external_id"),
        ("region", "singapore", "bad_region"),
        ("region", "us-east-1", "one_region"),
        ("email", "nobody", "bad_email"),
        ("lang", "fr", "bad_lang"),
    ],
)
def test_a_fault_in_another_column(read, column, value, fault):
    text = csv(f"an01,x,000000000001,{value}", columns=f"id,name,account,{column}")
    assert faults(read, text) == [(fault, 2)]


def test_all_faults_are_told_at_once_with_their_rows(read):
    rows = ["an01,x,000000000001", "an01,y,000000000002", "bi02,z,000000000001", "?,?,?"]
    assert faults(read, csv(*rows)) == [
        ("double_id", 3), ("double_account", 4), ("bad_id", 5), ("bad_account", 5),
    ]  # fmt: skip


def test_of_many_faults_the_first_twenty_and_how_many_more(tmp_path):
    path = tmp_path / "roster.csv"
    path.write_text(csv(*(f"X{at},x,1" for at in range(30))))
    ended = workshop("grade", path, "--out", tmp_path / "run", "--lang", "en")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.count("→") == 21
    assert "69 more" in ended.err
    assert "Row 2: the learner id X0 is not valid." in ended.err
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", ("missing_column", None)),
        ("id,name\nan01,x\n", ("missing_column", None)),
        ("id,name,account,role_arm\n", ("unknown_column", None)),
        ("id,name,account,id\n", ("double_column", None)),
        ("id,name,account\n", ("empty", None)),
        ('id,name,account\nan01,"x,000000000001\n', ("bad_csv", 2)),
        ("id,name,account\nan01,x,000000000001,more\n", ("bad_csv", 2)),
    ],
)
def test_a_csv_that_is_no_roster(read, text, fault):
    assert faults(read, text) == [fault]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("cohort: &a [x,x]\nlearners: [*a,*a]\n", ("alias", 1)),
        ("cohort: *x\n", ("alias", 1)),
        ("learners: !!python/object/apply:os.system ['true']\n", ("tag", 1)),
        ("learners:\n- {id: [1], name: x}\n", ("not_a_roster", 2)),
        ("- an01\n", ("not_a_roster", 1)),
        ("learners:\n- an01\n", ("not_a_roster", 2)),
        ("learners: [\n", ("bad_yaml", 2)),
        ("cohort: x\n", ("missing_column", None)),
        ("class: x\nlearners: []\n", ("unknown_column", None)),
        ("learners: []\n", ("empty", None)),
        ("learners:\n- {id: an01, id: an02}\n", ("double_key", 2)),
        ("learners:\n- {id: an01, name: x, account: '000000000001', age: 7}\n", ("unknown_key", 2)),
        ("[" * 5000, ("not_a_roster", 1)),
    ],
)
def test_a_yaml_that_is_no_roster(read, text, fault):
    assert faults(read, text, "roster.yaml") == [fault]


@pytest.mark.parametrize("name", ["nowhere.csv", ""])
def test_a_file_that_cannot_be_read(tmp_path, name):
    with pytest.raises(BadRoster, match="unreadable"):
        reading.read(str(tmp_path / name))


def test_a_file_that_is_too_large(read):
    assert faults(read, b"x" * (64 * 1024 * 1024 + 1)) == [("too_large", None)]


@pytest.mark.parametrize("name", ["roster.csv", pytest.param("roster.yaml", marks=pytest.mark.audit)])
def test_a_hundred_thousand_rows_in_seconds_and_in_bounds(read, name):
    rows = ((f"le{at}", f"Nguyễn {at}", f"{at:012d}") for at in range(100_000))
    if name.endswith("csv"):
        text = csv(*map(",".join, rows))
    else:
        text = "learners:\n" + "".join(f"- {{id: {a}, name: {b}, account: {c}}}\n" for a, b, c in rows)
    began = time.process_time()
    assert len(read(text, name).learners) == 100_000
    assert time.process_time() - began < 20
