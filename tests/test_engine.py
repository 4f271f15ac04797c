"""The engine: needs, proofs, faults of our own, and what ends up in the Record."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from checkday.account import Account
from checkday.engine import judge
from checkday.engine.proofs import Entry
from checkday.model import Blocked, Code, Course, Milestone, NotYet, Pending
from checkday.settings import Settings
from worlds import LEARNER, REGION, REPLICA

TEXT = {"vi": "", "en": ""}
NOW = datetime(2026, 1, 15, tzinfo=UTC)
SETTINGS = Settings(learner=LEARNER, region=REGION, replica_region=REPLICA)


def milestone(name, *needs, lasts="event"):
    codes = {"gone": Code("gone", TEXT, TEXT, absent=True), "wrong": Code("wrong", TEXT, TEXT)}
    codes["erased"] = Code("erased", TEXT, TEXT, absent=True, existed=True)
    needs = tuple(f"day1.{need}" for need in needs)
    return Milestone(f"day1.{name}", "day1/task", TEXT, 2, lasts, needs, (), codes)


def findings(monkeypatch, checks, *, lasts="event", selected=None, **kept):
    """Judge a made-up course: name -> what its check, or its trace, returns or raises."""
    traces = {name: check(said) for name, said in kept.pop("traces", {}).items()}
    shape = {name: kept.pop(name, {}) for name in ("needs", "of")} | {"proof": kept.pop("proof", "full")}
    milestones = {f"day1.{name}": shaped(name, lasts, traces, **shape) for name in checks}
    course = Course("v", TEXT, {}, milestones)
    monkeypatch.setattr("checkday.engine.looking.check_of", lambda one: check(checks[one.name]))
    monkeypatch.setattr("checkday.engine.proofs.trace_of", lambda one: traces.get(one.name))
    found = judge(course, selected or milestones, Account(None), SETTINGS, now=NOW, **kept)
    return {one.milestone.name: one for one in found.findings}


def shaped(name, lasts, traces, *, needs, of, proof):
    one = milestone(name, *needs.get(name, ()), lasts="absence" if name in of else lasts)
    subjects = tuple(f"day1.{subject}" for subject in of.get(name, ()))
    return replace(one, of=subjects, proof=proof if name in traces else None)


def check(said):
    def run(lab):
        if isinstance(said, Exception):
            raise said
        return said(lab) if callable(said) else said

    return run


@pytest.mark.parametrize(
    ("said", "verdict", "points"),
    [
        ({"seen": 1}, "passed", 2),
        (NotYet("wrong"), "failed", 0),
        (Pending("wrong", 30), "pending", None),
        (Blocked("denied", permission="s3:ListBucket"), "blocked", None),
        (KeyError("Oops"), "error", None),
    ],
)
def test_what_a_check_says_is_what_is_found(monkeypatch, said, verdict, points):
    found = findings(monkeypatch, {"a": said})["a"]
    assert (found.verdict, found.points) == (verdict, points)


@pytest.mark.parametrize(
    ("need", "verdict", "cause"),
    [
        (NotYet("wrong"), "skipped", "day1.a"),
        (Pending("wrong", 5), "skipped", "day1.a"),
        (KeyError("Oops"), "skipped", "day1.a"),
        (Blocked("denied", permission="p"), "blocked", "denied"),
    ],
)
def test_a_need_that_is_not_passed_decides(monkeypatch, need, verdict, cause):
    found = findings(monkeypatch, {"a": need, "b": {}, "c": {}}, needs={"b": ["a"], "c": ["b"]})
    assert (found["b"].verdict, found["b"].cause) == (verdict, cause)
    assert (found["c"].verdict, found["c"].cause) == (verdict, cause)


def test_the_worst_need_decides(monkeypatch):
    checks = {"a": Pending("wrong", 5), "b": NotYet("wrong"), "c": Blocked("denied", permission="p"), "d": {}}
    found = findings(monkeypatch, checks, needs={"d": ["a", "b", "c"]})
    assert found["d"].cause == "denied"


def test_a_broken_check_costs_the_others_nothing(monkeypatch):
    found = findings(monkeypatch, {"a": ZeroDivisionError("x"), "b": {}})
    assert (found["a"].verdict, found["b"].verdict) == ("error", "passed")


def kept(evidence, at="2026-01-10T00:00:00Z"):
    """A Record, or a snapshot, in which every milestone stands with this evidence."""
    return lambda _: Entry(evidence, at)


@pytest.mark.parametrize("code", ["gone", "wrong"])
def test_an_event_once_proven_stays_passed(monkeypatch, code):
    found = findings(monkeypatch, {"a": NotYet(code)}, record=kept({"seen": 1}))["a"]
    assert (found.verdict, found.proof, found.code, found.facts) == ("passed", "record", code, {"seen": 1})


def test_a_state_must_be_true_now(monkeypatch):
    found = findings(monkeypatch, {"a": NotYet("gone")}, record=kept({}), lasts="state")["a"]
    assert found.verdict == "failed"


def test_a_look_that_failed_asks_no_older_proof(monkeypatch):
    found = findings(monkeypatch, {"a": Blocked("denied", permission="p")}, record=kept({}))["a"]
    assert found.verdict == "blocked"


def test_a_proven_need_holds_nobody_up(monkeypatch):
    found = findings(
        monkeypatch,
        {"a": NotYet("gone"), "b": lambda lab: {"from": lab.known["day1.a"]["seen"]}},
        needs={"b": ["a"]},
        record=lambda name: Entry({"seen": 7}, "2026-01-10T00:00:00Z") if name == "day1.a" else None,
    )
    assert (found["b"].verdict, found["b"].facts) == ("passed", {"from": 7})


def test_a_check_can_read_the_evidence_of_its_need(monkeypatch):
    checks = {"a": {"bucket": "x"}, "b": lambda lab: {"bucket": lab.known["day1.a"]["bucket"]}}
    assert findings(monkeypatch, checks, needs={"b": ["a"]})["b"].facts == {"bucket": "x"}


def test_needs_of_a_selection_are_judged_but_not_listed(monkeypatch):
    checks = {"a": NotYet("wrong"), "b": {}}
    found = findings(monkeypatch, checks, needs={"b": ["a"]}, selected=["day1.b"])
    assert list(found) == ["b"]
    assert found["b"].cause == "day1.a"


def test_hostile_facts_are_made_safe_at_capture(monkeypatch):
    found = findings(monkeypatch, {"a": NotYet("wrong", name="\x1b[32mPASSED\u202e", many=["\x9b"])})["a"]
    assert found.facts == {"name": "\\u001b[32mPASSED\\u202e", "many": ["\\u009b"]}
