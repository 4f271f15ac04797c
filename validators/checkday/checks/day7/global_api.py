"""Day 7, the API: one in each Region, and callers that go on when one of them fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkday.checks.functions import function_made, named_in, ready_function
from checkday.checks.global_items import check_writer, item_in, text
from checkday.checks.items import Item
from checkday.checks.metrics import is_recent, summed
from checkday.checks.traces import shown
from checkday.lab import Event, Evidence, Lab, NotYet, Pending

if TYPE_CHECKING:
    from mypy_boto3_apigatewayv2.type_defs import ApiTypeDef

_WAIT, _SOON = 60, 5
_LAMBDA = "AWS/Lambda"
_READS = "GET "


def api_primary(lab: Lab) -> Evidence:
    """The first Region's API reads and writes the table of its own Region, and lets not everybody write."""
    return _api(lab, lab.region)


def api_primary_trace(lab: Lab) -> Evidence | None:
    """The first Region had the function, and it was called."""
    return _called(lab, lab.region)


def api_replica(lab: Lab) -> Evidence:
    """The same of the second Region."""
    return _api(lab, lab.replica_region)


def api_replica_trace(lab: Lab) -> Evidence | None:
    """The second Region had the function, and it was called."""
    return _called(lab, lab.replica_region)


def failover(lab: Lab) -> Evidence:
    """The first Region's function was throttled, the second took a write meanwhile, and both are back."""
    name = ready_function(lab, "api", lab.region).get("FunctionName", "-")
    if _reserved(lab) == 0:
        raise NotYet("still_throttled", function=name, region=lab.region)
    key: Item = {"PK": {"S": "failover"}, "SK": {"S": lab.learner}}
    written = item_in(lab, lab.replica_region, key)
    if written is None:
        raise NotYet("no_write", region=lab.replica_region, key=f"failover / {lab.learner}")
    check_writer(lab, written, lab.replica_region)
    if item_in(lab, lab.region, key) is None:
        raise Pending("replicating", _SOON, table=lab.name("global"), key=f"failover / {lab.learner}")
    throttled = summed(lab, lab.region, _LAMBDA, "Throttles", FunctionName=name).total
    if throttled:
        return {"function": name, "throttled": int(throttled)}
    if is_recent(lab, text(written, "at")):
        raise Pending("metrics_late", _WAIT, name=name)
    if _permission_taken(lab):
        return lab.other_path(function=name, throttled=0)
    raise NotYet("not_throttled", function=name, region=lab.region)


def failover_trace(lab: Lab) -> Evidence | None:
    """The function was throttled to nothing, or its permission taken, and later released."""
    name = lab.name("api")
    throttled = [
        one
        for one in _events(lab, "PutFunctionConcurrency")
        if one.parameter("reservedConcurrentExecutions") == 0
    ]
    begun = [*throttled, *_events(lab, "RemovePermission")]
    ended = [*_events(lab, "DeleteFunctionConcurrency"), *_events(lab, "AddPermission")]
    made = shown(lab, begun, lambda one: any(later.time >= one.time for later in ended))
    if made is None:
        return None
    return {"function": name, "throttled": len(throttled), "event": made.id, "at": made.time}


def _api(lab: Lab, region: str) -> Evidence:
    function = ready_function(lab, "api", region)
    api = _found_api(lab, region)
    _check_integration(lab, region, api, function.get("FunctionArn", "-"))
    _check_routes(lab, region, api)
    found = item_in(lab, region, {"PK": {"S": "api"}, "SK": {"S": region}})
    if found is None:
        raise NotYet("not_called", region=region, key=f"api / {region}", url=api.get("ApiEndpoint", "-"))
    check_writer(lab, found, region)
    if (into := text(found, "into")) != region:
        raise NotYet("wrong_table_region", region=region, actual=into)
    return {"function": lab.name("api"), "region": region}


def _found_api(lab: Lab, region: str) -> ApiTypeDef:
    apis = lab.at(region).apigatewayv2.get_apis()["Items"]
    ours = [one for one in apis if one.get("Name") == lab.name("api")]
    if not ours:
        raise NotYet("no_api", name=lab.name("api"), region=region)
    return ours[0]


def _check_integration(lab: Lab, region: str, api: ApiTypeDef, wanted: str) -> None:
    integrations = lab.at(region).apigatewayv2.get_integrations(ApiId=api.get("ApiId", "-"))["Items"]
    targets = [one.get("IntegrationUri", "-") for one in integrations]
    # The console writes the address of a call, which holds the function's ARN.
    if not any(wanted in one and named_in(wanted) in one for one in targets):
        actual = ", ".join(targets) or "-"
        raise NotYet("wrong_function", name=lab.name("api"), region=region, actual=actual, wanted=wanted)


def _check_routes(lab: Lab, region: str, api: ApiTypeDef) -> None:
    """Whoever is not asked who they are may at most read."""
    routes = lab.at(region).apigatewayv2.get_routes(ApiId=api.get("ApiId", "-"))["Items"]
    for one in routes:
        route = one.get("RouteKey", "-")
        if one.get("AuthorizationType", "NONE") == "NONE" and not route.startswith(_READS):
            raise NotYet("open_writes", name=lab.name("api"), region=region, route=route)


def _called(lab: Lab, region: str) -> Evidence | None:
    made = function_made(lab, "api", region)
    calls = summed(lab, region, _LAMBDA, "Invocations", FunctionName=lab.name("api")).total
    event = shown(lab, [made] if made else [], lambda _: calls > 0)
    if event is None:
        return None
    return {"function": lab.name("api"), "region": region, "event": event.id, "at": event.time}


def _reserved(lab: Lab) -> int | None:
    found = lab.find(lab.aws.lambda_.get_function_concurrency, FunctionName=lab.name("api"))
    return found.get("ReservedConcurrentExecutions") if found else None


def _permission_taken(lab: Lab) -> bool:
    """Where the account's quota lets nobody throttle, the API may lose its permission instead."""
    return bool(_events(lab, "RemovePermission"))


def _events(lab: Lab, name: str) -> list[Event]:
    """The calls of this name about the first Region's function, by its name or its ARN."""
    found = lab.history.events("lambda", name)
    return [one for one in found if _is_about(one, lab.name("api"))]


def _is_about(event: Event, function: str) -> bool:
    told = str(event.parameter("functionName") or "")
    return told == function or named_in(told) == function
