"""What the cohort's page says, read as a browser without a script."""

import re
import tracemalloc
from dataclasses import replace
from datetime import date

import pytest

from checkday.outputs.cohort.standing import LISTS
from checkday.roster import Roster
from cohort_document import Document
from cohort_rows import AT, COURSE, Signal, Waiver, cohort, graded, learner, page, pieces, short


def standing(shown):
    """Learner -> the list in which the page puts them."""
    rows = [row for block in Document(shown).data("rows") for row in block]
    return {row[0]: LISTS[row[4]] for row in rows}


def test_every_learner_of_the_roster_is_in_one_list():
    assert standing(page(*cohort())) == {
        "an00": "done",
        "an01": "stuck",
        "an02": "waiting",
        "an03": "unchecked",
        "an04": "unchecked",
        "an05": "unchecked",
        "an06": "stuck",
        "an07": "unchecked",
    }


def test_a_learner_nobody_has_looked_at_has_no_result_and_no_zero():
    row = Document(page(*cohort())).data("rows")[0][7]
    assert row[5] == "-" * len(COURSE.milestones)
    assert row[7] == 0


def test_our_own_errors_are_told_first():
    shown = page(*cohort())
    assert "The tool itself broke for 1 learners" in shown
    assert shown.index('class="alarm"') < shown.index('class="counts"')


def test_a_waiver_in_force_moves_a_learner_and_leaves_the_finding():
    people, rows = cohort()
    waivers = [Waiver("an01", "day1.m2", "ốm", date(2026, 12, 1), "Cô Lan")]
    shown = page(people, rows, waivers=waivers)
    assert standing(shown)["an01"] == "done"
    assert Document(shown).data("rows")[0][1][5][2] == "f"
    assert all(text in shown for text in ("ốm", "2026-12-01", "Cô Lan"))


def test_a_waiver_that_has_ended_is_shown_as_such_and_moves_nobody():
    people, rows = cohort()
    shown = page(people, rows, waivers=[Waiver("an01", "day1.m2", "ốm", date(2026, 11, 24), "Cô Lan")])
    assert standing(shown)["an01"] == "stuck"
    assert "expired" in shown


def test_the_points_are_those_of_the_gradebook():
    people, rows = cohort()
    one, two = (Document(page(people, rows, excused=codes)).data("rows")[0][1] for codes in ((), ("wrong",)))
    most = sum(milestone.points for milestone in COURSE.milestones.values())
    lost = COURSE.milestones["day1.m2"].points
    assert one[6:9] == [most - lost, most, 0]
    assert two[6:9] == [most - lost, most - lost, 0]


def test_the_last_run_leaves_open_only_what_could_not_be_seen():
    people = [learner(1), learner(2)]
    waits = short("day1.m3", "skipped", cause="day1.m2")
    rows = [
        graded(people[0], short("day1.m2", "failed", "wrong"), waits),
        graded(people[1], short("day1.m2", "pending", "wrong"), waits),
    ]
    still_open = [
        [row[8] for row in Document(page(people, rows, final=last)).data("rows")[0]] for last in (False, True)
    ]
    assert still_open == [[1, 2], [0, 2]]


def test_what_waits_for_something_let_off_does_not_wait_for_aws():
    people = [learner(1)]
    short_of = (short("day1.m2", "failed", "wrong"), short("day1.m3", "skipped", cause="day1.m2"))
    waivers = [Waiver("an01", "day1.m2", "ốm", date(2026, 12, 1), "Cô Lan")]
    shown = page(people, [graded(people[0], *short_of)], waivers=waivers)
    assert standing(shown)["an01"] == "unchecked"
    assert "It waits for day1.m2, which is let off" in shown


def test_an_excused_cause_moves_those_it_stopped():
    assert standing(page(*cohort(), excused={"no_network"}))["an03"] == "done"


def test_something_wrong_and_something_not_built_yet_are_counted_apart():
    cells = re.findall(r'class="number">(\d+)<', page(*cohort()).partition('id="pages"')[2])
    assert cells[:4] == ["6", "2", "1", "1"]


def test_what_is_still_to_be_cleaned_up_is_not_something_wrong():
    cleaning = replace(COURSE.milestones["day1.m2"], lasts="absence")
    of = replace(COURSE, milestones=COURSE.milestones | {"day1.m2": cleaning})
    people, rows = cohort()
    cells = re.findall(r'class="number">(\d+)<', page(people, rows, of=of).partition('id="pages"')[2])
    assert cells[:4] == ["6", "2", "0", "2"]


