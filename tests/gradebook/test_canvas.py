"""The instructor's own export of Canvas comes back with the marks in it, and nothing else changed."""

import codecs
import csv
import io
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checkday.errors import BadSetting, Unwritable
from checkday.gradebook import canvas
from checkday.gradebook.marks import Marking
from checkday.gradebook.records import opened
from checkday.gradebook.waivers import Excuses, Waiver
from graded import COURSE, POINTS, finding, learner, read, roster, row, source

AN = learner(1, email="an@example.edu", lms_id="S1")
BINH = learner(2, email="binh@example.edu")
HEADER = "Student,ID,SIS User ID,SIS Login ID,Section,Day 1 (11),Ngày 2: luồng (12),Extra (13),Current Score"
WORTH = f"    Points Possible,,,,,{POINTS[1]}.00,36.00,10.00,(read only)"
LINE = '"Nguyễn, An",101,S1,an@example.edu,K1,,,7,88.10'
MARKING = Marking(COURSE.milestones.values())
LATE = date(2026, 12, 31)


def export(*lines, header=HEADER, worth=WORTH, end="\r\n"):
    return "".join(line + end for line in (header, worth, *lines))


def filled(tmp_path, content, *rows, learners=None, marking=MARKING, encoding="utf-8"):
    """The file that Canvas gets, as text, and what came of it."""
    path = tmp_path / "export.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    cohort = roster(*(learners or [one.learner for one in rows]))
    done = canvas.fill(str(path), tmp_path, cohort, source(*rows), marking, lang="en")
    return (tmp_path / canvas.FILE).read_bytes().decode(encoding), done


def notes(tmp_path):
    return [(one["kind"], one["Student"]) for one in read(tmp_path / canvas.NOTES)]


def line_of(text, number=2):
    return next(csv.reader([text.splitlines()[number]]))


def test_decided_days_are_filled_and_scaled_to_what_the_assignment_is_worth(tmp_path):
    graded = row(AN, finding("day2.records", "failed", code="none"))
    text, done = filled(tmp_path, export(LINE), graded)
    assert text == export(f'"Nguyễn, An",101,S1,an@example.edu,K1,{POINTS[1]},30,7,88.10')
    assert (done.matched, done.unknown, done.missing, done.kept) == (1, 0, 0, 0)


def test_an_open_day_keeps_what_is_there(tmp_path):
    graded = row(AN, finding("day1.stream", "blocked", code="denied", cause="denied"))
    text, _ = filled(tmp_path, export("An,101,S1,,K1,4,,,"), graded)
    assert line_of(text)[5:7] == ["4", "36"]


def test_the_rows_of_canvas_itself_stay(tmp_path):
    hidden = ",,,,,Manual Posting,,,"
    text, done = filled(tmp_path, export(hidden, LINE), row(AN))
    assert text.splitlines()[:3] == export(hidden).splitlines()
    assert (done.matched, done.unknown) == (1, 0)


@pytest.mark.parametrize(
    "line",
    [
        "x,101,S1,other,K1,,,,",
        "x,S1,,other,K1,,,,",
        "x,101,,s1,K1,,,,",
        "x,101,,AN@example.edu,K1,,,,",
        "x,101,an01,,K1,,,,",
        "x,101,,an01,K1,,,,",
    ],
)
def test_a_student_is_found_by_id_or_address(tmp_path, line):
    assert filled(tmp_path, export(line), row(AN))[1].matched == 1


def test_never_by_name(tmp_path):
    line = f"{AN.name},101,,,K1,,,,"
    text, done = filled(tmp_path, export(line), row(AN))
    assert text == export(line)
    assert (done.unknown, done.missing) == (1, 1)
    assert notes(tmp_path) == [("unknown", AN.name), ("missing", AN.name)]


def test_strangers_are_listed_and_never_dropped(tmp_path):
    stranger = '"Student, Test",999,,test,K1,,,,'
    text, _ = filled(tmp_path, export(stranger, LINE), row(AN), row(BINH))
    assert text.splitlines()[2] == stranger
    assert notes(tmp_path) == [("unknown", "Student, Test"), ("missing", BINH.name)]


def test_two_lines_that_claim_one_learner_get_nothing(tmp_path):
    content = export("x,101,S1,,K1,,,,", "y,102,,an@example.edu,K1,,,,")
    text, _ = filled(tmp_path, content, row(AN))
    assert text == content
    assert [kind for kind, _ in notes(tmp_path)] == ["unknown", "unknown", "missing"]


def test_one_address_of_two_learners_finds_neither(tmp_path):
    twin = learner(2, email="an@example.edu")
    content = export("x,101,,an@example.edu,K1,,,,")
    assert filled(tmp_path, content, row(AN), row(twin))[0] == content


def test_a_higher_mark_stays_and_is_told(tmp_path):
    graded = row(AN, finding("day1.stream", "failed", code="missing"))
    text, done = filled(tmp_path, export('An,101,S1,,K1,"15,00",36.00,,'), graded)
    assert '"15,00",36.00' in text
    assert done.kept == 1
    (note,) = read(tmp_path / canvas.NOTES)
    assert note["kind"] == "kept"
    assert "15,00" in note["what"]
    assert "12" in note["what"]


@pytest.mark.parametrize("cell", ["EX", "N/A", "ex"])
def test_what_the_instructor_excused_stays(tmp_path, cell):
    text, _ = filled(tmp_path, export(f"An,101,S1,,K1,{cell},,,"), row(AN))
    assert line_of(text)[5] == cell


