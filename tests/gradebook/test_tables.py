"""gradebook.csv, findings.csv and exceptions.csv: what stands in which cell, and what never does."""

import errno
from dataclasses import replace
from datetime import date

import pytest

from checkday.errors import Unwritable
from checkday.gradebook.waivers import Waiver
from graded import (
    COURSE,
    DENIED,
    POINTS,
    SITE,
    broken,
    finding,
    learner,
    read,
    roster,
    row,
    source,
    unreachable,
    write_book,
)

AN, BINH, CHI = learner(1), learner(2), learner(3)
OUTPUTS = {"gradebook.csv", "findings.csv", "exceptions.csv"}
UNTIL = date(2026, 12, 31)


def written(tmp_path, *rows, learners=None, lang="en", **given):
    people = learners or [one.learner for one in rows]
    write_book(tmp_path, roster(*people), source(*rows), lang=lang, site=SITE, **given)
    return {name.removesuffix(".csv"): read(tmp_path / name) for name in OUTPUTS}


def waiver(subject, who=AN, until=UNTIL):
    return Waiver(who.id, subject, "Account plan has no QuickSight", until, "Cô Mai")


def days(cells):
    return [cells[f"day{day}"] for day in range(1, 8)]


# gradebook.csv


def test_the_columns_are_the_contract(tmp_path):
    written(tmp_path, row(AN))
    header = (tmp_path / "gradebook.csv").read_text(encoding="utf-8").splitlines()[0]
    assert header == "id,name,day1,day2,day3,day4,day5,day6,day7,earned,possible,open"


def test_all_passed(tmp_path):
    (cells,) = written(tmp_path, row(AN))["gradebook"]
    assert days(cells) == [str(POINTS[day]) for day in range(1, 8)]
    total = str(sum(POINTS.values()))
    assert (cells["earned"], cells["possible"], cells["open"]) == (total, total, "0")


def test_what_failed_is_zero_points_and_no_open_cell(tmp_path):
    (cells,) = written(tmp_path, row(AN, finding("day1.stream", "failed", code="missing")))["gradebook"]
    assert (cells["day1"], cells["open"]) == (str(POINTS[1] - 3), "0")


@pytest.mark.parametrize("verdict", ["pending", "blocked", "skipped", "error"])
def test_what_is_not_known_leaves_the_day_empty(tmp_path, verdict):
    (cells,) = written(tmp_path, row(AN, finding("day1.stream", verdict, code="denied")))["gradebook"]
    assert (cells["day1"], cells["open"]) == ("", "1")
    assert cells["earned"] == str(sum(POINTS.values()) - 3)
    assert cells["possible"] == str(sum(POINTS.values()))


def test_days_that_were_not_asked_for_are_empty_and_not_possible(tmp_path):
    (cells,) = written(tmp_path, row(AN, days=[2]))["gradebook"]
    assert days(cells) == ["", str(POINTS[2]), "", "", "", "", ""]
    assert cells["possible"] == str(POINTS[2])


def test_our_own_error_is_no_number(tmp_path):
    book = written(tmp_path, row(BINH), broken(AN))["gradebook"]
    assert days(book[1]) == [""] * 7
    assert (book[1]["earned"], book[1]["open"]) == ("", str(len(COURSE.milestones)))


def test_of_a_run_of_one_day_an_error_leaves_only_that_day_open(tmp_path):
    book = written(tmp_path, broken(AN), row(BINH, days=[2]))["gradebook"]
    assert (book[0]["possible"], book[0]["open"]) == (str(POINTS[2]), "10")


def test_a_learner_nobody_has_looked_at_is_never_left_out(tmp_path):
    found = written(tmp_path, row(AN), row(CHI), learners=[AN, BINH, CHI])
    assert [one["id"] for one in found["gradebook"]] == ["an01", "an02", "an03"]
    assert found["gradebook"][1]["earned"] == ""
    assert [(one["id"], one["kind"]) for one in found["exceptions"]] == [("an02", "not_looked")]


# findings.csv


def test_every_milestone_has_its_row_with_the_page_that_says_more(tmp_path):
    failed = finding("day1.stream_target", "failed", code="elsewhere")
    rows = written(tmp_path, row(AN, failed, finding("day1.bucket", "blocked", **DENIED)))["findings"]
    assert len(rows) == len(COURSE.milestones)
    found = {one["milestone"]: one for one in rows}
    assert found["day1.stream_target"]["page"] == f"{SITE}/en/day1/stream.html#stream_target.elsewhere"
    assert found["day1.bucket"]["page"] == f"{SITE}/en/reference/messages.html#cause.denied"
    assert found["day1.account"]["page"] == f"{SITE}/en/day1/bucket.html#account"
    assert (found["day1.bucket"]["points"], found["day1.bucket"]["cause"]) == ("", "denied")
    assert (found["day1.account"]["points"], found["day1.account"]["proof"]) == ("1", "live")


def test_trust_is_the_reports(tmp_path):
    graded = row(AN)
    graded.report["findings"][0]["trust"] = "observed"
    assert written(tmp_path, graded)["findings"][0]["trust"] == "observed"


# exceptions.csv


@pytest.mark.parametrize(
    ("lang", "why"), [("en", "permission s3:ListBucket"), ("vi", "thiếu quyền s3:ListBucket")]
)
def test_an_account_that_could_not_be_looked_at(tmp_path, lang, why):
    (one,) = written(tmp_path, unreachable(AN), lang=lang)["exceptions"]
    assert (one["id"], one["kind"]) == ("an01", "unreachable")
    assert why in one["why"]
    assert AN.account in one["what"]
    assert one["todo"]


