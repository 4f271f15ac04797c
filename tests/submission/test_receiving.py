"""Which file counts: one of each learner, the newest valid one, and signed ones before the rest."""

import ast
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

import graded
from checkday import submission
from checkday.errors import BadSetting, Unwritable
from checkday.roster import Roster
from checkday.submission import audience
from checkday.submission.keys import Keys
from checkday.submission.ledger import FILE, Ledger
from checkday.submission.reading import File
from checkday.submission.receiving import Desk
from checkday.submission.tokens import Wanted
from checkday.words import Words
from submitted import COHORT, OTHER_ISSUER, archive, contents, file, signed, told, with_made

AN, BI = graded.learner(1), graded.learner(2)
NOW = datetime(2026, 11, 26, tzinfo=UTC)


@pytest.fixture
def run(tmp_path):
    archive(tmp_path)
    archive(tmp_path, issuer=OTHER_ISSUER)
    return tmp_path


def received(run, *contents_of_files, live=True, now=NOW):
    """The code and trust of each file."""
    files = [File(f"{number}.jsonl", one) for number, one in enumerate(contents_of_files)]
    with Ledger(run) as ledger:
        wanted = Wanted(audience(COHORT))
        desk = Desk(ledger, Roster(COHORT, (AN, BI)), wanted, Keys(run), live=live, now=now)
        outcomes = desk.receive(files)
    for one in outcomes:
        told(one.code, one.facts)
    return [(one.code, one.trust) for one in outcomes]


def counts(run, who=AN):
    with Ledger(run) as ledger:
        found = ledger.accepted(who.id)
        return found and (found.made[14:16], found.trust)


def at(minute, who=AN, **given):
    return with_made(contents(who, **given), minute)


def test_each_learner_s_own(run):
    assert received(run, file(contents(AN)), file(contents(BI), signed(BI, iss=OTHER_ISSUER))) == [
        ("claimed", "claimed"),
        ("bound", "bound"),
    ]


def test_the_newest_counts_in_whatever_order_they_come(run):
    assert received(run, file(at(1)), file(at(3)), file(at(2))) == [
        ("older", None),
        ("claimed", "claimed"),
        ("older", None),
    ]
    assert counts(run) == ("03", "claimed")
    assert received(run, file(at(2)), file(at(4))) == [("older", None), ("claimed", "claimed")]


def test_the_same_file_twice_is_told_and_counts_once(run):
    one = file(at(1), signed(AN))
    assert received(run, one, one) == [("bound", "bound"), ("twin", None)]
    assert received(run, one) == [("bound", "bound")]


def test_a_signed_one_gives_way_to_signed_ones_only(run):
    assert received(run, file(at(1), signed(AN)), file(at(2))) == [("bound", "bound"), ("weaker", None)]
    assert received(run, file(at(3), signed(AN))) == [("bound", "bound")]
    assert counts(run) == ("03", "bound")


def test_a_signed_one_comes_before_a_newer_one_that_is_not(run):
    assert received(run, file(at(5)), file(at(1), signed(AN))) == [("older", None), ("bound", "bound")]


def test_keys_that_come_later_make_a_claim_a_bond(tmp_path):
    one = file(at(1), signed(AN))
    assert received(tmp_path, one) == [("no_keys", "claimed")]
    archive(tmp_path)
    assert received(tmp_path, one) == [("bound", "bound")]
    (tmp_path / "keys" / f"{'11111111-2222-4333-8444-555555555555'}.json").unlink()
    assert received(tmp_path, one) == [("bound", "bound")]
    assert counts(tmp_path) == ("01", "bound")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (file(contents(graded.learner(3))), "stranger"),
        (file(contents(AN, account=BI.account)), "wrong_account"),
        (file(contents(AN, origin="simulated")), "simulated"),
        (file(contents(AN, origin="simulated"), signed(AN)), "simulated"),
        (file(contents(AN, made="2026-11-26T00:06:00Z")), "future"),
        (file(contents(AN), signed(BI)), "token_account"),
        (file(contents(AN), "x"), "token_form"),
        (b"", "damaged"),
    ],
)
def test_files_that_do_not_count(run, content, code):
    assert received(run, content) == [(code, None)]
    assert counts(run) is None