def test_reasons_are_in_words_and_counted():
    shown = page(*cohort())
    assert '<strong class="failed">1 </strong>' in shown
    assert "Saw …." in shown


def test_what_still_costs_money_is_summed():
    shown = page(*cohort())
    assert "Learners with something that costs money: 1. Together 12.50 USD a month." in shown
    assert "arn:aws:kinesis:an00" in shown


def test_what_costs_nothing_is_no_money_still_running():
    people = [learner(1)]
    left = [{"arn": "arn:aws:iam:role", "why": "free", "usd_month": 0.004}]
    document = Document(page(people, [graded(people[0], left=left)]))
    assert "No report shows anything that still costs money." in document.texts
    assert document.data("cells")[0][0][1:] == [[], 1, True]


@pytest.mark.parametrize("unseen", [None, [{"kind": "table", "region": "us-east-1", "cause": "denied"}]])
def test_where_not_all_was_looked_at_nobody_says_that_nothing_is_left(unseen):
    people = [learner(1), learner(2)]
    shown = page(people, [graded(people[0]), graded(people[1], unseen=unseen)])
    assert "Learners of whom not everything left could be looked at: 1." in shown
    assert Document(shown).data("cells")[0][1][3] is False


def test_every_look_that_failed_counts_as_not_looked_at():
    assert "not everything left could be looked at: 2." in page(*cohort())


def test_time_to_pass_comes_from_traces_alone():
    at = ["2026-11-25T08:00:00Z", "2026-11-25T09:15:00+00:00"]
    traced = [short(f"day1.m{number}", "passed", facts={"at": one}) for number, one in enumerate(at)]
    people = [learner(1)]
    shown = page(people, [graded(people[0], *traced)])
    cells = re.findall(r'class="number">(\d+)<', shown.partition('id="times"')[2].partition('id="money"')[0])
    assert cells == ["30", "1", "75", "75"]
    assert "Half took at least" in shown
    assert "no traces" in page(people, [graded(people[0], *traced[:1])])


def test_suspicions_are_counted_by_learner_and_told_in_words():
    signals = [Signal("unheard_of", "an01", {}), Signal("other", "an01", {}), Signal("other", "an06", {})]
    shown = page(*cohort(), signals=signals)
    assert re.search(r'href="#odd"><strong>2<', shown)
    assert "unheard_of" in shown


def test_findings_keep_their_calls_proof_and_trust():
    document = Document(page(*cohort()))
    known = document.data("known")[0]
    cells = document.data("cells")[0][1][0]
    number, facts, _ = cells[2]
    verdict, sentence, *_, calls = known["kinds"][number]
    assert (verdict, facts) == ("f", {"actual": "fcj-x"})
    assert known["sentences"][sentence]["en"] == ["Saw {actual}.", "Mend {actual}."]
    assert [known["calls"][one] for one in calls] == ["s3:HeadBucket ap-southeast-1"]
    assert known["kinds"][cells[0]][2:4] == ["live", "observed"]


def test_both_languages_are_said_side_by_side():
    document = Document(page(*cohort()))
    spoken = [value for name, value in document.attributes if name == "lang"]
    assert spoken.count("vi") == spoken.count("en") + 1  # the document itself


def test_only_the_days_that_were_graded_have_columns():
    people, one = [learner(1)], graded(learner(1))
    first = [told for told in one.report["findings"] if told["id"] in {"day1.m0", "day1.m1"}]
    shown = page(people, [replace(one, report={**one.report, "findings": first})])
    known = Document(shown).data("known")[0]
    assert [told[0] for told in known["milestones"]] == ["day1.m0", "day1.m1"]


# Scale


def peak(count):
    """Bytes that rendering takes at most, beyond the roster; the page is thrown away."""
    people = tuple(learner(number) for number in range(count))
    one = graded(people[0], short("day1.m2", "failed", "wrong", facts={"actual": "fcj-x"}))
    roster = Roster("x", people)
    tracemalloc.start()
    for _ in pieces(roster, lambda: (replace(one, learner=who) for who in people)):
        pass
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


def test_memory_does_not_grow_with_the_cohort():
    small = peak(500)
    assert peak(4000) < small + 4000 * 300  # the names by id, and nothing of a report


def test_what_repeats_is_written_once():
    people = [learner(number) for number in range(1000)]
    shown = page(people, [graded(one) for one in people])
    assert len(shown) / len(people) < 600
    assert AT in shown


def test_an_empty_roster_is_a_page_too():
    assert standing(page([], [])) == {}
