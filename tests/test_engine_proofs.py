"""What happens to a milestone whose subject is gone: older proofs, traces, clean-ups."""

import pytest

from checkday.engine.proofs import Entry
from checkday.model import Blocked, NotYet, OtherPath
from test_engine import findings, kept

TRACE = {"event": "e-1", "at": "2026-01-09T00:00:00Z"}


def test_the_first_source_that_shows_it_wins(monkeypatch):
    def proof(**sources):
        return findings(monkeypatch, {"a": NotYet("gone")}, **sources)["a"].proof

    everything = {"snapshot": kept({}), "record": kept({})}
    assert proof(**everything, traces={"a": TRACE}) == "snapshot"
    del everything["snapshot"]
    assert proof(**everything, traces={"a": TRACE}) == "trace"
    assert proof(**everything) == "record"


def test_a_trace_is_not_asked_about_what_is_there_and_wrong(monkeypatch):
    asked = []
    found = findings(monkeypatch, {"a": NotYet("wrong")}, traces={"a": lambda _: asked.append("a") or TRACE})
    assert (found["a"].verdict, asked) == ("failed", [])


def test_what_surely_never_was_is_a_zero(monkeypatch):
    found = findings(monkeypatch, {"a": NotYet("gone")}, traces={"a": lambda _: None})["a"]
    assert (found.verdict, found.code, found.points) == ("failed", "gone", 0)


@pytest.mark.parametrize("cause", ["denied", "trail_cut", "proof_gone"])
def test_a_trace_that_cannot_tell_leaves_the_cell_open(monkeypatch, cause):
    found = findings(monkeypatch, {"a": NotYet("gone")}, traces={"a": Blocked(cause, permission="p")})["a"]
    assert (found.verdict, found.cause, found.points) == ("blocked", cause, None)


def test_half_a_trace_never_passes_alone(monkeypatch):
    found = findings(monkeypatch, {"a": NotYet("gone")}, traces={"a": TRACE}, proof="part")["a"]
    assert (found.verdict, found.cause) == ("blocked", "proof_gone")


@pytest.mark.parametrize(
    ("evidence", "at", "anchored"),
    [
        ({"stream": "s"}, "2026-01-10T00:00:00Z", True),
        ({"stream": "other"}, "2026-01-10T00:00:00Z", False),
        ({"stream": "s"}, "2026-01-08T00:00:00Z", False),
        ({"stream": "s"}, "2026-01-08T23:56:00Z", True),  # clocks differ
    ],
)
def test_half_a_trace_anchors_a_record(monkeypatch, evidence, at, anchored):
    sources = {"traces": {"a": {"stream": "s", **TRACE}}, "proof": "part", "record": kept(evidence, at)}
    found = findings(monkeypatch, {"a": NotYet("gone")}, **sources)["a"]
    assert (found.verdict, found.proof, found.anchored) == ("passed", "record", anchored)


def test_what_leaves_no_trace_shares_the_fate_of_what_it_lay_in(monkeypatch):
    checks = {"bucket": NotYet("gone"), "file": NotYet("gone"), "line": NotYet("gone")}
    needs = {"file": ["bucket"], "line": ["file"]}
    found = findings(monkeypatch, checks, needs=needs, traces={"bucket": TRACE})
    assert {name: (one.verdict, one.cause) for name, one in found.items()} == {
        "bucket": ("passed", None),
        "file": ("blocked", "proof_gone"),
        "line": ("blocked", "proof_gone"),
    }


def test_a_look_that_shows_that_it_was_there_is_never_a_zero(monkeypatch):
    found = findings(monkeypatch, {"a": NotYet("erased")})["a"]
    assert (found.verdict, found.cause, found.gone) == ("blocked", "proof_gone", True)


STRANGER = Blocked("other_learner_id", actual="an02", wanted="an01")


@pytest.mark.parametrize(
    ("bucket", "verdict"), [(STRANGER, "blocked"), ({}, "failed"), (NotYet("gone"), "failed")]
)
def test_under_another_learner_id_nothing_was_looked_for(monkeypatch, bucket, verdict):
    found = findings(monkeypatch, {"bucket": bucket, "a": NotYet("gone"), "b": NotYet("wrong")})
    assert (found["a"].verdict, found["b"].verdict) == (verdict, "failed")


