"""Dashboards: each change makes a version, and one of them is the published one."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from checkday.sandbox.overlay.quicksight_assets import (
    DASHBOARD,
    changing_permissions,
    describing_permissions,
    shown,
    state,
)
from checkday.sandbox.overlay.quicksight_calls import Call, Refused, for_asset
from checkday.sandbox.overlay.quicksight_definitions import described
from checkday.sandbox.overlay.wire import Handler

_DASHBOARD = ("Arn", "DashboardId", "Name", "CreatedTime", "LastPublishedTime", "LastUpdatedTime")
_VERSION_SUMMARY = ("Arn", "CreatedTime", "VersionNumber", "Status", "Description")
_VERSION = (*_VERSION_SUMMARY, "Errors", "DataSetArns", "Sheets", "ThemeArn")


async def _create(call: Call) -> dict[str, Any]:
    DASHBOARD.check_new(call)
    facts = {
        **DASHBOARD.named(call),
        "CreatedTime": time.time(),
        "Permissions": call.said.get("Permissions") or [],
        "versions": [],
        "PublishedVersionNumber": None,
    }
    version = _add_version(call, facts)
    # The first version is published at once, if there is anything to show.
    if version["Status"] == "CREATION_SUCCESSFUL":
        facts |= {"PublishedVersionNumber": 1, "LastPublishedTime": time.time()}
    _keep(call, facts)
    return _made(call, version)


def _add_version(call: Call, facts: dict[str, Any]) -> dict[str, Any]:
    number = 1 + max((each["VersionNumber"] for each in facts["versions"]), default=0)
    version = {
        **described(call, "CREATION"),
        "VersionNumber": number,
        "CreatedTime": time.time(),
        "Arn": f"{call.arn(DASHBOARD.kind, DASHBOARD.id(call))}/version/{number}",
        "Description": call.said.get("VersionDescription"),
    }
    facts["versions"].append(version)
    facts |= {"Name": call.said["Name"], "LastUpdatedTime": time.time()}
    return version


def _keep(call: Call, facts: Mapping[str, Any]) -> None:
    call.store.put(DASHBOARD.kind, DASHBOARD.id(call), facts)


def _made(call: Call, version: Mapping[str, Any]) -> dict[str, Any]:
    named = {**DASHBOARD.named(call), "VersionArn": version["Arn"]}
    return {**named, "CreationStatus": "CREATION_IN_PROGRESS"}


def _version(call: Call, facts: Mapping[str, Any], number: int | None) -> dict[str, Any]:
    """A version by its number; without one the published, or else the newest."""
    wanted = number or facts["PublishedVersionNumber"] or facts["versions"][-1]["VersionNumber"]
    for each in facts["versions"]:
        if each["VersionNumber"] == wanted:
            return dict(each)
    message = f"Version {wanted} of dashboard {DASHBOARD.id(call)} is not found"
    raise Refused("ResourceNotFoundException", message)


async def _describe(call: Call) -> dict[str, Any]:
    facts = DASHBOARD.get(call)
    version = _version(call, facts, call.said.get("VersionNumber"))
    return {"Dashboard": {**shown(facts, *_DASHBOARD), "Version": shown(version, *_VERSION)}}


async def _definition(call: Call) -> dict[str, Any]:
    facts = DASHBOARD.get(call)
    version = _version(call, facts, call.said.get("VersionNumber"))
    found = shown(facts, "DashboardId", "Name") | shown(version, "Errors", "ThemeArn", "Definition")
    return {**found, "ResourceStatus": state(version)}


async def _list(call: Call) -> dict[str, Any]:
    every = call.store.all(DASHBOARD.kind)
    found = [shown(each, *_DASHBOARD, "PublishedVersionNumber") for each in every]
    return call.page(found, "DashboardSummaryList")


async def _list_versions(call: Call) -> dict[str, Any]:
    versions = DASHBOARD.get(call)["versions"][::-1]
    return call.page([shown(each, *_VERSION_SUMMARY) for each in versions], "DashboardVersionSummaryList")


async def _update(call: Call) -> dict[str, Any]:
    facts = DASHBOARD.get(call)
    version = _add_version(call, facts)
    _keep(call, facts)
    # Here alone the model has the status in the body.
    return {**_made(call, version), "Status": 200}


async def _publish(call: Call) -> dict[str, Any]:
    facts = DASHBOARD.get(call)
    version = _version(call, facts, call.said["VersionNumber"])
    if state(version) != "CREATION_SUCCESSFUL":
        message = f"Version {version['VersionNumber']} cannot be published in the state {state(version)}"
        raise Refused("ConflictException", message)
    published = {"PublishedVersionNumber": version["VersionNumber"], "LastPublishedTime": time.time()}
    _keep(call, {**facts, **published})
    named = DASHBOARD.named(call)
    return {"DashboardId": named["DashboardId"], "DashboardArn": named["Arn"]}


async def _delete(call: Call) -> dict[str, Any]:
    facts, number = DASHBOARD.get(call), call.said.get("VersionNumber")
    if number is None:
        call.store.delete(DASHBOARD.kind, DASHBOARD.id(call))
        return DASHBOARD.named(call)
    _version(call, facts, number)
    if number == facts["PublishedVersionNumber"]:
        raise Refused("ConflictException", f"Version {number} is the published one")
    kept = [each for each in facts["versions"] if each["VersionNumber"] != number]
    if not kept:
        raise Refused("ConflictException", f"Version {number} is the only one")
    _keep(call, {**facts, "versions": kept})
    return DASHBOARD.named(call)


HANDLERS: Mapping[str, Handler] = {
    "CreateDashboard": for_asset(_create),
    "DescribeDashboard": for_asset(_describe),
    "DescribeDashboardDefinition": for_asset(_definition),
    "ListDashboards": for_asset(_list),
    "ListDashboardVersions": for_asset(_list_versions),
    "UpdateDashboard": for_asset(_update),
    "UpdateDashboardPublishedVersion": for_asset(_publish),
    "DeleteDashboard": for_asset(_delete),
    "DescribeDashboardPermissions": for_asset(describing_permissions(DASHBOARD)),
    "UpdateDashboardPermissions": for_asset(changing_permissions(DASHBOARD)),
}
