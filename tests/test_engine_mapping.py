"""What becomes of what the checks said: cases that small mistakes in the mapping showed to be missing."""

import threading
import time
from dataclasses import replace

import pytest

from checkday import curriculum
from checkday.account import Account
from checkday.checks import day1
from checkday.engine import check_of, judge
from checkday.engine.looking import OneByOne
from checkday.engine.proofs import Entry, trace_of
from checkday.model import Blocked, Course, NotYet, OtherPath, Pending, Proof
from test_engine import NOW, SETTINGS, TEXT, check, findings, kept, milestone

TRACE = {"event": "e-1", "at": "2026-01-09T00:00:00Z"}


def judged(monkeypatch, said, *, selected=None, lasts=None, needs=None, of=None, **options):
    """The whole judgement of a course in which each milestone may last in its own way."""
    lasts, needs, of = lasts or {}, needs or {}, of or {}
    made = {
        f"day1.{name}": milestone(name, *needs.get(name, ()), lasts=lasts.get(name, "event")) for name in said
    }
    for name, subjects in of.items():
        made[f"day1.{name}"] = replace(
            made[f"day1.{name}"], lasts="absence", of=tuple(f"day1.{one}" for one in subjects)
        )
    monkeypatch.setattr("checkday.engine.looking.check_of", lambda one: check(said[one.name]))
    monkeypatch.setattr("checkday.engine.proofs.trace_of", lambda _: None)
    course = Course("v", TEXT, {}, made)
    return judge(course, selected or made, Account(None), SETTINGS, now=NOW, **options)


def ids(found):
    return [one.milestone.name for one in found]


# What the Record keeps


def test_only_what_may_be_gone_tomorrow_and_was_seen_today_is_kept(monkeypatch):
    said = {
        "event": {"n": 1},
        "state": {"n": 2},
        "local": {"n": 3},
        "failed": NotYet("wrong"),
        "older": NotYet("gone"),
    }
    record = {"day1.older": Entry({"n": 4}, "2026-01-10T00:00:00Z")}.get
    found = judged(
        monkeypatch,
        said | {"clean": {"n": 5}},
        lasts={"state": "state", "local": "local"},
        of={"clean": ["event"]},
        record=record,
    )
    assert found.proven_live() == {"day1.event": {"n": 1}, "day1.clean": {"n": 5}}


@pytest.mark.parametrize(
    ("lasts", "proof"), [("local", Proof.LOCAL), ("state", Proof.LIVE), ("event", Proof.LIVE)]
)
def test_how_a_success_was_seen(monkeypatch, lasts, proof):
    (found,) = judged(monkeypatch, {"a": {}}, lasts={"a": lasts}).findings
    assert (found.proof, found.code) == (proof, None)


# Order, needs and causes


def test_all_that_a_selection_needs_is_judged_and_told_apart(monkeypatch):
    said = {"x": {}, "d": {}, "c": {}, "b": {}, "a": NotYet("wrong"), "clean": {}}
    needs = {"c": ["b"], "b": ["a"]}
    found = judged(monkeypatch, said, needs=needs, of={"clean": ["d"]}, selected=["day1.c", "day1.clean"])
    assert (ids(found.findings), ids(found.causes), ids(found.all)) == (
        ["c", "clean"],
        ["b", "a"],
        ["d", "c", "b", "a", "clean"],
    )
    assert found.findings[0].cause == "day1.a"


def test_a_state_of_the_account_makes_nobody_known(monkeypatch):
    stranger = Blocked("other_learner_id", actual="an02", wanted="an01")
    found = judged(
        monkeypatch, {"account": {}, "bucket": stranger, "a": NotYet("gone")}, lasts={"account": "state"}
    )
    assert [one.verdict.value for one in found.findings] == ["passed", "blocked", "blocked"]


def test_our_own_mistake_is_told_with_its_kind(monkeypatch):
    found = findings(monkeypatch, {"a": KeyError("Oops")})["a"]
    assert (found.code, found.facts) == ("broken_check", {"detail": "KeyError: 'Oops'"})


# Looks


def test_evidence_that_nobody_has_is_none(monkeypatch):
    said = {"a": lambda lab: {"from": lab.found_by("day1.b", "seen")}, "b": NotYet("wrong")}
    found = findings(monkeypatch, said)["a"]
    assert (found.verdict, found.facts) == ("passed", {"from": None})


