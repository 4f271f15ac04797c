"""What all resources of QuickSight have in common: times, states, permissions."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import Any, NamedTuple

from checkday.sandbox.overlay.quicksight_calls import Call, Operation, Refused

CREATING = float(os.environ.get("CHECKDAY_SANDBOX_BI", "0.3"))
"""Seconds that a resource is in the making; on AWS it is rather some seconds."""


class Kind(NamedTuple):
    """A kind of resource: in ARNs, in words, and the member with its id."""

    kind: str
    words: str
    member: str

    def id(self, call: Call) -> str:
        return str(call.said[self.member])

    def get(self, call: Call) -> dict[str, Any]:
        """The facts of the resource that the call names.

        Raises:
            Refused: there is no such one.

        """
        found = call.store.get(self.kind, self.id(call))
        if found is None:
            raise Refused("ResourceNotFoundException", f"{self.words} {self.id(call)} is not found")
        return found

    def check_new(self, call: Call) -> None:
        """Refuse an id that is taken."""
        if call.store.get(self.kind, self.id(call)) is not None:
            raise Refused("ResourceExistsException", f"{self.words} {self.id(call)} already exists")

    def known(self, call: Call, arn: str) -> dict[str, Any] | None:
        """The resource of this account and Region that an ARN names; None if there is none."""
        stem, _, name = arn.partition("/")
        return call.store.get(self.kind, name) if call.arn(self.kind, name) == f"{stem}/{name}" else None

    def named(self, call: Call) -> dict[str, str]:
        """ARN and id, with which most answers begin."""
        return {"Arn": call.arn(self.kind, self.id(call)), self.member: self.id(call)}


DATA_SOURCE = Kind("datasource", "Data source", "DataSourceId")
DATA_SET = Kind("dataset", "Data set", "DataSetId")
ANALYSIS = Kind("analysis", "Analysis", "AnalysisId")
DASHBOARD = Kind("dashboard", "Dashboard", "DashboardId")


def state(facts: Mapping[str, Any]) -> str:
    """Where a resource is in its life: it is made, or changed, for a moment before it is what it will be."""
    final = str(facts["Status"])
    busy = time.time() < facts["LastUpdatedTime"] + CREATING and final != "DELETED"
    return f"{final.partition('_')[0]}_IN_PROGRESS" if busy else final


def shown(facts: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Those of the facts that an answer shows: the state of this moment, and faults once they are known."""
    hidden = set() if "Status" in facts and state(facts).endswith("_FAILED") else {"Errors", "ErrorInfo"}
    found = {name: facts[name] for name in names if facts.get(name) is not None and name not in hidden}
    return found | ({"Status": state(facts)} if "Status" in names else {})


def describing_permissions(kind: Kind) -> Operation:
    """Answers who may do what with a resource."""

    async def describe(call: Call) -> dict[str, Any]:
        return _named(kind, call) | {"Permissions": kind.get(call).get("Permissions") or []}

    return describe


def changing_permissions(kind: Kind) -> Operation:
    """Grants and revokes, a principal's actions one by one."""

    async def update(call: Call) -> dict[str, Any]:
        facts = kind.get(call)
        rights = {one["Principal"]: set(one["Actions"]) for one in facts.get("Permissions") or []}
        for one in call.said.get("GrantPermissions") or []:
            rights.setdefault(one["Principal"], set()).update(one["Actions"])
        for one in call.said.get("RevokePermissions") or []:
            rights.get(one["Principal"], set()).difference_update(one["Actions"])
        kept = [{"Principal": who, "Actions": sorted(what)} for who, what in rights.items() if what]
        call.store.put(kind.kind, kind.id(call), {**facts, "Permissions": kept})
        return _named(kind, call) | ({"Permissions": kept} if kind in {ANALYSIS, DASHBOARD} else {})

    return update


def _named(kind: Kind, call: Call) -> dict[str, Any]:
    """Here the ARN has the kind's name in front."""
    member = kind.member.removesuffix("Id") + "Arn"
    return {member: call.arn(kind.kind, kind.id(call)), kind.member: kind.id(call)}
