"""Nothing that somebody typed is a formula, in whichever program and country the file is opened."""

import csv
import io
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from checkday.gradebook.cells import inert, number, table
from graded import finding, learner, read, roster, row, source, write_book

STARTS = "=+-@\uff1d\uff0b\uff0d\uff20\u2212"
SEPARATORS = ",;\t|"


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("before", ["", " ", "\u00a0", "\u3000", '"', "x,", "x;", "x|", 'x;"', "; ", 'a";'])
def test_no_cell_begins_a_formula(start, before):
    text = f"{before}{start}1+1"
    said = inert(text)
    assert said.replace("'", "", 1) == text
    assert said.index("'") < said.index(start)


@pytest.mark.parametrize(
    "text", ["\t=1+1", "\r=1+1", "\n=1+1", "\u200b=1+1", "a\n=1+1", "\x00=1", "\ufeff=1"]
)
def test_what_hides_before_a_formula_is_shown(text):
    said = inert(text)
    assert said.isprintable()
    assert "\\u" in said


@pytest.mark.parametrize("text", ["\u202egpj.exe", "a\x1b[31mred", "\x9b31m", "zero\u200bwidth", "\u2066x"])
def test_controls_and_bidirectional_marks_are_shown(text):
    assert inert(text).isprintable()


@pytest.mark.parametrize(
    "text", ["Nguyễn Thị Ánh", "O'Brien", "a-b", "2026-11-25", "x = 1", "an01@example.edu"]
)
def test_ordinary_text_stays(text):
    assert inert(text) == text


def test_text_is_in_nfc():
    assert inert("Nguye\u0302\u0303n") == "Nguyễn"


@pytest.mark.parametrize(
    ("value", "said"),
    [(0, "0"), (12, "12"), (10, "10"), (12.5, "12.5"), (1 / 3, "0.33"), (1e7, "10000000"), (None, "")],
)
def test_numbers_have_a_decimal_point_and_no_exponent(value, said):
    assert inert(value) == said


def test_a_number_is_never_marked():
    assert number(3.10) == "3.1"


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from([*STARTS, *SEPARATORS, *"\" \n\r'ax1\u00a0\u200b\u3000"])))
@example('a";=1')
@example(';"  "=1')
def test_however_the_file_is_split_no_piece_is_a_formula(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("cells") / "x.csv"
    with table(path, ("id", "name")) as add:
        add(("an01", text))
    raw = path.read_text(encoding="utf-8")
    for separator in SEPARATORS:
        for record in csv.reader(io.StringIO(raw), delimiter=separator):
            for cell in record:
                assert not cell.lstrip(' "\u00a0\u3000\u200b').startswith(tuple(STARTS))


@settings(max_examples=40, deadline=None)
@given(st.text())
def test_any_name_makes_one_row_of_twelve_cells(tmp_path_factory, name):
    folder = tmp_path_factory.mktemp("names")
    who = learner(1, name=name)
    write_book(folder, roster(who), source(row(who, days=[1])), lang="en")
    (cells,) = read(folder / "gradebook.csv")
    assert len(cells) == 12
    assert cells["id"] == "an01"
    assert not {unicodedata.category(one) for one in cells["name"]} & {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}


def test_facts_of_a_report_are_inert_in_every_table(tmp_path):
    evil = {"permission": '=HYPERLINK("http://x")\u202e\x1b[0m', "detail": "x;=1"}
    who = learner(1, name="=cmd|'/c calc'!A0")
    graded = row(who, finding("day1.bucket", "error", code="broken_check", facts=evil))
    write_book(tmp_path, roster(who), source(graded), lang="en")
    for file in tmp_path.iterdir():
        text = file.read_text(encoding="utf-8")
        assert all(one.isprintable() or one == "\n" for one in text)
        assert ";=" not in text
        assert not any(
            cell.startswith(tuple(STARTS)) for line in csv.reader(io.StringIO(text)) for cell in line
        )
