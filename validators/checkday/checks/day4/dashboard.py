"""Day 4, the dashboard: the learner's own chart, judged by its numbers, or one in QuickSight."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from checkday.checks.answers import Row, difference, same_rows
from checkday.checks.bi import (
    athena_sources,
    dataset_tables,
    is_subscribed,
    our_analyses,
    our_dashboards,
    our_datasets,
    our_sources,
    read_first,
    source_workgroup,
)
from checkday.lab import Event, Evidence, Lab, NotYet, Pending

if TYPE_CHECKING:
    from mypy_boto3_quicksight.type_defs import DataSetTypeDef

_TABLE = "processed_data"
_WORKING = {"CREATION_IN_PROGRESS", "UPDATE_IN_PROGRESS"}
_BROKEN = {"CREATION_FAILED", "UPDATE_FAILED"}
_WANTED = {"HeatMapVisual": "heat map", "TreeMapVisual": "tree map"}
_WAIT = 20


def bi_source(lab: Lab) -> Evidence:
    """QuickSight asks Athena through the learner's workgroup; or the learner drew the charts locally."""
    if _local_chart(lab):
        return lab.other_path(plays=lab.golden["joined"])
    _require_subscription(lab)
    ours = our_sources(lab)
    if not ours:
        others = athena_sources(lab)
        if others:
            actual = source_workgroup(others[0])
            raise NotYet("wrong_workgroup", actual=actual, wanted=lab.name("workgroup"))
        raise NotYet("missing", workgroup=lab.name("workgroup"))
    name, status = ours[0].get("Name", "-"), ours[0].get("Status", "-")
    if status in _WORKING:
        raise Pending("creating", _WAIT, name=name)
    if status in _BROKEN:
        raise NotYet("failed", name=name, reason=ours[0].get("ErrorInfo", {}).get("Message", "-"))
    return {"source": ours[0]["Arn"]}


def bi_dataset(lab: Lab) -> Evidence:
    """A data set holds the joined table of the learner's database; or the charts were drawn locally."""
    if _local_chart(lab):
        return lab.other_path(table=_TABLE)
    _require_subscription(lab)
    ours = our_datasets(lab)
    if not ours:
        raise NotYet("missing", table=_TABLE)
    right = [one for one in ours if _holds_our_table(lab, one)]
    if not right:
        wanted, actual = f"{lab.name('database')}.{_TABLE}", ", ".join(dataset_tables(ours[0])) or "-"
        raise NotYet("other_table", name=ours[0].get("Name", "-"), actual=actual, wanted=wanted)
    return {"dataset": right[0]["Arn"], "mode": right[0].get("ImportMode", "-")}


def bi_dashboard(lab: Lab) -> Evidence:
    """A published dashboard shows a heat map and a tree map of that data set; or both were drawn locally."""
    if chart := _local_chart(lab):
        return lab.other_path(cells=len(chart["heat_map"]), artists=len(chart["tree_map"]))
    _require_subscription(lab)
    datasets = [one["Arn"] for one in our_datasets(lab)]
    found = our_dashboards(lab, datasets)
    if not found:
        if drafts := our_analyses(lab, datasets):
            raise NotYet("not_published", name=drafts[0].get("Name", "-"))
        raise NotYet("missing", table=_TABLE)
    if any(one.status in _WORKING for one in found):
        raise Pending("creating", _WAIT, name=found[0].name)
    best = min(found, key=lambda one: len(_WANTED.keys() - one.visuals))
    if best.status in _BROKEN:
        raise NotYet("failed", name=best.name, reason=best.status)
    if lacking := [word for kind, word in _WANTED.items() if kind not in best.visuals]:
        raise NotYet("missing_visuals", name=best.name, visuals=", ".join(lacking))
    if not best.published:
        raise NotYet("not_published", name=best.name)
    return {"dashboard": best.arn}


