"""Files for Moodle's import: one a day, decided learners only, exact ids, feedback in our words."""

import pytest

from checkday.gradebook import moodle
from checkday.gradebook.marks import Marking
from checkday.gradebook.waivers import Excuses
from graded import COURSE, broken, finding, learner, read, roster, row, source

AN = learner(1, email="An@example.edu", lms_id="-0042")
BINH = learner(2, email="binh@example.edu")
FAILED = finding("day1.stream", "failed", code="missing", facts={"name": "<b>x</b>"})


def sent(tmp_path, *rows, by=None, lang="en", excuses=None):
    marking = Marking(COURSE.milestones.values(), excuses or Excuses())
    cohort = roster(*(one.learner for one in rows))
    return moodle.write(tmp_path, COURSE, cohort, source(*rows), marking, by=by, lang=lang)


def day(tmp_path, number):
    return read(tmp_path / f"moodle-day{number}.csv")


def test_each_day_has_its_file(tmp_path):
    done = sent(tmp_path, row(AN), row(BINH, FAILED))
    assert done.files == tuple(f"moodle-day{number}.csv" for number in range(1, 8))
    assert (done.by, done.nameless) == ("email", 0)
    first, second = day(tmp_path, 1)
    assert first == {"email": "An@example.edu", "day1": "15", "day1_feedback": "Passed 8/8 milestones."}
    assert second["day1"] == "12"
    assert second["day1_feedback"] == (
        f"Passed 7/8 milestones. Not done: {COURSE.milestones['day1.stream'].title['en']} (day1.stream)"
    )


def test_an_open_day_has_no_line_that_would_blank_a_mark(tmp_path):
    blocked = finding("day1.stream", "blocked", code="denied", cause="denied")
    sent(tmp_path, row(AN, blocked), broken(BINH))
    assert day(tmp_path, 1) == []
    assert [one["email"] for one in day(tmp_path, 2)] == ["An@example.edu"]


def test_ids_stand_as_the_school_gave_them(tmp_path):
    sent(tmp_path, row(AN), by="idnumber")
    assert (tmp_path / "moodle-day1.csv").read_text(encoding="utf-8").splitlines()[1].startswith("-0042,15,")


def test_whoever_moodle_could_not_know_is_listed(tmp_path):
    done = sent(tmp_path, row(AN), row(BINH), by="idnumber")
    assert done.nameless == 1
    (note,) = read(tmp_path / moodle.NOTES)
    assert (note["id"], "idnumber" in note["what"]) == ("an02", True)


def test_one_address_of_two_learners_is_nobodys(tmp_path):
    done = sent(tmp_path, row(AN), row(learner(2, email=AN.email)))
    assert (done.nameless, day(tmp_path, 1)) == (2, [])


def test_the_way_to_name_users_is_what_more_learners_have(tmp_path):
    assert (
        sent(tmp_path, row(learner(1, lms_id="7")), row(learner(2, lms_id="8", email="x@y"))).by == "idnumber"
    )


@pytest.mark.parametrize(("own", "said"), [(None, "Đạt 8/8 mốc."), ("en", "Passed 8/8 milestones.")])
def test_the_feedback_is_in_the_learners_language(tmp_path, own, said):
    sent(tmp_path, row(learner(1, email="a@b", lang=own)), lang="vi")
    assert day(tmp_path, 1)[0]["day1_feedback"] == said


def test_nothing_a_learner_wrote_stands_in_a_feedback(tmp_path):
    sent(tmp_path, row(AN, FAILED))
    assert "<" not in day(tmp_path, 1)[0]["day1_feedback"]


def test_what_is_excused_is_scaled_away(tmp_path):
    sent(tmp_path, row(AN, FAILED), excuses=Excuses(codes=["missing"]))
    assert day(tmp_path, 1)[0]["day1"] == "15"


def test_a_run_of_one_day_makes_one_file(tmp_path):
    marking = Marking([one for one in COURSE.milestones.values() if one.day == 2])
    done = moodle.write(tmp_path, COURSE, roster(AN), source(row(AN, days=[2])), marking, by=None, lang="en")
    assert done.files == ("moodle-day2.csv",)
