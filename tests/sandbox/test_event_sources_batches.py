"""What becomes of a batch after each answer of the function."""

from __future__ import annotations

import json
import time

import pytest

from checkday.sandbox.overlay.event_batches import Batch, fate, given_up_message, too_old
from checkday.sandbox.overlay.event_mapping import DEFAULTS
from checkday.sandbox.overlay.sources import Outcome

GOOD, BAD = (Outcome(ran=True, failed=failed, said=None) for failed in (False, True))
REPORTING = {"FunctionResponseTypes": ["ReportBatchItemFailures"]}
WHERE = {"FunctionArn": "arn:aws:lambda:r:1:function:f", "EventSourceArn": "arn:aws:dynamodb:r:1:table/t"}


def mapping(**settings):
    return {**DEFAULTS, **WHERE, **settings}


def batch(numbers, age=0.0, **more):
    at = time.time() - age
    records = [{"dynamodb": {"SequenceNumber": one, "ApproximateCreationDateTime": at}} for one in numbers]
    return Batch(records, **more)


def numbers(found):
    return "".join(record["dynamodb"]["SequenceNumber"] for record in found.records)


def saying(failures):
    return Outcome(ran=True, failed=False, said={"batchItemFailures": failures})


def test_a_good_batch_is_done():
    assert fate(batch("abc"), GOOD, mapping()) == (3, [], None)


def test_a_failed_batch_is_tried_again_for_ever():
    found = fate(batch("abc", tries=99), BAD, mapping())
    assert (found.done, found.given_up) == (0, None)
    assert (numbers(found.again[0]), found.again[0].tries) == ("abc", 100)


def test_the_last_retry_ends_it():
    assert fate(batch("abc", tries=1), BAD, mapping(MaximumRetryAttempts=2)).given_up is None
    found = fate(batch("abc", tries=2), BAD, mapping(MaximumRetryAttempts=2))
    assert (numbers(found.given_up), found.again) == ("abc", [])


def test_halving_costs_no_retry():
    found = fate(batch("abc"), BAD, mapping(BisectBatchOnFunctionError=True, MaximumRetryAttempts=0))
    assert [(numbers(one), one.tries) for one in found.again] == [("a", 0), ("bc", 0)]
    alone = fate(batch("a"), BAD, mapping(BisectBatchOnFunctionError=True, MaximumRetryAttempts=0))
    assert numbers(alone.given_up) == "a"


def test_the_lowest_failure_is_where_it_begins_again():
    failures = [{"itemIdentifier": "c"}, {"itemIdentifier": "b"}]
    found = fate(batch("abcd"), saying(failures), mapping(**REPORTING))
    assert (found.done, numbers(found.again[0])) == (1, "bcd")


@pytest.mark.parametrize("failures", [None, []])
def test_no_failures_are_none(failures):
    assert fate(batch("ab"), saying(failures), mapping(**REPORTING)).done == 2


@pytest.mark.parametrize("failure", [{"itemIdentifier": ""}, {"itemIdentifier": None}, {"other": "a"}, "a"])
def test_a_report_that_says_nothing_is_a_failure_of_all(failure):
    found = fate(batch("ab"), saying([failure]), mapping(**REPORTING))
    assert (found.done, numbers(found.again[0])) == (0, "ab")


def test_a_report_that_was_not_asked_for_is_not_read():
    assert fate(batch("ab"), saying([{"itemIdentifier": "a"}]), mapping()).done == 2


def test_what_is_too_old_is_given_up_before_it_is_tried():
    old, new = batch("ab", age=100), batch("c")
    expired, left = too_old(Batch([*old.records, *new.records]), mapping(MaximumRecordAgeInSeconds=60))
    assert (numbers(expired), numbers(left)) == ("ab", "c")
    told = json.loads(given_up_message(expired, mapping(), "RecordAgeExceeded"))
    assert told["requestContext"]["condition"] == "RecordAgeExceeded"
    assert "responseContext" not in told
    assert told["DDBStreamBatchInfo"]["startSequenceNumber"] == "a"


def test_without_a_limit_nothing_is_too_old():
    assert too_old(batch("ab", age=10**6), mapping())[0] is None
