"""Files for spreadsheets and other programs: whatever is in a name or a fact, no cell begins a formula."""

import csv
import io

import pytest

from checkday.gradebook import canvas, comparison, moodle
from checkday.gradebook.marks import Marking
from graded import COURSE, finding, learner, read, roster, row, source, unreachable, write_book
from hostile.values import FORMULAS, HOSTILE, raw

STARTS = tuple("=+-@\t\r\uff1d\uff0b\uff0d\uff20")
EXPORT = "Student,ID,SIS User ID,SIS Login ID,Section,Day 1 (11)\n    Points Possible,,,,,16\n"
EXACT = {"canvas.csv", *(f"moodle-day{day}.csv" for day in COURSE.days)}
"""For programs, which must find their own ids again: decision 13."""


def written(folder, value):
    """Everything that a run writes, with the value wherever somebody else chooses the text."""
    text = value.encode("utf-8", "backslashreplace").decode()
    facts = {"permission": text, "detail": text, "actual": text}
    who = learner(1, name=text, section=text, email="an@example.edu")
    other = learner(2, name=text)
    failed = finding("day1.bucket", "failed", code="wrong_name", facts=facts)
    rows, people = (row(who, failed), unreachable(other)), roster(who, other)
    marking = Marking(COURSE.milestones.values())
    write_book(folder, people, source(*rows), lang="en")
    comparison.write(folder, people, iter((row(who), row(other))), iter(rows))
    moodle.write(folder, COURSE, people, source(*rows), marking, by=None, lang="en")
    export = folder / "export.txt"
    with open(export, "w", encoding="utf-8", newline="") as file:
        file.write(EXPORT)
        csv.writer(file).writerow([text, "101", "", "nobody@example.edu", text, ""])
    canvas.fill(str(export), folder, people, source(*rows), marking, lang="en")
    export.unlink()
    return {path.name: path.read_bytes().decode() for path in folder.iterdir()}


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: ascii(value)[:24])
def test_no_file_of_a_run_holds_a_formula_or_a_control(tmp_path, value):
    files = written(tmp_path, value)
    assert {*EXACT, "gradebook.csv", "findings.csv", "exceptions.csv", "comparison.csv"} <= files.keys()
    for text in (text for name, text in files.items() if name not in EXACT):
        assert raw(text) == set()
        for separator in ",;\t|":
            for line in csv.reader(io.StringIO(text), delimiter=separator):
                assert not any(cell.lstrip(' "\u200b').startswith(STARTS) for cell in line)


@pytest.mark.parametrize("value", FORMULAS, ids=ascii)
def test_what_goes_to_a_program_names_nobody(tmp_path, value):
    """Moodle gets ids and our own words; Canvas gets back its own export."""
    files = written(tmp_path, value)
    assert all(value not in files[name] for name in EXACT if name.startswith("moodle"))
    assert [one["ID"] for one in read(tmp_path / "canvas.csv")] == ["", "101"]
