"""Day 2, the crawler: it may read, it reads the right place, and it has."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from checkday.checks.lake import raw_objects
from checkday.checks.roles import assumable_role
from checkday.checks.traces import CRAWLER, role_events, shown
from checkday.lab import Event, Evidence, Lab, NotYet, Pending

if TYPE_CHECKING:
    from mypy_boto3_glue.type_defs import CrawlerTypeDef

_DENIED = re.compile(r"access ?denied|not authorized|forbidden|403", re.IGNORECASE)


def crawler_role(lab: Lab) -> Evidence:
    """Glue may take on the crawler's role, and the role is not provably without any right."""
    found = _crawler(lab)
    name = found["Role"].rpartition("/")[2] if found else lab.name("glue_role")
    return assumable_role(lab, name, "glue.amazonaws.com")


def database(lab: Lab) -> Evidence:
    """The learner's database exists in the Data Catalog."""
    name = lab.name("database")
    if lab.find(lab.aws.glue.get_database, Name=name) is None:
        raise NotYet("missing", name=name)
    return {"database": name}


def crawler(lab: Lab) -> Evidence:
    """The crawler reads s3://<bucket>/data/ and writes into the learner's database."""
    found = _crawler(lab)
    if found is None:
        raise _missing_crawler(lab, lab.name("crawler"))
    wanted = f"s3://{lab.name('bucket')}/data/"
    targets = [one.get("Path", "") for one in found.get("Targets", {}).get("S3Targets", [])]
    if [target.rstrip("/") + "/" for target in targets] != [wanted]:
        raise NotYet("wrong_path", actual=", ".join(targets) or "-", wanted=wanted)
    if found.get("DatabaseName") != lab.name("database"):
        raise NotYet("wrong_database", actual=found.get("DatabaseName", "-"), wanted=lab.name("database"))
    if prefix := found.get("TablePrefix"):
        raise NotYet("table_prefix", actual=prefix)
    return {"crawler": found["Name"], "path": wanted}


def crawl(lab: Lab) -> Evidence:
    """The crawler's last run succeeded, and started after the newest record had arrived."""
    found = _crawler(lab)
    name = lab.name("crawler")
    if found is None:
        raise NotYet("missing", name=name)
    if found["State"] != "READY":
        raise Pending("running", 30, name=name)
    last = found.get("LastCrawl", {})
    if not last.get("Status"):
        raise NotYet("never_ran", name=name)
    if last["Status"] == "CANCELLED":
        raise NotYet("cancelled", name=name)
    if last["Status"] != "SUCCEEDED":
        reason = last.get("ErrorMessage", "-")
        if _DENIED.search(reason[:1024]):
            raise NotYet("denied", name=name, reason=reason)
        raise NotYet("failed", name=name, reason=reason)
    started = last["StartTime"]
    newest = max((one["LastModified"] for one in raw_objects(lab)), default=started)
    if newest > started:
        raise NotYet("stale", name=name, newest=_clock(newest), started=_clock(started))
    return {"crawler": name, "started": _clock(started)}


def crawler_role_trace(lab: Lab) -> Evidence | None:
    """Glue made a crawler with the role: it refuses a role that it cannot take on."""
    events = _life(lab) or role_events(lab, "glue_role")
    made = shown(lab, events, lambda event: bool(event.parameter("role")))
    if made is None:
        return None
    name = str(made.parameter("role"))
    role = name if name.startswith("arn:") else f"arn:aws:iam::{lab.account}:role/{name}"
    return {"role": role, "event": made.id, "at": made.time}


def database_trace(lab: Lab) -> Evidence | None:
    """Somebody in this account made a catalog database of this name."""
    name = lab.name("database")
    events = lab.history.events("glue", "CreateDatabase", {"databaseInput.name": name})
    ends = () if events else lab.history.events("glue", "DeleteDatabase", {"name": name})
    made = shown(lab, [*events, *ends], lambda event: event.name == "CreateDatabase")
    if made is None:
        return None
    return {"database": name, "event": made.id, "at": made.time}


def crawler_trace(lab: Lab) -> Evidence | None:
    """The crawler was made for s3://<bucket>/data/ and the learner's database."""
    path, database = f"s3://{lab.name('bucket')}/data/", lab.name("database")
    made = shown(lab, _life(lab), lambda event: _was_as_agreed(event, path, database))
    if made is None:
        return None
    return {"crawler": lab.name("crawler"), "path": path, "event": made.id, "at": made.time}


def crawl_trace(lab: Lab) -> Evidence | None:
    """The crawler was started, and a crawler then made a table in the learner's database."""
    name = lab.name("crawler")
    started = lab.history.first("glue", "StartCrawler", {"name": name})
    if started is None:
        return None
    tables = lab.history.events("glue", "CreateTable", {"databaseName": lab.name("database")})
    by_crawler = [one for one in tables if one.principal.endswith(CRAWLER)]
    made = shown(lab, [started, *by_crawler], lambda event: event.name == "CreateTable")
    if made is None:
        return None
    return {"crawler": name, "started": started.time, "event": made.id, "at": started.time}


def _life(lab: Lab) -> list[Event]:
    """The crawler's making, and its end: of what is older than the history only that is told."""
    where = {"name": lab.name("crawler")}
    return lab.history.events("glue", "CreateCrawler", where) or lab.history.events(
        "glue", "DeleteCrawler", where
    )


def _was_as_agreed(event: Event, path: str, database: str) -> bool:
    targets = [str(one.get("path", "")) for one in event.parameter("targets.s3Targets") or ()]
    there = [target.rstrip("/") + "/" for target in targets] == [path]
    return there and event.parameter("databaseName") == database and not event.parameter("tablePrefix")


def _crawler(lab: Lab) -> CrawlerTypeDef | None:
    found = lab.find(lab.aws.glue.get_crawler, Name=lab.name("crawler"))
    return found["Crawler"] if found else None


def _missing_crawler(lab: Lab, wanted: str) -> NotYet:
    for other in lab.aws.glue.list_crawlers()["CrawlerNames"]:
        if other.startswith(f"{lab.prefix}-"):
            # It says nothing of a crawler that was deleted.
            other_name = NotYet("wrong_name", actual=other, wanted=wanted)
            return NotYet("missing", name=wanted) if _life(lab) else other_name
    region = lab.region_with(lambda aws: aws.glue.get_crawler, Name=wanted)
    if region is not None and not _life(lab):
        return NotYet("wrong_region", name=wanted, actual=region, wanted=lab.region)
    return NotYet("missing", name=wanted)


def _clock(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S %Z").strip()