def test_our_own_errors_are_apart(tmp_path):
    check = finding("day1.stream", "error", code="broken_check", facts={"detail": "KeyError: 'y'"})
    found = written(tmp_path, broken(AN), row(BINH, check))["exceptions"]
    assert [(one["id"], one["kind"], one["milestone"]) for one in found] == [
        ("an01", "internal", ""),
        ("an02", "internal", "day1.stream"),
    ]
    assert "KeyError: 'x'" in found[0]["why"]


def test_a_cause_without_its_facts_is_told_by_its_name(tmp_path):
    graded = replace(unreachable(AN), facts={})
    assert written(tmp_path, graded)["exceptions"][0]["why"] == "Cause: denied."


# Waivers and --excuse


def test_a_waiver_takes_a_milestone_out_of_what_is_possible(tmp_path):
    graded = row(AN, finding("day4.bi_source", "blocked", **DENIED))
    found = written(tmp_path, graded, waivers=[waiver("day4.bi_source")])
    (cells,) = found["gradebook"]
    assert (cells["day4"], cells["open"]) == (str(POINTS[4] - 2), "0")
    assert cells["possible"] == str(sum(POINTS.values()) - 2)
    assert cells["excused"] == "day4.bi_source: Account plan has no QuickSight (until 2026-12-31)"
    (one,) = found["exceptions"]
    assert (one["kind"], one["milestone"]) == ("waiver", "day4.bi_source")
    assert one["why"] == "Account plan has no QuickSight (Cô Mai)"


def test_a_waiver_changes_no_finding(tmp_path):
    graded = row(AN, finding("day4.bi_source", "failed", code="missing"))
    before = written(tmp_path, graded)["findings"]
    assert written(tmp_path, graded, waivers=[waiver("day4.bi_source")])["findings"] == before


def test_a_waived_milestone_that_is_passed_counts(tmp_path):
    (cells,) = written(tmp_path, row(AN), waivers=[waiver("day4")])["gradebook"]
    assert (cells["day4"], cells["excused"]) == (str(POINTS[4]), "")


def test_a_whole_day_waived_is_an_empty_cell_and_no_zero(tmp_path):
    failed = [finding(one.id, "failed") for one in COURSE.milestones.values() if one.day == 4]
    (cells,) = written(tmp_path, row(AN, *failed), waivers=[waiver("day4")])["gradebook"]
    assert (cells["day4"], cells["possible"]) == ("", str(sum(POINTS.values()) - POINTS[4]))


def test_a_waiver_is_nobody_elses(tmp_path):
    graded = row(BINH, finding("day4.bi_source", "failed", code="missing"))
    (cells,) = written(tmp_path, graded, waivers=[waiver("day4.bi_source", AN)])["gradebook"]
    assert cells["possible"] == str(sum(POINTS.values()))


def test_an_expired_waiver_does_not_count_and_is_told(tmp_path):
    graded = row(AN, finding("day4.bi_source", "failed", code="missing"))
    late = waiver("day4.bi_source", until=date(2026, 11, 24))
    found = written(tmp_path, graded, waivers=[late])
    assert found["gradebook"][0]["possible"] == str(sum(POINTS.values()))
    assert found["exceptions"][0]["kind"] == "waiver_expired"


def test_a_waiver_holds_on_its_last_day(tmp_path):
    graded = row(AN, finding("day4.bi_source", "failed", code="missing"))
    last = waiver("day4.bi_source", until=date(2026, 11, 25))
    (cells,) = written(tmp_path, graded, waivers=[last])["gradebook"]
    assert cells["possible"] == str(sum(POINTS.values()) - 2)


def test_day_1_is_not_day_10():
    assert not waiver("day1").covers("day10.bucket")
    assert waiver("day1").covers("day1.bucket")


@pytest.mark.parametrize("key", ["code", "cause"])
def test_an_excused_code_counts_for_nobody(tmp_path, key):
    off = finding("day7.replica", "blocked", **{key: "region_off"})
    graded = [row(one, off) for one in (AN, BINH)]
    book = written(tmp_path, *graded, excused={"region_off"})["gradebook"]
    assert {cells["day7"] for cells in book} == {str(POINTS[7] - 2)}
    assert {cells["excused"] for cells in book} == {"day7.replica: excused for region_off"}


# The files


def test_a_failed_write_leaves_the_file_that_was_there(tmp_path, monkeypatch):
    written(tmp_path, row(AN))
    before = (tmp_path / "findings.csv").read_bytes()

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("checkday.gradebook.cells.os.replace", full)
    with pytest.raises(Unwritable, match=r"output\.unwritable"):
        written(tmp_path, row(AN), row(BINH))
    assert (tmp_path / "findings.csv").read_bytes() == before
    assert {one.name for one in tmp_path.iterdir()} == OUTPUTS


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(Unwritable):
        written(tmp_path / "gone", row(AN))


def test_an_error_in_the_rows_leaves_nothing_behind(tmp_path):
    def rows():
        yield row(AN)
        raise KeyError("damaged")

    with pytest.raises(KeyError):
        write_book(tmp_path, roster(AN), rows, lang="en")
    assert list(tmp_path.iterdir()) == []


def test_the_mark_of_bytes_is_a_choice(tmp_path):
    written(tmp_path, row(AN))
    assert (tmp_path / "gradebook.csv").read_bytes().startswith(b"id,")
    written(tmp_path, row(AN), bom=True)
    assert (tmp_path / "gradebook.csv").read_bytes().startswith(b"\xef\xbb\xbfid,")


def test_twice_gives_the_same_bytes(tmp_path):
    rows = [row(AN), unreachable(BINH), row(CHI, account=AN.account)]
    written(tmp_path, *rows)
    first = {name: (tmp_path / name).read_bytes() for name in OUTPUTS}
    written(tmp_path, *rows)
    assert {name: (tmp_path / name).read_bytes() for name in OUTPUTS} == first
