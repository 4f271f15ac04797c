"""Glue's crawlers: refused where AWS refuses them, really run, and described as AWS does."""

from __future__ import annotations

import json
import operator
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from checkday.sandbox.overlay.crawler.crawl import SERVICE
from checkday.sandbox.overlay.crawler.history import History
from checkday.sandbox.overlay.crawler.run import Crawls
from checkday.sandbox.overlay.lake import place
from checkday.sandbox.overlay.roles import arn_of, can_assume
from checkday.sandbox.overlay.wire import Answer, Emulator, Handler, Request, call, good, refusal

_DEFAULTS: Mapping[str, Any] = {
    "Classifiers": [],
    "RecrawlPolicy": {"RecrawlBehavior": "CRAWL_EVERYTHING"},
    "SchemaChangePolicy": {"UpdateBehavior": "UPDATE_IN_DATABASE", "DeleteBehavior": "DEPRECATE_IN_DATABASE"},
    "LineageConfiguration": {"CrawlerLineageSettings": "DISABLE"},
    "LakeFormationConfiguration": {"UseLakeFormationCredentials": False, "AccountId": ""},
}
_TARGETS = (
    "S3Targets",
    "JdbcTargets",
    "MongoDBTargets",
    "DynamoDBTargets",
    "CatalogTargets",
    "DeltaTargets",
    "IcebergTargets",
    "HudiTargets",
)
_PAGE = 100

_crawls: list[Crawls] = []


def resume(emulator: Emulator) -> None:
    _crawls[:] = [Crawls(emulator)]
    _crawls[0].resume()


async def stop_all(_emulator: Emulator) -> None:
    await _crawls[0].stop_all()


async def _create(request: Request, emulator: Emulator) -> Answer:
    sent = request.parameters
    fault = await _fault(request, sent, emulator)
    if fault is not None:
        return fault
    # With policies in force the emulator takes a role by its ARN only, and AWS by its name as well.
    named = {**sent, "Role": arn_of(sent["Role"], emulator.account)}
    answer = await emulator.ask(replace(request, body=json.dumps(named).encode()))
    if answer.good:
        emulator.crawlers()[sent["Name"]]["Role"] = sent["Role"]
    if answer.good and sent.get("Tags"):
        arn = f"arn:aws:glue:{emulator.region}:{emulator.account}:crawler/{sent['Name']}"
        await emulator.ask_as_service(call("glue", "TagResource", ResourceArn=arn, TagsToAdd=sent["Tags"]))
    return answer


async def _fault(request: Request, sent: Mapping[str, Any], emulator: Emulator) -> Answer | None:
    role = arn_of(str(sent.get("Role", "")), emulator.account)
    name = str(sent.get("Name", ""))
    denial = emulator.denial(request, "iam:PassRole", role, **{"iam:PassedToService": SERVICE})
    if denial is not None:
        return refusal("AccessDeniedException", denial)
    targets = (sent.get("Targets") or {}).get("S3Targets") or []
    if not any((sent.get("Targets") or {}).get(kind) for kind in _TARGETS):
        return refusal("InvalidInputException", "At least one crawl target is needed.")
    if any(place(str(target.get("Path", ""))) is None for target in targets):
        return refusal("InvalidInputException", "The path of an S3 target must begin with s3://.")
    if targets and not sent.get("DatabaseName"):
        return refusal("InvalidInputException", "Database name must be specified for S3 targets.")
    arn = f"arn:aws:glue:{emulator.region}:{emulator.account}:crawler/{name}"
    if not await can_assume(role, SERVICE, arn, emulator):
        message = f"Service is unable to assume provided role. Please verify role's TrustPolicy: {role}"
        return refusal("InvalidInputException", message)
    return None


async def _update(request: Request, emulator: Emulator) -> Answer:
    sent = request.parameters
    record = emulator.crawlers().get(sent.get("Name", ""))
    if record is None:
        return _unknown(sent.get("Name", ""))
    if record["State"] != "READY":
        return _running(record)
    fault = await _fault(request, {**record, **sent}, emulator)
    return fault or await emulator.ask(request)


async def _delete(request: Request, emulator: Emulator) -> Answer:
    name = request.parameters.get("Name", "")
    record = emulator.crawlers().get(name)
    if record is None:
        return _unknown(name)
    if record["State"] != "READY":
        return _running(record)
    History(emulator).forget(name)
    return await emulator.ask(request)


async def _start(request: Request, emulator: Emulator) -> Answer:
    name = request.parameters.get("Name", "")
    record = emulator.crawlers().get(name)
    if record is None:
        return _unknown(name)
    if record["State"] != "READY":
        return _running(record)
    _crawls[0].start(name)
    return good({})


async def _stop(request: Request, emulator: Emulator) -> Answer:
    name = request.parameters.get("Name", "")
    record = emulator.crawlers().get(name)
    if record is None:
        return _unknown(name)
    if record["State"] == "READY":
        return refusal("CrawlerNotRunningException", f"Crawler with name {name} isn't running")
    if record["State"] == "STOPPING":
        return refusal("CrawlerStoppingException", f"Crawler with name {name} is stopping")
    _crawls[0].stop(name)
    return good({})


async def _get(request: Request, emulator: Emulator) -> Answer:
    name = request.parameters.get("Name", "")
    record = emulator.crawlers().get(name)
    return _unknown(name) if record is None else good({"Crawler": _described(record)})


async def _get_several(request: Request, emulator: Emulator) -> Answer:
    records = [record for _, record in sorted(emulator.crawlers().items())]
    page, rest = _page(records, request.parameters)
    return good({"Crawlers": [_described(record) for record in page], **rest})


