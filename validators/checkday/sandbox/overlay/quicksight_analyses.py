"""Analyses: a deleted one can be restored for a while, and says DELETED until then."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from checkday.sandbox.overlay.quicksight_assets import (
    ANALYSIS,
    changing_permissions,
    describing_permissions,
    shown,
    state,
)
from checkday.sandbox.overlay.quicksight_calls import Call, for_asset
from checkday.sandbox.overlay.quicksight_definitions import described
from checkday.sandbox.overlay.wire import Handler

_DAY = 86_400
_RECOVERY = 30
_SUMMARY = ("Arn", "AnalysisId", "Name", "Status", "CreatedTime", "LastUpdatedTime")
_WHOLE = (*_SUMMARY, "Errors", "DataSetArns", "Sheets", "ThemeArn")


async def _create(call: Call) -> dict[str, Any]:
    ANALYSIS.check_new(call)
    facts = {"CreatedTime": time.time(), "Permissions": call.said.get("Permissions") or []}
    _keep(call, facts, "CREATION")
    return {**ANALYSIS.named(call), "CreationStatus": "CREATION_IN_PROGRESS"}


def _keep(call: Call, facts: Mapping[str, Any], doing: str) -> None:
    kept = {name: value for name, value in facts.items() if name != "Errors"}
    kept |= {**ANALYSIS.named(call), "Name": call.said["Name"], **described(call, doing)}
    call.store.put(ANALYSIS.kind, ANALYSIS.id(call), kept)


async def _describe(call: Call) -> dict[str, Any]:
    return {"Analysis": shown(ANALYSIS.get(call), *_WHOLE)}


async def _definition(call: Call) -> dict[str, Any]:
    facts = ANALYSIS.get(call)
    found = shown(facts, "AnalysisId", "Name", "Errors", "ThemeArn", "Definition")
    return {**found, "ResourceStatus": state(facts)}


async def _list(call: Call) -> dict[str, Any]:
    found = [shown(each, *_SUMMARY) for each in call.store.all(ANALYSIS.kind)]
    return call.page(found, "AnalysisSummaryList")


async def _update(call: Call) -> dict[str, Any]:
    _keep(call, ANALYSIS.get(call), "UPDATE")
    return {**ANALYSIS.named(call), "UpdateStatus": "UPDATE_IN_PROGRESS"}


async def _delete(call: Call) -> dict[str, Any]:
    facts = ANALYSIS.get(call)
    if call.said.get("ForceDeleteWithoutRecovery"):
        call.store.delete(ANALYSIS.kind, ANALYSIS.id(call))
        return ANALYSIS.named(call)
    now = time.time()
    kept = {**facts, "Status": "DELETED", "LastUpdatedTime": now}
    call.store.put(ANALYSIS.kind, ANALYSIS.id(call), kept)
    days = call.said.get("RecoveryWindowInDays") or _RECOVERY
    return {**ANALYSIS.named(call), "DeletionTime": now + days * _DAY}


HANDLERS: Mapping[str, Handler] = {
    "CreateAnalysis": for_asset(_create),
    "DescribeAnalysis": for_asset(_describe),
    "DescribeAnalysisDefinition": for_asset(_definition),
    "ListAnalyses": for_asset(_list),
    "UpdateAnalysis": for_asset(_update),
    "DeleteAnalysis": for_asset(_delete),
    "DescribeAnalysisPermissions": for_asset(describing_permissions(ANALYSIS)),
    "UpdateAnalysisPermissions": for_asset(changing_permissions(ANALYSIS)),
}