@pytest.mark.parametrize("pool", [None, OneByOne()])
def test_with_whichever_pool_the_findings_are_the_same(monkeypatch, pool):
    told = []
    said = {"a": lambda _: time.sleep(0.0035) or {"n": 1}, "b": NotYet("wrong"), "c": KeyError("x")}
    found = judged(monkeypatch, said, pool=pool, progress=lambda *step: told.append(step))
    assert [one.verdict.value for one in found.findings] == ["passed", "failed", "error"]
    assert {name for name, *_ in told} == {"day1.a", "day1.b", "day1.c"}
    assert [step for _, *step in told] == [[0, 3], [1, 3], [2, 3]]
    assert all(0 <= one.seconds == round(one.seconds, 3) < 5 for one in found.findings)
    assert found.findings[0].seconds >= 0.003


def test_a_check_that_takes_too_long_is_open_and_holds_nobody_up(monkeypatch):
    monkeypatch.setattr("checkday.engine.looking._DEADLINE", 0.05)
    ended, may_end = threading.Event(), threading.Event()

    def slow(_):
        may_end.wait(60)
        ended.set()

    (found,) = judged(monkeypatch, {"a": slow}).findings
    assert not ended.is_set()
    may_end.set()
    assert (found.verdict, found.cause) == ("blocked", "timeout")


def test_checks_and_traces_stand_at_the_address_of_their_milestone():
    bucket = curriculum.load([1]).milestones["day1.bucket"]
    assert check_of(bucket) is day1.bucket
    assert trace_of(bucket) is day1.bucket_trace


def test_a_state_has_no_trace_to_be_asked(monkeypatch):
    asked = []
    trace = {"a": lambda _: asked.append("a")}
    findings(monkeypatch, {"a": NotYet("gone")}, lasts="state", traces=trace)
    assert asked == []


# A record and a trace that may agree with it


@pytest.mark.parametrize(
    ("at", "anchored"), [("2026-01-08T23:55:00Z", True), ("2026-01-08T23:54:59Z", False)]
)
def test_clocks_may_differ_by_five_minutes(monkeypatch, at, anchored):
    sources = {"traces": {"a": TRACE}, "proof": "part", "record": kept({}, at)}
    assert findings(monkeypatch, {"a": NotYet("gone")}, **sources)["a"].anchored is anchored


@pytest.mark.parametrize("trace", [lambda _: None, Blocked("denied", permission="p")])
def test_a_trace_that_shows_nothing_anchors_nothing(monkeypatch, trace):
    sources = {"traces": {"a": trace}, "proof": "part", "record": kept({})}
    found = findings(monkeypatch, {"a": NotYet("gone")}, **sources)["a"]
    assert (found.verdict, found.anchored) == ("passed", False)


def test_one_of_two_facts_that_agrees_is_not_enough(monkeypatch):
    trace = TRACE | {"stream": "s", "bucket": "b"}
    sources = {"traces": {"a": trace}, "proof": "part", "record": kept({"stream": "s", "bucket": "other"})}
    assert findings(monkeypatch, {"a": NotYet("gone")}, **sources)["a"].anchored is False


# Clean-ups


def other_path(_):
    return OtherPath({"query": "q"})


@pytest.mark.parametrize(
    ("first", "second", "verdict", "code"),
    [
        ({}, {}, "passed", None),
        ({}, NotYet("gone"), "passed", None),
        (other_path, {}, "passed", None),
        (other_path, other_path, "passed", "other_path"),
        (NotYet("gone"), NotYet("gone"), "failed", "nothing_was_built"),
    ],
)
def test_a_clean_up_of_two_things(monkeypatch, first, second, verdict, code):
    found = judged(monkeypatch, {"a": first, "b": second, "clean": {}}, of={"clean": ["a", "b"]})
    assert (found.findings[-1].verdict, found.findings[-1].code) == (verdict, code)


@pytest.mark.parametrize(
    ("need", "verdict", "told"),
    [
        (Pending("wrong", 5), "skipped", "day1.n"),
        (KeyError("x"), "skipped", "day1.n"),
        (NotYet("wrong"), "failed", None),
        (Blocked("denied", permission="p"), "blocked", "denied"),
    ],
)
def test_a_clean_up_of_what_still_waits(monkeypatch, need, verdict, told):
    said = {"n": need, "a": {}, "clean": {}}
    found = judged(monkeypatch, said, needs={"a": ["n"]}, of={"clean": ["a"]}).findings[-1]
    assert (found.verdict, found.cause) == (verdict, told)
