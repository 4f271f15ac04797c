"""What looks odd across a cohort: each signal with its facts, and none for honest work."""

from datetime import date

import pytest

from checkday.gradebook.odd import CLASS
from checkday.gradebook.signals import Signals
from graded import finding, learner, read, roster, row, source, write_book

AN, BINH, CHI = learner(1), learner(2), learner(3)
TABLE = "0b8f1c5e-2c3d-4e5f-8a9b-0c1d2e3f4a5b"
NOON = "2026-11-20T12:00:00+00:00"


def shown(who, milestone="day5.table_forum", verdict="passed", **facts):
    return row(who, finding(milestone, verdict, facts=facts))


def signals(*rows, learners=None, **given):
    with Signals(learners or [one.learner for one in rows], **given) as found:
        found.gather(rows)
        return {
            one.learner.id: [(signal.name, dict(signal.facts)) for signal in found.of(one)] for one in rows
        }


def names(found):
    return {learner: [name for name, _ in listed] for learner, listed in found.items()}


def test_honest_work_is_not_odd():
    rows = (
        shown(one, table=f"fcj-{one.id}-forum", at=f"2026-11-20T12:00:0{n}Z")
        for n, one in enumerate((AN, BINH))
    )
    assert names(signals(*rows, origin="live", since=date(2026, 11, 1))) == {"an01": [], "an02": []}


def test_one_account_of_two_learners():
    found = signals(row(AN), row(BINH, account=AN.account), row(CHI))
    facts = {"milestone": "", "value": AN.account, "count": 2}
    assert found == {
        "an01": [("same_account", facts | {"other": "an02"})],
        "an02": [("same_account", facts | {"other": "an01"})],
        "an03": [],
    }


def test_one_table_of_two_learners():
    found = signals(shown(AN, id=TABLE), shown(BINH, id=TABLE))
    facts = {"milestone": "day5.table_forum", "value": TABLE, "other": "an02", "count": 2}
    assert found["an01"] == [("same_thing", facts)]


@pytest.mark.parametrize(
    "other", ["2026-11-20T12:00:00Z", "2026-11-20T19:00:00.123+07:00", "2026-11-20 12:00:00"]
)
def test_the_same_second_in_a_class(other):
    found = signals(shown(AN, at=NOON), shown(BINH, at=other), shown(CHI, at="2026-11-20T12:00:01Z"))
    facts = {"milestone": "day5.table_forum", "value": "2026-11-20T12:00:00Z", "other": "an01", "count": 2}
    assert found["an02"] == [("same_time", facts)]
    assert found["an03"] == []


def test_the_same_second_of_two_milestones_is_not_the_same_thing():
    assert names(signals(shown(AN, at=NOON), shown(BINH, "day5.table_reply", at=NOON))) == {
        "an01": [],
        "an02": [],
    }


LARGE = [learner(number, id=f"an{number}") for number in range(1, CLASS + 2)]


def test_in_a_large_cohort_one_shared_second_is_chance():
    found = signals(shown(LARGE[0], at=NOON), shown(LARGE[1], at=NOON), learners=LARGE)
    assert names(found) == {"an1": [], "an2": []}


def test_in_a_large_cohort_two_who_share_seconds_of_two_days_are_told():
    rows = [
        row(who, finding("day5.table_forum", facts={"at": NOON}), finding("day6.vault", facts={"at": NOON}))
        for who in LARGE[:2]
    ]
    bystander = shown(LARGE[2], "day6.vault", at="2026-11-21T12:00:00Z")
    found = names(signals(*rows, bystander, learners=LARGE))
    assert found == {"an1": ["same_time"] * 2, "an2": ["same_time"] * 2, "an3": []}


def test_in_a_large_cohort_a_second_of_many_is_told():
    found = names(signals(*(shown(who, at=NOON) for who in LARGE[:11]), learners=LARGE))
    assert set(map(tuple, found.values())) == {("same_time",)}