def test_a_day_that_is_waived_is_excused(tmp_path):
    failed = [finding(one.id, "failed") for one in COURSE.milestones.values() if one.day == 1]
    waiver = Waiver("an01", "day1", "ill", LATE, "Mai")
    marking = Marking(COURSE.milestones.values(), Excuses(waivers=[waiver]))
    text, _ = filled(tmp_path, export(LINE), row(AN, *failed), marking=marking)
    assert line_of(text)[5] == "EX"


def test_what_a_waiver_leaves_of_a_day_counts_as_the_whole(tmp_path):
    waiver = Waiver("an01", "day1.stream", "ill", LATE, "Mai")
    marking = Marking(COURSE.milestones.values(), Excuses(waivers=[waiver]))
    graded = row(AN, finding("day1.stream", "failed", code="missing"))
    text, _ = filled(tmp_path, export(LINE), graded, marking=marking)
    assert line_of(text)[5] == str(POINTS[1])


def test_a_learner_nobody_has_looked_at_is_left_alone(tmp_path):
    assert filled(tmp_path, export(LINE), learners=[AN])[0] == export(LINE)


# The file as it was


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_separator_and_line_ends_stay(tmp_path, end, separator):
    plain = export(LINE.replace('"Nguyễn, An"', "An"), end=end).replace(",", separator)
    text, _ = filled(tmp_path, plain, row(AN))
    assert text == plain.replace(f"K1{separator * 3}7", f"K1{separator}15{separator}36{separator}7")


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [(codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")],
)
def test_the_mark_of_bytes_stays(tmp_path, mark, encoding):
    filled(tmp_path, mark + export(LINE).encode(encoding), row(AN), encoding=encoding)
    raw = (tmp_path / canvas.FILE).read_bytes()
    assert raw == mark + export(LINE.replace("K1,,,7", "K1,15,36,7")).encode(encoding)


def test_no_line_end_at_the_end(tmp_path):
    text, _ = filled(tmp_path, export(LINE).removesuffix("\r\n"), row(AN))
    assert text == export(LINE.replace("K1,,,7", "K1,15,36,7")).removesuffix("\r\n")


@pytest.mark.parametrize("name", ["-0042", "=1+1", "+84", "@x", "0042", "' 7"])
def test_ids_come_back_as_they_were(tmp_path, name):
    who = learner(1, lms_id=name)
    line = f'"=""x""",101,{name},,"K1\nevening",,,,'
    text, done = filled(tmp_path, export(line), row(who))
    assert done.matched == 1
    assert f'"=""x""",101,{name},,"K1\nevening",15,36,,' in text


CELLS = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x00"), max_size=8)


@settings(deadline=None)
@given(st.lists(st.lists(CELLS, min_size=9, max_size=9), max_size=6))
def test_whatever_stands_in_an_export_stays_to_the_byte(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("canvas")
    out = io.StringIO()
    csv.writer(out).writerows([HEADER.split(","), WORTH.split(","), *rows])
    text, done = filled(folder, out.getvalue(), learners=[learner(1, id="zz-never-there")])
    assert text == out.getvalue()
    assert done.matched == 0


# What is no export


@pytest.mark.parametrize(
    ("key", "content"),
    [
        ("no_export", "id,name\n1,An\n"),
        ("no_export", ""),
        ("no_points", f"{HEADER}\n{LINE}\n"),
        ("no_day", export(LINE, header=HEADER.replace("Day 1", "Lab").replace("Ngày 2", "Bài 2"))),
        ("no_day", export(LINE, worth=WORTH.replace("15.00", "0.00").replace("36.00", "(read only)"))),
        ("two_columns", export(LINE, header=HEADER.replace("Ngày 2", "day-01"))),
        ("bad_csv", export('"An,101,S1,,K1,,,,')),
        ("bad_csv", export('An"x,10"1,S1,,K1,\n"z,,,')),
        ("encoding", b"Student,ID,Section\nNguy\xea,1,2\n" + b"x" * 9000),
    ],
)
def test_a_wrong_file_is_told(tmp_path, key, content):
    with pytest.raises(BadSetting) as caught:
        filled(tmp_path, content, row(AN))
    assert caught.value.key == f"gradebook.{key}"
    assert not (tmp_path / canvas.FILE).exists()


def test_a_file_that_is_not_there():
    with pytest.raises(BadSetting, match=r"gradebook\.unreadable"):
        opened("/nowhere/export.csv", header=("ID",))


def test_a_folder_that_is_not_there(tmp_path):
    (tmp_path / "export.csv").write_text(export(LINE), encoding="utf-8")
    with pytest.raises(Unwritable):
        canvas.fill(
            str(tmp_path / "export.csv"), tmp_path / "gone", roster(AN), source(row(AN)), MARKING, lang="en"
        )


@pytest.mark.parametrize("title", ["Day 10 (1)", "Birthday 3", "Today 1", "Holiday-1"])
def test_titles_that_name_no_day(tmp_path, title):
    with pytest.raises(BadSetting, match=r"gradebook\.no_day"):
        filled(tmp_path, export(LINE, header=HEADER.replace("Day 1", title).replace("Ngày 2", "x")), row(AN))


@pytest.mark.parametrize(
    "title", ["NGÀY 1", "Bài ngày 1: bucket", "day1", "Lab Day 01", "nga\u0300y 1", "Day_1"]
)
def test_titles_that_name_day_1(tmp_path, title):
    text, _ = filled(tmp_path, export(LINE, header=HEADER.replace("Day 1", title)), row(AN))
    assert line_of(text)[5] == "15"
