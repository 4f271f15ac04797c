"""Streams bring their records to functions as the mapping says."""

from __future__ import annotations

import time

from dynamodb_tables import refused
from event_functions import PARTIAL, POISONED


def test_a_record_reaches_the_function_within_a_second(flow):
    flow.begin()
    flow.put("first")
    flow.until(lambda: flow.batches() == ["first"])
    began = time.monotonic()
    flow.put("second")
    flow.until(lambda: flow.batches() == ["first", "second"])
    assert time.monotonic() - began < 1


def test_records_before_the_latest_are_missed(flow):
    flow.create(StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"})
    flow.create("notes")
    flow.function(POISONED)
    flow.put("old")
    flow.map(StartingPosition="LATEST")
    flow.put("new")
    flow.until(flow.batches)
    assert flow.batches() == ["new"]


def test_records_wait_for_a_window_and_go_in_batches(flow):
    flow.begin(BatchSize=3, MaximumBatchingWindowInSeconds=2)
    flow.put("a", "b", "c", "d")
    flow.until(lambda: len(flow.batches()) == 1)
    assert flow.batches() == ["a,b,c"]
    flow.until(lambda: flow.batches() == ["a,b,c", "d"])


def test_a_failed_batch_is_tried_again_and_blocks_what_follows(flow):
    mapping = flow.begin(POISONED)
    flow.put("bad")
    flow.until(lambda: flow.batches() == ["bad", "bad"])
    assert flow.result(mapping) == "PROBLEM: Function call failed"
    flow.put("good")
    flow.until(lambda: len(flow.batches()) >= 4)
    assert not [batch for batch in flow.batches() if batch == "good"]


def test_a_batch_is_given_up_after_its_last_retry(flow):
    queue = flow.queue()
    mapping = flow.begin(
        POISONED, MaximumRetryAttempts=1, DestinationConfig={"OnFailure": {"Destination": queue}}
    )
    flow.put("bad", "other")
    told = flow.until(flow.given_up)[0]
    assert told["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert told["requestContext"]["approximateInvokeCount"] == 2
    assert told["responseContext"]["functionError"] == "Unhandled"
    where = told["DDBStreamBatchInfo"]
    assert (where["batchSize"], where["streamArn"]) == (2, flow.stream())
    flow.put("good")
    flow.until(lambda: flow.batches()[-1] == "good")
    flow.until(lambda: flow.result(mapping) == "OK")


def test_a_batch_is_halved_until_only_the_bad_record_is_left(flow):
    flow.begin(
        POISONED,
        MaximumRetryAttempts=0,
        BisectBatchOnFunctionError=True,
        DestinationConfig={"OnFailure": {"Destination": flow.queue()}},
        MaximumBatchingWindowInSeconds=1,
    )
    flow.put("a", "b", "bad", "d")
    told = flow.until(flow.given_up)[0]
    flow.until(lambda: flow.batches() == ["a,b,bad,d", "a,b", "bad,d", "bad", "d"])
    assert told["DDBStreamBatchInfo"]["batchSize"] == 1


def test_only_what_failed_is_tried_again(flow):
    flow.begin(
        PARTIAL,
        MaximumRetryAttempts=1,
        FunctionResponseTypes=["ReportBatchItemFailures"],
        MaximumBatchingWindowInSeconds=1,
    )
    flow.put("a", "b", "bad", "d")
    flow.until(lambda: flow.batches()[:2] == ["a,b,bad,d", "bad,d"])
    flow.put("e")
    flow.until(lambda: flow.batches()[-1] == "e")
    assert flow.batches() == ["a,b,bad,d", "bad,d", "e"]


def test_partial_failures_with_bisection_lose_the_bad_record_alone(flow):
    flow.begin(
        PARTIAL,
        MaximumRetryAttempts=1,
        FunctionResponseTypes=["ReportBatchItemFailures"],
        BisectBatchOnFunctionError=True,
        MaximumBatchingWindowInSeconds=1,
        DestinationConfig={"OnFailure": {"Destination": flow.queue()}},
    )
    flow.put("a", "bad", "c")
    assert flow.until(flow.given_up)[0]["DDBStreamBatchInfo"]["batchSize"] == 1
    flow.until(lambda: flow.batches()[-1] == "c")


def test_lanes_keep_the_order_of_each_key(flow):
    flow.begin(ParallelizationFactor=4, BatchSize=2)
    for turn in "123":
        flow.put(*"abcdefgh", turn=turn)
    names = flow.until(lambda: len(found := flow.names()) == 24 and found)
    for key in "abcdefgh":
        assert [name for name in names if name[0] == key] == [f"{key}{turn}" for turn in "123"]


def test_a_filter_lets_only_some_records_through(flow):
    flow.begin(FilterCriteria={"Filters": [{"Pattern": '{"eventName": ["REMOVE"]}'}]})
    flow.put("a")
    flow.delete("a")
    flow.put("b")
    flow.until(lambda: flow.batches() == ["a"])


def test_a_disabled_mapping_waits(flow):
    mapping = flow.begin()
    flow.functions.update_event_source_mapping(UUID=mapping, Enabled=False)
    assert flow.mapping(mapping)["State"] == "Disabling"
    flow.until(lambda: flow.mapping(mapping)["State"] == "Disabled")
    flow.put("a")
    time.sleep(0.5)
    assert flow.batches() == []
    flow.update(mapping, Enabled=True)
    flow.until(lambda: flow.batches() == ["a"])


def test_a_stream_switched_off_and_on_is_another_one(flow):
    mapping, old = flow.begin(), flow.stream()
    flow.switch_stream(StreamEnabled=False)
    flow.switch_stream(StreamEnabled=True, StreamViewType="NEW_AND_OLD_IMAGES")
    assert flow.stream() != old
    flow.put("a")
    time.sleep(0.5)
    assert (flow.batches(), flow.mapping(mapping)["State"]) == ([], "Enabled")


def test_a_mapping_outlives_its_table_and_says_so(flow):
    mapping = flow.begin()
    flow.leave("source")
    flow.until(lambda: flow.result(mapping) == "PROBLEM: Stream not found")
    assert flow.mapping(mapping)["State"] == "Enabled"


def test_a_mapping_waits_for_a_function_that_is_throttled(flow):
    mapping = flow.begin(MaximumRetryAttempts=0)
    flow.functions.put_function_concurrency(FunctionName=flow.prefix, ReservedConcurrentExecutions=0)
    flow.put("a")
    time.sleep(0.5)
    assert flow.batches() == []
    flow.functions.delete_function_concurrency(FunctionName=flow.prefix)
    flow.until(lambda: flow.batches() == ["a"])
    flow.until(lambda: flow.result(mapping) == "OK")


def test_the_life_of_a_mapping(flow):
    mapping = flow.begin(wait=False)
    assert flow.mapping(mapping)["State"] == "Creating"
    call = flow.functions.delete_event_source_mapping
    assert "in use" in refused("ResourceInUseException", call, UUID=mapping)
    flow.until(lambda: flow.mapping(mapping)["State"] == "Enabled")
    again = {"FunctionName": flow.prefix, "EventSourceArn": flow.stream(), "StartingPosition": "LATEST"}
    create = flow.functions.create_event_source_mapping
    assert mapping in refused("ResourceConflictException", create, **again)
    assert call(UUID=mapping)["State"] == "Deleting"
    flow.until(lambda: not flow.mappings())
    refused("ResourceNotFoundException", flow.mapping, uuid=mapping)
