"""Streams and event source mappings inside ministack 1.5.33; mappings of streams are followed by us alone."""

from __future__ import annotations

import asyncio
import bisect
import contextvars
import threading
import time
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from typing import Any

from ministack import app
from ministack.services import dynamodb

from checkday.sandbox.overlay.emulator_modules import when_loaded
from checkday.sandbox.overlay.sources import BEGIN, Change, Following, Outcome

_STREAM = "/stream/"
_TABLES = ("_stream_records", "_stream_trimmed", "_closed_streams")


def follows_stream(mapping: Following) -> bool:
    """Whether the source is a stream of DynamoDB."""
    source = str(mapping.get("EventSourceArn", ""))
    return ":dynamodb:" in source and _STREAM in source


def attach() -> None:
    """Let streams outlive the server, and number their records as AWS does."""
    state, restore, change = dynamodb.get_state, dynamodb.load_persisted_state, dynamodb._build_change_record  # noqa: SLF001
    newest = [0]

    def next_number() -> str:
        # A clock that is set back must not put a record before an older one.
        newest[0] = max(newest[0] + 1, time.time_ns() * 100)
        return f"{newest[0]:025d}"

    def with_streams() -> dict[str, Any]:
        streams = {name: _copied(getattr(dynamodb, name)) for name in _TABLES}
        return {**state(), "streams": streams, "stream_newest": newest[0]}

    def with_streams_restored(data: dict[str, Any]) -> Any:
        for name, kept in (data.get("streams") or {}).items():
            getattr(dynamodb, name).update(kept)
        newest[0] = int(data.get("stream_newest") or 0)
        return restore(data)

    def sized(*what: Any) -> dict[str, Any]:
        record: dict[str, Any] = change(*what)
        told = record["dynamodb"]
        parts = (told["Keys"], told.get("NewImage"), told.get("OldImage"))
        told["SizeBytes"] = sum(int(dynamodb._item_size_bytes(part)) for part in parts if part)  # noqa: SLF001
        return record

    dynamodb._next_stream_seq = next_number  # noqa: SLF001
    dynamodb._build_change_record = sized  # noqa: SLF001
    dynamodb.get_state = with_streams
    dynamodb.load_persisted_state = with_streams_restored
    when_loaded("lambda_svc", _leave_streams_to_us)


def _copied(store: Any) -> Any:
    """A store whose lists may grow meanwhile; records themselves never change."""
    copy = type(store)()
    for key, value in store.all_items():
        kept = {**value, "records": list(value["records"])} if isinstance(value, dict) else value
        copy.set_scoped(*key, list(kept) if isinstance(kept, list) else kept)
    return copy


def _leave_streams_to_us(service: Any) -> None:
    poll = service._ensure_poller  # noqa: SLF001

    def poll_others() -> None:
        if any(not follows_stream(mapping) for mapping in service._esms._data.values()):  # noqa: SLF001
            poll()

    service._ensure_poller = poll_others  # noqa: SLF001
    service._poll_dynamodb_streams = bool  # noqa: SLF001
    throttled = service._throttle_response  # noqa: SLF001
    service._throttle_response = lambda reason_code, **_: throttled(reason_code, "Rate Exceeded.")  # noqa: SLF001


class MinistackSources:
    """The emulator's streams, functions and mappings."""

    def mappings(self) -> MutableMapping[str, Following]:
        found: MutableMapping[str, Following] = _lambda()._esms  # noqa: SLF001
        return found

    def every(self) -> list[tuple[str, str, Following]]:
        if "lambda_svc" not in app._loaded_modules:  # noqa: SLF001 - without functions nothing is followed
            return []
        items = _lambda()._esms.all_items()  # noqa: SLF001
        return [(*key[:2], mapping) for key, mapping in items if follows_stream(mapping)]

    def last(self, stream: str) -> str | None:
        records = _records(stream)
        return None if records is None else _number(records[-1]) if records else BEGIN

    def after(self, stream: str, sequence: str) -> Sequence[Change] | None:
        records = _records(stream)
        if records is None:
            return None
        found = records[bisect.bisect_right(records, sequence, key=_number) :]
        return found if found or _name(stream) in dynamodb._tables else None  # noqa: SLF001

    def passes(self, mapping: Following, record: Change) -> bool:
        return bool(_lambda()._apply_filter_criteria([record], mapping))  # noqa: SLF001

    def role(self, mapping: Following) -> str | None:
        function = _function(mapping)
        return None if function is None else str(function["config"]["Role"])

    def reserved(self) -> Mapping[str, int]:
        known = _lambda()._functions  # noqa: SLF001
        return {name: known[name]["concurrency"] for name in known if known[name].get("concurrency")}

    async def invoke(self, mapping: Following, records: Sequence[Change]) -> Outcome:
        function = _function(mapping)
        if function is None:
            return Outcome(ran=False, failed=True, said=None, problem="PROBLEM: Function not found")
        result = await _in_thread(_lambda()._execute_function, function, {"Records": list(records)})  # noqa: SLF001
        return Outcome(
            ran=not result.get("throttle"), failed=bool(result.get("error")), said=result.get("body")
        )


def _lambda() -> Any:
    return app._get_module("lambda_svc")  # noqa: SLF001


def _function(mapping: Following) -> dict[str, Any] | None:
    found, _ = _lambda()._get_func_record_for_qualifier(  # noqa: SLF001
        mapping["FunctionName"], mapping.get("Qualifier")
    )
    return None if found is None else dict(found)


def _records(stream: str) -> list[Change] | None:
    name = _name(stream)
    table = dynamodb._tables.get(name) or {}  # noqa: SLF001
    found: list[Change] | None
    if table.get("LatestStreamArn") == stream and (table.get("StreamSpecification") or {}).get(
        "StreamEnabled"
    ):
        found = dynamodb.stream_live_records(name)
        return found
    found = (dynamodb.closed_stream(stream) or {}).get("records")
    return found


def _name(stream: str) -> str:
    return stream.partition(":table/")[2].partition("/")[0]


def _number(record: Change) -> str:
    return str(record["dynamodb"]["SequenceNumber"])


async def _in_thread(work: Callable[..., Any], *arguments: Any) -> Any:
    """Do this in a thread of its own: what runs learners' code may take long, and may call back."""
    loop, done = asyncio.get_running_loop(), asyncio.get_running_loop().create_future()
    context = contextvars.copy_context()

    def settle(result: Any, error: BaseException | None) -> None:
        if done.done():
            return
        if error is None:
            done.set_result(result)
        else:
            done.set_exception(error)

    def run() -> None:
        result, error = None, None
        try:
            result = context.run(work, *arguments)
        except Exception as caught:  # noqa: BLE001 - handed over to whoever waits
            error = caught
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, result, error)

    threading.Thread(target=run, daemon=True, name="event-source").start()
    return await done
