"""What is handed in may add to what was seen, and take nothing from it."""

from dataclasses import replace

import pytest

import graded
from checkday.cohort.judging import joined
from checkday.engine import Claims, Entry, Run
from checkday.model import OTHER_PATH, Proof, Report, Verdict
from checkday.submission import claiming
from checkday.submission.reading import read
from submitted import changed, contents, file

AN = graded.learner()
ROWS = Entry({"rows": 7}, "2026-11-20T10:00:00Z")


def run(*findings):
    report = Report("c", "t", "an01", AN.account, None, ("a", "b"), "live", "grade", "x", "x", findings, 1)
    return Run(report, None, {})


def seen(milestone, verdict="passed", **given):
    return graded.finding(milestone, verdict, **given)


def marks(without, judge, **claims):
    found = joined(without, judge, Claims(answers={}, **claims)).report.findings
    return {one.milestone.id: (one.verdict.value, one.code, one.trust) for one in found}


def test_a_wrong_chart_does_not_lower_a_dashboard_that_was_seen():
    without = run(seen("day4.bi_source"))
    wrong = run(seen("day4.bi_source", "failed", code="wrong_chart"))
    assert marks(without, lambda _: wrong) == {"day4.bi_source": ("passed", None, "observed")}


@pytest.mark.parametrize("level", ["claimed", "bound"])
def test_what_nobody_saw_has_the_trust_of_the_file(level):
    without = run(seen("day4.bi_source", "blocked", code="not_submitted"))
    drawn = run(seen("day4.bi_source", code=OTHER_PATH))
    assert marks(without, lambda _: drawn, trust=level) == {"day4.bi_source": ("passed", OTHER_PATH, level)}


def test_what_is_not_passed_has_no_trust():
    without = run(seen("day3.explain", "blocked", code="not_submitted"))
    wrong = run(seen("day3.explain", "failed", code="wrong_answers"))
    assert marks(without, lambda _: wrong) == {"day3.explain": ("failed", "wrong_answers", None)}


def by_record(*, anchored):
    """A judge for whom the Record is right wherever it is asked."""

    def judge(claims):
        names = claims.record if claims else {}
        gone = [seen(name, "blocked", code="proof_gone") for name in ("day3.row_balance", "day5.loaded")]
        found = [
            seen(one.milestone.id, proof=Proof.RECORD, anchored=one.milestone.id in anchored)
            if one.milestone.id in names
            else one
            for one in gone
        ]
        return run(*found, seen("day1.stream", "failed", code="missing"))

    return judge


def test_a_record_counts_where_the_proof_is_gone_and_a_trace_agrees():
    judge = by_record(anchored={"day3.row_balance"})
    record = dict.fromkeys(("day3.row_balance", "day5.loaded", "day1.stream"), ROWS)
    assert marks(judge(None), judge, record=record, trust="bound") == {
        "day3.row_balance": ("passed", None, "corroborated"),
        "day5.loaded": ("blocked", "proof_gone", None),  # no trace of AWS knows it: only the learner's word
        "day1.stream": ("failed", "missing", None),  # looked at, and never there
    }


def test_what_was_handed_in_is_never_kept_as_our_own_proof():
    without = replace(
        run(seen("day4.bi_source", "blocked", code="not_submitted")), proven={"day1.bucket": {}}
    )
    drawn = replace(run(seen("day4.bi_source", code=OTHER_PATH)), proven={"day4.bi_source": {}})
    found = joined(without, lambda _: drawn, Claims(answers={}))
    assert found.report.findings[0].verdict is Verdict.PASSED
    assert found.proven == {"day1.bucket": {}}


def test_without_claims_nothing_is_judged_twice():
    found = joined(run(seen("day1.bucket")), None, None)
    assert found.report.findings[0].trust == "observed"


def test_a_chart_of_another_account_or_of_a_sandbox_is_none():
    def drawn(**more):
        chart = {"heat_map": [], "tree_map": [], "account": AN.account, "origin": "live"} | more
        return claiming.claims(read(file(contents(AN, chart=chart))).payload, graded.COURSE, "bound").chart

    assert drawn()
    assert drawn(account="999999999999") is None
    assert drawn(origin="simulated") is None


def test_a_proof_that_no_check_would_write_is_none():
    def entries(*evidence):
        told = [{"id": "day3.row_balance", "at": "2026-11-20T10:00:00Z", "evidence": one} for one in evidence]
        record = {"head": EMPTY, "chain": [], "entries": told}
        payload = read(changed(contents(AN), record=record)).payload
        return claiming.claims(payload, graded.COURSE, "claimed").record

    assert entries({"rows": 7, "more": 1}) == {"day3.row_balance": Entry({"rows": 7, "more": 1}, ROWS.at)}
    assert entries({}) == entries({"row": 7}) == {}


EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