def bi_source_trace(lab: Lab) -> Evidence | None:
    """A data source that asks Athena through the learner's workgroup was made."""
    made = _made(lab, "CreateDataSource", _asks_us, "dataSourceParameters")
    if made is None:
        return None
    return {"source": _id(made, "dataSourceId"), "event": made.id, "at": made.time}


def bi_dataset_trace(lab: Lab) -> Evidence | None:
    """A data set of the pages' name, or of the learner's database, was made."""
    made = _made(lab, "CreateDataSet", _holds_us, "physicalTableMap")
    if made is None:
        return None
    mode = str(made.parameter("importMode") or "-")
    return {"dataset": _id(made, "dataSetId"), "mode": mode, "event": made.id, "at": made.time}


def bi_dashboard_trace(lab: Lab) -> Evidence | None:
    """A dashboard of the pages' name was made; which charts it shows is not told."""
    own = lab.name("bi_dashboard")
    made = _made(
        lab, "CreateDashboard", lambda _, event: own in {_id(event, "dashboardId"), event.parameter("name")}
    )
    if made is None:
        return None
    return {"dashboard": own, "event": made.id, "at": made.time}


def _made(lab: Lab, name: str, fits: Callable[[Lab, Event], bool], says: str = "") -> Event | None:
    """The first such event that is the learner's: an employer's QuickSight has many of other people.

    Raises:
        Blocked: `trail_unclear`, where one of them may be, because it lacks the parameter `says`.

    """
    events = lab.history.events("quicksight", name)
    found = next((one for one in events if fits(lab, one)), None)
    if found is None and says and not all(one.parameter(says) for one in events):
        raise lab.hidden("trail_unclear", region=lab.region, event=name)
    return found


def _asks_us(lab: Lab, event: Event) -> bool:
    workgroup = event.parameter("dataSourceParameters.athenaParameters.workGroup")
    return workgroup == lab.name("workgroup") or _id(event, "dataSourceId") == lab.name("bi_source")


def _holds_us(lab: Lab, event: Event) -> bool:
    parts = event.parameter("physicalTableMap") or {}
    tables = {_table(one) for one in parts.values() if isinstance(one, dict)}
    return (lab.name("database"), _TABLE) in tables or _id(event, "dataSetId") == lab.name("bi_dataset")


def _table(part: Mapping[str, Any]) -> tuple[str, str]:
    """Database and table that one part of a data set reads, as its event tells them."""
    given = part.get("relationalTable")
    if isinstance(given, dict):
        return str(given.get("schema")), str(given.get("name"))
    return read_first(str((part.get("customSql") or {}).get("sqlQuery", "")))


def _id(event: Event, key: str) -> str:
    return str(event.parameter(key) or "-")


def _require_subscription(lab: Lab) -> None:
    if not is_subscribed(lab):
        lab.require_submitted()  # where no chart can be seen, nobody knows that there is none
        raise NotYet("not_subscribed")


def _local_chart(lab: Lab) -> Mapping[str, Any] | None:
    """The learner's own chart of this account, if its numbers are right; None if there is none."""
    chart = lab.chart() if lab.submitted else None
    if chart is None or chart.get("account") != lab.account:
        return None
    golden = lab.golden
    heat_map = [(device, name, plays) for device, name, _, plays in golden["device_tracks"]]
    drawn = (("heat_map", heat_map), ("tree_map", list(golden["artists"].items())))
    for kind, wanted in drawn:
        rows = _chart_rows(chart.get(kind))
        if not same_rows(rows, wanted):
            lacking, instead = difference(rows, wanted)
            raise NotYet("wrong_chart", chart=kind, wanted=lacking, actual=instead)
    return chart


def _chart_rows(value: object) -> list[Row]:
    """The rows of what a file says is a chart: anything else than a list of rows is none."""
    rows = value if isinstance(value, list) else []
    return [row for row in rows if isinstance(row, list) and row]


def _holds_our_table(lab: Lab, dataset: DataSetTypeDef) -> bool:
    wanted = {f"{lab.name('database')}.{_TABLE}", f"-.{_TABLE}"}
    return not wanted.isdisjoint(dataset_tables(dataset))
