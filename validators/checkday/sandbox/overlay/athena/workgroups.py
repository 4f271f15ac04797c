"""Work groups: the emulator keeps them; what may be said of one, and when one may go, is said here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from checkday.sandbox.overlay.athena.answers import Invalid, answering
from checkday.sandbox.overlay.athena.api import PRIMARY, runner
from checkday.sandbox.overlay.wire import Emulator, Handler, Request, call

_LEAST_CUTOFF = 10_000_000
_PAGE = 50
_ENGINE = {"SelectedEngineVersion": "AUTO", "EffectiveEngineVersion": "Athena engine version 3"}

_DEFAULTS: Mapping[str, Any] = {
    "EnforceWorkGroupConfiguration": True,
    "PublishCloudWatchMetricsEnabled": False,
    "RequesterPaysEnabled": False,
    "EnableMinimumEncryptionConfiguration": False,
}


def _check(configuration: Mapping[str, Any]) -> None:
    cutoff = configuration.get("BytesScannedCutoffPerQuery")
    if cutoff is not None and cutoff < _LEAST_CUTOFF:
        message = (
            f"1 validation error detected: Value '{cutoff}' at 'configuration.bytesScannedCutoffPerQuery' "
            f"failed to satisfy constraint: Member must have value greater than or equal to {_LEAST_CUTOFF}"
        )
        raise Invalid(message)
    location = (configuration.get("ResultConfiguration") or {}).get("OutputLocation")
    if location is not None and not location.startswith("s3://"):
        raise Invalid(f"outputLocation is not a valid S3 path. Invalid S3 path: {location}")
    managed = (configuration.get("ManagedQueryResultsConfiguration") or {}).get("Enabled")
    if managed and location is not None:
        raise Invalid("ManagedQueryResultsConfiguration and ResultConfiguration cannot be set together")


def _group(name: object, emulator: Emulator) -> dict[str, Any]:
    found = emulator.work_groups().get(str(name))
    if found is None:
        raise Invalid(f"WorkGroup {name} is not found.")
    return found


async def _create(request: Request, emulator: Emulator) -> dict[str, Any]:
    said = request.parameters
    name, configuration = said.get("Name"), said.get("Configuration") or {}
    if name in emulator.work_groups():
        raise Invalid(f"WorkGroup {name} is already created", "WORKGROUP_ALREADY_EXISTS")
    _check(configuration)
    managed = configuration.get("ManagedQueryResultsConfiguration") or {"Enabled": False}
    whole = {
        "ResultConfiguration": {},
        **_DEFAULTS,
        **configuration,
        "ManagedQueryResultsConfiguration": managed,
        "EngineVersion": {**_ENGINE, **_chosen(configuration.get("EngineVersion"))},
    }
    answer = await emulator.ask(call("athena", "CreateWorkGroup", **{**said, "Configuration": whole}))
    return answer.values


def _chosen(version: Mapping[str, str] | None) -> dict[str, str]:
    selected = (version or {}).get("SelectedEngineVersion")
    return {"SelectedEngineVersion": selected} if selected else {}


async def _get(request: Request, emulator: Emulator) -> dict[str, Any]:
    found = _group(request.parameters.get("WorkGroup"), emulator)
    return {"WorkGroup": found}


async def _list(request: Request, emulator: Emulator) -> dict[str, Any]:
    said = request.parameters
    names = sorted(emulator.work_groups())
    begun = sum(name <= said["NextToken"] for name in names) if "NextToken" in said else 0
    page = names[begun : begun + min(said.get("MaxResults") or _PAGE, _PAGE)]
    answer: dict[str, Any] = {"WorkGroups": [_summary(_group(name, emulator)) for name in page]}
    return answer | ({"NextToken": page[-1]} if begun + len(page) < len(names) else {})


def _summary(group: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: group[name] for name in ("Name", "State", "Description", "CreationTime") if name in group}
    return {**found, "EngineVersion": {**_ENGINE, **(group["Configuration"].get("EngineVersion") or {})}}


async def _update(request: Request, emulator: Emulator) -> dict[str, Any]:
    said = request.parameters
    group = _group(said.get("WorkGroup"), emulator)
    configuration = _updated(group["Configuration"], said.get("ConfigurationUpdates") or {})
    _check(configuration)
    group["Configuration"] = configuration
    group |= {name: said[name] for name in ("Description", "State") if name in said}
    return {}


_PARTS = {
    "ResultConfigurationUpdates": "ResultConfiguration",
    "ManagedQueryResultsConfigurationUpdates": "ManagedQueryResultsConfiguration",
}


def _updated(configuration: Mapping[str, Any], updates: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration with what is said anew, and without what is to be removed."""
    plain = {name: value for name, value in updates.items() if name not in _PARTS}
    if "EngineVersion" in plain:
        plain["EngineVersion"] = {**_ENGINE, **_chosen(plain["EngineVersion"])}
    found = _changed(configuration, plain)
    for said, name in _PARTS.items():
        if said in updates:
            found[name] = _changed(found.get(name) or {}, updates[said])
    return found


def _changed(before: Mapping[str, Any], updates: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in before.items() if not updates.get(f"Remove{name}")}
    return kept | {name: value for name, value in updates.items() if not name.startswith("Remove")}


async def _delete(request: Request, emulator: Emulator) -> dict[str, Any]:
    said = request.parameters
    name = str(said.get("WorkGroup"))
    if name == PRIMARY:
        raise Invalid("The primary workgroup cannot be deleted")
    _group(name, emulator)
    history = runner().history
    named = (await emulator.ask_as_service(call("athena", "ListNamedQueries", WorkGroup=name))).values[
        "NamedQueryIds"
    ]
    ran = history.page(emulator.account, emulator.region, name, None, 1)
    if (named or ran) and not said.get("RecursiveDeleteOption"):
        raise Invalid(f"WorkGroup {name} is not empty", "WORKGROUP_NOT_EMPTY")
    for number in named:
        await emulator.ask_as_service(call("athena", "DeleteNamedQuery", NamedQueryId=number))
    history.forget(emulator.account, emulator.region, name)
    await emulator.ask(request)
    return {}


HANDLERS: Mapping[str, Handler] = {
    name: answering(operation)
    for name, operation in {
        "CreateWorkGroup": _create,
        "GetWorkGroup": _get,
        "ListWorkGroups": _list,
        "UpdateWorkGroup": _update,
        "DeleteWorkGroup": _delete,
    }.items()
}