def test_a_bad_token_does_not_make_a_claim(run):
    """Whoever forges a signature is not asked for the rest."""
    assert received(run, file(at(1)), file(at(2), signed(AN, by="other", kid="ec"))) == [
        ("claimed", "claimed"),
        ("token_signature", None),
    ]
    assert counts(run) == ("01", "claimed")


def test_in_a_sandbox_only_simulated_ones_count_and_no_signature_helps(run):
    simulated = file(contents(AN, origin="simulated"), signed(AN))
    assert received(run, simulated, file(contents(BI)), live=False) == [
        ("claimed", "claimed"),
        ("not_simulated", None),
    ]


def test_a_token_is_good_for_one_file_across_files_and_runs(run):
    token = signed(AN, jti="once")
    assert received(run, file(at(1), token), file(at(2), token)) == [
        ("bound", "bound"),
        ("token_replayed", None),
    ]
    assert received(run, file(at(3), token)) == [("token_replayed", None)]
    assert received(run, file(contents(BI), signed(BI, jti="once", iss=OTHER_ISSUER))) == [
        ("token_replayed", None)
    ]


def test_an_account_keeps_the_issuer_that_it_had_first(run):
    assert received(run, file(at(1), signed(AN)), file(at(2), signed(AN, iss=OTHER_ISSUER))) == [
        ("bound", "bound"),
        ("token_other_issuer", None),
    ]
    assert received(run, file(contents(BI), signed(BI))) == [("token_other_issuer", None)]


def test_a_record_that_does_not_go_on_is_told(run):
    def lines(*digests):
        entry = {"id": "day1.bucket", "at": "2026-11-25T12:00:00Z", "evidence": {}}
        return [(f"{one:016x}", entry) for one in digests]

    assert received(run, file(at(1, record=lines(1, 2)))) == [("claimed", "claimed")]
    assert received(run, file(at(2, record=lines(1, 2, 3)))) == [("claimed", "claimed")]
    assert received(run, file(at(3, record=lines(1, 9, 3, 4)))) == [
        ("claimed", "claimed"),
        ("rewritten", None),
    ]


def test_what_is_new_is_handed_on_once(run):
    received(run, file(at(1)))
    with Ledger(run) as ledger:
        assert ledger.new() == [AN.id]
        ledger.tell([AN.id])
        assert ledger.new() == []
    received(run, file(at(1)))
    with Ledger(run) as ledger:
        assert ledger.new() == []
    received(run, file(at(2)))
    with Ledger(run) as ledger:
        assert ledger.new() == [AN.id]


def test_without_the_library_nothing_that_is_signed_is_guessed(run, monkeypatch):
    monkeypatch.setitem(sys.modules, "jwt", None)
    monkeypatch.setattr("checkday.submission.receiving.find_spec", lambda _: None)
    assert received(run, file(at(1))) == [("claimed", "claimed")]
    with pytest.raises(BadSetting, match=r"submission\.not_installed"):
        received(run, file(at(2), signed(AN)))
    assert counts(run) == ("01", "claimed")


def test_a_ledger_that_is_none(tmp_path):
    (tmp_path / FILE).write_bytes(b"not a database, " * 100)
    with pytest.raises(BadSetting, match=r"submission\.damaged_ledger"):
        Ledger(tmp_path)


def test_a_ledger_that_cannot_be_written(tmp_path):
    with pytest.raises(Unwritable):
        Ledger(tmp_path / "none")


def test_every_reason_has_words_and_every_word_a_reason():
    trees = [
        ast.parse(path.read_text(encoding="utf-8")) for path in Path(submission.__file__).parent.glob("*.py")
    ]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    calls = [
        node for node in nodes if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refused"
    ]
    given = {call.args[0].value for call in calls if isinstance(call.args[0], ast.Constant)}
    worded = {key.split(".")[2] for key in Words("en")._sentences if key.startswith("submission.code.")}
    assert given <= worded <= texts