async def _get_named(request: Request, emulator: Emulator) -> Answer:
    names, known = request.parameters.get("CrawlerNames") or [], emulator.crawlers()
    found = [_described(known[name]) for name in names if name in known]
    return good({"Crawlers": found, "CrawlersNotFound": [name for name in names if name not in known]})


async def _list(request: Request, emulator: Emulator) -> Answer:
    wanted = request.parameters.get("Tags") or {}
    names = [
        name
        for name in sorted(emulator.crawlers())
        if wanted.items() <= (await _tags(name, emulator)).items()
    ]
    page, rest = _page(names, request.parameters)
    return good({"CrawlerNames": page, **rest})


async def _tags(name: str, emulator: Emulator) -> Mapping[str, str]:
    arn = f"arn:aws:glue:{emulator.region}:{emulator.account}:crawler/{name}"
    answer = await emulator.ask_as_service(call("glue", "GetTags", ResourceArn=arn))
    tags: Mapping[str, str] = answer.values.get("Tags", {}) if answer.good else {}
    return tags


async def _list_crawls(request: Request, emulator: Emulator) -> Answer:
    name = request.parameters.get("CrawlerName", "")
    if name not in emulator.crawlers():
        return _unknown(name)
    current = _crawls[0].current(name)
    crawls = [current] if current else []
    crawls += [_without(crawl, "tables") for crawl in History(emulator).of(name)]
    filters = request.parameters.get("Filters") or []
    kept = [crawl for crawl in crawls if all(_passes(crawl, each) for each in filters)]
    page, rest = _page(kept, request.parameters, 20)
    return good({"Crawls": page, **rest})


_FIELDS = {
    "CRAWL_ID": "CrawlId",
    "STATE": "State",
    "START_TIME": "StartTime",
    "END_TIME": "EndTime",
    "DPU_HOUR": "DPUHour",
}

_COMPARISONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "EQ": operator.eq,
    "NE": operator.ne,
    "GT": operator.gt,
    "GE": operator.ge,
    "LT": operator.lt,
    "LE": operator.le,
}


def _passes(crawl: Mapping[str, Any], condition: Mapping[str, Any]) -> bool:
    """Times are filtered in milliseconds since 1970."""
    name = condition.get("FieldName", "")
    value, limit = crawl.get(_FIELDS.get(name, "")), condition.get("FieldValue", "")
    if value is None:
        return False
    if not isinstance(value, str):
        value, limit = float(value) * (1000 if name.endswith("TIME") else 1), float(limit)
    compare = _COMPARISONS.get(condition.get("FilterOperator", ""))
    return compare is not None and bool(compare(value, limit))


async def _metrics(request: Request, emulator: Emulator) -> Answer:
    known = emulator.crawlers()
    names = request.parameters.get("CrawlerNameList") or sorted(known)
    page, rest = _page([name for name in names if name in known], request.parameters)
    return good({"CrawlerMetricsList": [_measured(name, emulator) for name in page], **rest})


def _measured(name: str, emulator: Emulator) -> Mapping[str, Any]:
    past = History(emulator).of(name)
    runtimes = [crawl["EndTime"] - crawl["StartTime"] for crawl in past]
    created, updated, deleted = past[0]["tables"] if past else (0, 0, 0)
    return {
        "CrawlerName": name,
        "TimeLeftSeconds": 0.0,
        "StillEstimating": _crawls[0].current(name) is not None,
        "LastRuntimeSeconds": runtimes[0] if runtimes else 0.0,
        "MedianRuntimeSeconds": statistics.median(runtimes) if runtimes else 0.0,
        "TablesCreated": created,
        "TablesUpdated": updated,
        "TablesDeleted": deleted,
    }


def _described(record: Mapping[str, Any]) -> Mapping[str, Any]:
    found = {name: value for name, value in record.items() if value not in (None, "", {}, [])}
    targets = {kind: [] for kind in _TARGETS} | (record.get("Targets") or {})
    targets["S3Targets"] = [{"Exclusions": [], **target} for target in targets["S3Targets"]]
    current = _crawls[0].current(record["Name"])
    if current is not None:
        found["CrawlElapsedTime"] = int((time.time() - current["StartTime"]) * 1000)
    if "Schedule" in found:
        found["Schedule"] = {"State": "SCHEDULED", **found["Schedule"]}
    return {**_DEFAULTS, **found, "Targets": targets}


def _page(
    items: Sequence[Any], sent: Mapping[str, Any], default: int = _PAGE
) -> tuple[list[Any], dict[str, str]]:
    token = str(sent.get("NextToken") or "0")
    start = int(token) if token.isdecimal() else 0
    end = start + int(sent.get("MaxResults") or default)
    return list(items[start:end]), {"NextToken": str(end)} if end < len(items) else {}


def _without(values: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key != name}


def _unknown(name: str) -> Answer:
    return refusal("EntityNotFoundException", f"Crawler entry with name {name} does not exist")


def _running(record: Mapping[str, Any]) -> Answer:
    return refusal("CrawlerRunningException", f"Crawler with name {record['Name']} has already started")


HANDLERS: Mapping[str, Handler] = {
    "CreateCrawler": _create,
    "UpdateCrawler": _update,
    "DeleteCrawler": _delete,
    "StartCrawler": _start,
    "StopCrawler": _stop,
    "GetCrawler": _get,
    "GetCrawlers": _get_several,
    "BatchGetCrawlers": _get_named,
    "ListCrawlers": _list,
    "ListCrawls": _list_crawls,
    "GetCrawlerMetrics": _metrics,
}