@pytest.mark.parametrize(
    ("value", "other"),
    [
        ("fcj-an02-forum", "an02"),
        ("fcj_an02_db", "an02"),
        ("arn:aws:s3:::fcj-an02-lake-000000000002-ap-southeast-1", "an02"),
        ("fcj-an01-forum", None),
        ("fcj-an01-x-forum", None),
        ("fcj-stranger-forum", None),
        ("fcj-an022-forum", None),
    ],
)
def test_names_with_another_learners_id(value, other):
    listed = signals(shown(AN, verdict="failed", actual=value), row(BINH))["an01"]
    assert [facts["other"] for name, facts in listed if name == "other_suffix"] == ([other] if other else [])


def test_of_two_ids_the_longer_one_owns_the_name():
    long = learner(4, id="an02-b")
    listed = signals(shown(AN, actual="fcj-an02-b-forum"), row(BINH), row(long))["an01"]
    assert [facts["other"] for _, facts in listed] == ["an02-b"]


def test_other_learners_resources_that_blocked_a_look():
    facts = {"actual": "fcj-an02-stream", "wanted": "fcj-an01-stream"}
    graded = row(AN, finding("day1.stream", "blocked", code="other_learner_id", facts=facts))
    assert names(signals(graded, row(BINH)))["an01"] == ["other_suffix"]


def test_evidence_older_than_the_course():
    found = signals(shown(AN, at=NOON), since=date(2026, 11, 21))
    facts = {"milestone": "day5.table_forum", "value": "2026-11-20T12:00:00Z", "since": "2026-11-21"}
    assert found["an01"] == [("early", facts)]
    assert signals(shown(AN, at=NOON), since=date(2026, 11, 20))["an01"] == []


def test_evidence_older_than_the_enrolment():
    late = {"an02": date(2026, 11, 22)}
    found = signals(
        shown(AN, at=NOON), shown(BINH, at=f"{NOON[:17]}05Z"), since=date(2026, 11, 1), enrolled=late
    )
    assert names(found) == {"an01": [], "an02": ["early"]}


def test_simulated_where_live_was_asked():
    assert names(signals(row(AN, origin="simulated"), origin="live")) == {"an01": ["simulated"]}
    assert names(signals(row(AN, origin="simulated"), origin="simulated")) == {"an01": []}


@pytest.mark.parametrize(
    "at", ["2026-13-45T99:99:99Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"]
)
def test_a_time_that_is_none_is_nothing(at):
    assert signals(shown(AN, at=at), since=date(2026, 11, 1))["an01"] == []


def test_facts_of_any_depth():
    deep = []
    for _ in range(5000):
        deep = [deep]
    graded = row(AN)
    graded.report["findings"][3]["facts"] = {"x": deep, "y": ["fcj-an02-forum"]}
    assert names(signals(graded, row(BINH)))["an01"] == ["other_suffix"]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_signal_has_words_and_changes_no_mark(tmp_path, lang):
    odd = [
        row(
            who,
            finding("day5.table_forum", facts={"id": TABLE, "at": NOON, "name": "fcj-an03-forum"}),
            **given,
        )
        for who, given in (
            (AN, {"origin": "simulated"}),
            (BINH, {"account": AN.account, "origin": "simulated"}),
        )
    ]
    rows = [*odd, row(CHI)]
    cohort = roster(AN, BINH, CHI)
    since = date(2026, 12, 1)
    write_book(tmp_path, cohort, source(*rows), lang=lang, odd={"origin": "live", "since": since})
    found = read(tmp_path / "exceptions.csv")
    kinds = {one["kind"] for one in found}
    assert kinds == {
        f"signal_{name}"
        for name in ("same_account", "same_thing", "same_time", "other_suffix", "early", "simulated")
    }
    assert all("{" not in cell and cell for one in found for cell in (one["what"], one["why"], one["todo"]))
    book = read(tmp_path / "gradebook.csv")
    assert len({one["earned"] for one in book}) == 1
