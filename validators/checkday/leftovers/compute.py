"""What reckons: Glue's crawlers, jobs, sessions and database, Athena's workgroup."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from checkday import names
from checkday.leftovers import shell
from checkday.leftovers.items import Found, Place
from checkday.leftovers.lookup import lookup
from checkday.leftovers.owner import mine
from checkday.prices import cost

if TYPE_CHECKING:
    from mypy_boto3_glue.type_defs import CrawlerTypeDef, SessionTypeDef

_ALIVE = {"PROVISIONING", "READY"}
_DPU = {"G.025X": 0.25, "G.2X": 2.0, "G.4X": 4.0, "G.8X": 8.0, "Z.2X": 2.0}
"""Of one worker; one of any other type is 1."""
_DEFAULT_DPU = 5.0
_DEFAULT_MINUTES = 2880
"""What Glue takes when nobody says otherwise: two days."""

_CRAWL_DPU_HOURS = 2 * 10 / 60
"""The least that a crawl is billed for: two DPU for ten minutes."""
_DAYS, _WEEKS = 30.4, 4.35
"""In a month."""


def sessions(place: Place) -> Iterator[Found]:
    """Interactive sessions that are alive; a stopped one is only a line in a list."""
    for one in place.aws.glue.list_sessions()["Sessions"]:
        # A notebook names its sessions itself; the role it was given is the learner's.
        named = one["Id"], one.get("Role", "").rpartition("/")[2]
        if one.get("Status") in _ALIVE and any(mine(place.learner, name) for name in named):
            yield _session(place, one)


def crawlers(place: Place) -> Iterator[Found]:
    """Crawlers: one that only runs by hand is free."""
    for one in described_crawlers(place, place.region):
        name, runs = one["Name"], _runs_a_month(one)
        yield Found(
            name,
            place.arn("glue", f"crawler/{name}"),
            "scheduled" if runs else "free",
            {"runs": round(runs)},
            cost(place.region, glue_dpu_hour=runs * _CRAWL_DPU_HOURS),
            first=()
            if one.get("State") == "READY"
            else shell.fill(_STOP_CRAWLER, name=name, region=place.region),
        )


def described_crawlers(place: Place, region: str) -> Iterator[CrawlerTypeDef]:
    """The learner's crawlers in one Region."""
    aws = place.at(region)
    for name in aws.glue.list_crawlers()["CrawlerNames"]:
        if mine(place.learner, name) and (found := lookup(aws.glue.get_crawler, Name=name)):
            yield found["Crawler"]


def jobs(place: Place) -> Iterator[Found]:
    """Jobs, by name only: their arguments are nobody's business here."""
    for name in place.aws.glue.list_jobs()["JobNames"]:
        if mine(place.learner, name):
            yield Found(name, place.arn("glue", f"job/{name}"))


def databases(place: Place) -> Iterator[Found]:
    """The catalog's database, with whatever tables it has."""
    name = names.database(place.learner)
    if lookup(place.aws.glue.get_database, Name=name):
        yield Found(name, place.arn("glue", f"database/{name}"))


def workgroups(place: Place) -> Iterator[Found]:
    """Athena's workgroup: its query history is a proof, so it goes last."""
    name = f"{names.prefix(place.learner)}-wg"
    if lookup(place.aws.athena.get_work_group, WorkGroup=name):
        yield Found(name, place.arn("athena", f"workgroup/{name}"))


def _session(place: Place, one: SessionTypeDef) -> Found:
    workers = one.get("NumberOfWorkers", 0) * _DPU.get(one.get("WorkerType", ""), 1.0)
    dpu = one.get("MaxCapacity") or workers or _DEFAULT_DPU
    hours = one.get("IdleTimeout", _DEFAULT_MINUTES) / 60
    return Found(
        one["Id"],
        place.arn("glue", f"session/{one['Id']}"),
        "session",
        {"dpu": f"{dpu:g}", "hours": f"{hours:g}"},
        cost(place.region, glue_dpu_hour=dpu * hours),
        urgent=True,
    )


def _runs_a_month(crawler: CrawlerTypeDef) -> float:
    schedule = crawler.get("Schedule", {})
    fields = schedule.get("ScheduleExpression", "").removeprefix("cron(").removesuffix(")").split()
    if schedule.get("State") != "SCHEDULED" or len(fields) < len(
        ("minute", "hour", "day", "month", "weekday")
    ):
        return 0.0
    minutes, hours, day, _, weekday = fields[:5]
    days = _times(day, _DAYS) if weekday in "*?" else _times(weekday, 7) * _WEEKS
    return _times(minutes, 60) * _times(hours, 24) * days


def _times(field: str, whole: float) -> float:
    """How often one field of a cron expression comes true within its range."""
    if "," in field:
        return sum(_times(part, whole) for part in field.split(","))
    start, slash, step = field.partition("/")
    if slash and step.isdigit() and int(step):
        return math.ceil((whole - (int(start) if start.isdigit() else 0)) / int(step))
    first, _, last = field.partition("-")
    if first.isdigit() and last.isdigit():
        return int(last) - int(first) + 1
    return whole if field in "*?" else 1


_STOP_CRAWLER = (
    "aws glue stop-crawler --name {name} --region {region}",
    (
        'for i in $(seq 40); do [ "$(aws glue get-crawler --name {name} --region {region}'
        ' --query Crawler.State --output text)" = READY ] && break; sleep 3; done'
    ),
)
