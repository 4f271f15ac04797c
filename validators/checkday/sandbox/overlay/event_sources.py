"""Lambda's event source mappings: those of DynamoDB's streams are ours, the others are the emulator's."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from checkday.sandbox.overlay import age, event_rights
from checkday.sandbox.overlay import event_mapping as mapped
from checkday.sandbox.overlay.event_feed import Feeds
from checkday.sandbox.overlay.sources import BEGIN, Following
from checkday.sandbox.overlay.wire import Answer, Emulator, Handler, Request, refusal

_CHANGED = (*mapped.DEFAULTS, "FilterCriteria", "Enabled")
_feeds: list[Feeds] = []


def resume(emulator: Emulator) -> None:
    _feeds[:] = [Feeds(emulator)]
    for account, region, mapping in emulator.sources.every():
        with emulator.acting(account, region):
            if mapping.get("_doing") == "Deleting":
                del emulator.sources.mappings()[mapping["UUID"]]
            else:
                _feeds[0].follow(mapping)


async def stop_all(_emulator: Emulator) -> None:
    _feeds[0].stop_all()


async def _create(request: Request, emulator: Emulator) -> Answer:
    sent = request.parameters
    stream = str(sent.get("EventSourceArn", ""))
    if not _is_stream(stream):
        return _trimmed(await emulator.ask(request))
    found = mapped.fault(sent, new=True)
    if found is not None:
        return found
    answer = await emulator.ask(request)
    if not answer.good:
        return answer
    mapping = emulator.sources.mappings()[answer.values["UUID"]]
    found = _refused(mapping, stream, emulator)
    if found is not None:
        del emulator.sources.mappings()[mapping["UUID"]]
        return found
    begin = emulator.sources.last(stream) if sent["StartingPosition"] == "LATEST" else BEGIN
    told = {name: sent.get(name, default) for name, default in mapped.DEFAULTS.items()}
    mapping |= {**told, "_begin": begin, "_lanes": {}}
    mapping |= {"EventSourceMappingArn": answer.values["EventSourceMappingArn"]}
    mapped.change(mapping, "Creating")
    _feeds[0].follow(mapping)
    return answer.saying(mapped.described(mapping))


def _is_stream(arn: str) -> bool:
    return ":dynamodb:" in arn and "/stream/" in arn


def _refused(mapping: Following, stream: str, emulator: Emulator) -> Answer | None:
    """Why a function cannot follow this stream; None if it can."""
    if emulator.sources.last(stream) is None:
        return mapped.invalid(f"Stream not found: {stream}")
    for other in emulator.sources.mappings().values():
        same = (other["EventSourceArn"], other["FunctionArn"]) == (stream, mapping["FunctionArn"])
        if same and other is not mapping and not mapped.is_gone(other):
            message = (
                f'The event source arn (" {stream} ") and function (" {mapping["FunctionName"]} ") provided'
                f" mapping already exists. Please update or delete the existing mapping with UUID"
                f" {other['UUID']}"
            )
            return refusal("ResourceConflictException", message, 409)
    return _rights(mapping, emulator)


def _rights(mapping: Following, emulator: Emulator) -> Answer | None:
    lacking = event_rights.lacking(mapping, emulator)
    return None if lacking is None else mapped.invalid(lacking)


def _found(request: Request, emulator: Emulator) -> Following | None:
    mapping = emulator.sources.mappings().get(str(request.parameters.get("UUID")))
    if mapping is not None and mapped.is_gone(mapping):
        return None
    return mapping


async def _get(request: Request, emulator: Emulator) -> Answer:
    mapping = _found(request, emulator)
    return _unknown() if mapping is None else _told(mapping, await emulator.ask(request))


def _told(mapping: Following, answer: Answer) -> Answer:
    if not answer.good:
        return answer
    return answer.saying(mapped.described({**answer.values, **_inside(mapping)}))


def _inside(mapping: Following) -> Mapping[str, Any]:
    return {name: mapping[name] for name in ("_doing", "Enabled") if name in mapping}


async def _list(request: Request, emulator: Emulator) -> Answer:
    answer = await emulator.ask(request)
    if not answer.good:
        return answer
    said, known = answer.values, emulator.sources.mappings()
    alive = [one for one in said["EventSourceMappings"] if not mapped.is_gone(known[one["UUID"]])]
    told = [mapped.described({**one, **_inside(known[one["UUID"]])}) for one in alive]
    return answer.saying({**said, "EventSourceMappings": told})


async def _update(request: Request, emulator: Emulator) -> Answer:
    mapping, sent = _found(request, emulator), request.parameters
    if mapping is None:
        return _unknown()
    if "_doing" not in mapping:
        return _trimmed(await emulator.ask(request))
    if mapped.is_busy(mapping):
        return _in_use("update")
    before = {**mapping}
    found = mapped.fault(sent, new=False)
    answer = found or await emulator.ask(request)
    if not answer.good:
        return answer
    mapping |= {name: sent[name] for name in _CHANGED if name in sent}
    found = _rights(mapping, emulator)
    if found is not None:
        mapping |= before
        return found
    switched = bool(before["Enabled"]) != bool(mapping["Enabled"])
    mapped.change(mapping, ("Enabling" if mapping["Enabled"] else "Disabling") if switched else "Updating")
    _feeds[0].follow(mapping)
    return _told(mapping, answer.saying({**answer.values, **mapping}))


async def _delete(request: Request, emulator: Emulator) -> Answer:
    mapping = _found(request, emulator)
    if mapping is None:
        return _unknown()
    if "_doing" not in mapping:
        return _trimmed(await emulator.ask(request))
    if mapped.is_busy(mapping):
        return _in_use("delete")
    mapped.change(mapping, "Deleting")
    _feeds[0].forget(mapping)
    mappings, identity = emulator.sources.mappings(), mapping["UUID"]
    account, region = emulator.account, emulator.region

    def remove() -> None:
        with emulator.acting(account, region):
            mappings.pop(identity, None)
            emulator.touch()

    asyncio.get_running_loop().call_later(age.CREATING, remove)
    got = await emulator.ask(Request("lambda", "GET", request.path, request.headers))
    return _told(mapping, Answer(202, got.headers, got.body))


def _trimmed(answer: Answer) -> Answer:
    """An answer of the emulator without what it lets out of its own."""
    return answer.saying(mapped.described(answer.values)) if answer.good else answer


def _unknown() -> Answer:
    return refusal("ResourceNotFoundException", "The resource you requested does not exist.", 404)


def _in_use(what: str) -> Answer:
    message = f"Cannot {what} the event source mapping because it is in use."
    return refusal("ResourceInUseException", message)


HANDLERS: Mapping[str, Handler] = {
    "CreateEventSourceMapping": _create,
    "GetEventSourceMapping": _get,
    "ListEventSourceMappings": _list,
    "UpdateEventSourceMapping": _update,
    "DeleteEventSourceMapping": _delete,
}