def test_a_learner_who_has_something_is_no_stranger(monkeypatch):
    found = findings(monkeypatch, {"bucket": STRANGER, "a": NotYet("gone"), "b": {}})
    assert (found["a"].verdict, found["bucket"].verdict) == ("failed", "blocked")


@pytest.mark.parametrize(("proof", "verdict"), [("part", "blocked"), ("full", "failed")])
def test_half_a_trace_cannot_say_that_it_never_was(monkeypatch, proof, verdict):
    def record(name):
        return Entry({}, "2026-01-10T00:00:00Z") if name == "day1.bucket" else None

    checks, needs = {"bucket": NotYet("gone"), "file": NotYet("gone")}, {"file": ["bucket"]}
    never = {"file": lambda _: None}
    found = findings(monkeypatch, checks, needs=needs, traces=never, proof=proof, record=record)
    assert (found["bucket"].verdict, found["file"].verdict) == ("passed", verdict)


def test_what_leaves_no_trace_and_lies_nowhere_was_never_there(monkeypatch):
    found = findings(monkeypatch, {"bucket": {}, "file": NotYet("gone")}, needs={"file": ["bucket"]})
    assert (found["file"].verdict, found["file"].code) == ("failed", "gone")


def test_a_broken_trace_is_our_error(monkeypatch):
    found = findings(monkeypatch, {"a": NotYet("gone")}, traces={"a": KeyError("Oops")})["a"]
    assert (found.verdict, found.code) == ("error", "broken_check")


# Clean-up


def cleaned(monkeypatch, subject, said=None, **sources):
    """The clean-up of one subject, `a`."""
    checks = {"a": subject, "clean": {} if said is None else said}
    return findings(monkeypatch, checks, of={"clean": ["a"]}, **sources)["clean"]


def only_a(name):
    return Entry({}, "2026-01-10T00:00:00Z") if name == "day1.a" else None


def test_a_cleanup_without_anything_built_is_a_zero(monkeypatch):
    found = cleaned(monkeypatch, NotYet("gone"), traces={"a": lambda _: None})
    assert (found.verdict, found.code) == ("failed", "nothing_was_built")


@pytest.mark.parametrize(
    "sources",
    [
        {"traces": {"a": TRACE}},
        {"traces": {"a": TRACE}, "proof": "part"},
        {"traces": {"a": Blocked("proof_gone")}},
        {"record": only_a},
    ],
)
def test_a_cleanup_of_what_was_there_passes(monkeypatch, sources):
    assert cleaned(monkeypatch, NotYet("gone"), **sources).verdict == "passed"


def test_a_cleanup_waits_for_what_could_not_be_looked_at(monkeypatch):
    found = cleaned(monkeypatch, NotYet("gone"), traces={"a": Blocked("denied", permission="p")})
    assert (found.verdict, found.cause) == ("blocked", "denied")


def test_what_is_still_there_was_not_cleaned_up(monkeypatch):
    found = cleaned(monkeypatch, {}, NotYet("wrong"))
    assert (found.verdict, found.code) == ("failed", "wrong")


def test_what_is_built_again_after_a_cleanup_costs_nothing(monkeypatch):
    found = cleaned(monkeypatch, {}, NotYet("wrong"), record=kept({}))
    assert (found.verdict, found.proof) == ("passed", "record")


@pytest.mark.parametrize("said", [{}, Blocked("denied", permission="p")])
def test_a_cleanup_of_what_was_done_in_another_way(monkeypatch, said):
    found = cleaned(monkeypatch, lambda _: OtherPath({"query": "q"}), said)
    assert (found.verdict, found.code) == ("passed", "other_path")


def test_the_subject_of_a_cleanup_is_not_listed(monkeypatch):
    course = {"of": {"clean": ["a"]}, "traces": {"a": Blocked("proof_gone")}, "selected": ["day1.clean"]}
    assert list(findings(monkeypatch, {"a": NotYet("gone"), "clean": {}}, **course)) == ["clean"]
