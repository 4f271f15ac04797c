"""Day 4, the workgroup: where answers go, and how much one question may read."""

from __future__ import annotations

from checkday.checks.traces import shown
from checkday.lab import Event, Evidence, Lab, NotYet


def workgroup(lab: Lab) -> Evidence:
    """The workgroup keeps its results outside data/, and limits what one query may scan."""
    name = lab.name("workgroup")
    found = lab.find(lab.aws.athena.get_work_group, WorkGroup=name)
    if found is None:
        raise NotYet("missing", name=name)
    if found["WorkGroup"].get("State") == "DISABLED":
        raise NotYet("disabled", name=name)
    settings = found["WorkGroup"].get("Configuration", {})
    results = settings.get("ResultConfiguration", {}).get("OutputLocation", "")
    managed = settings.get("ManagedQueryResultsConfiguration", {}).get("Enabled", False)
    if not results and not managed:
        raise NotYet("no_output_location", name=name)
    if f"{results}/".startswith(f"s3://{lab.name('bucket')}/data/"):
        raise NotYet("inside_data", name=name, actual=results)
    if not settings.get("BytesScannedCutoffPerQuery"):
        raise NotYet("no_cutoff", name=name)
    return {"results": results or "managed", "limit": settings["BytesScannedCutoffPerQuery"]}


def workgroup_trace(lab: Lab) -> Evidence | None:
    """The workgroup was made, or changed, with a place for results and a scan limit."""
    data = f"s3://{lab.name('bucket')}/data/"
    made = shown(lab, _settings_of(lab), lambda event: all(_settings(event)) and not _inside(event, data))
    if made is None:
        return None
    results, limit = _settings(made)
    return {"results": results, "limit": limit, "event": made.id, "at": made.time}


def _settings_of(lab: Lab) -> list[Event]:
    name = lab.name("workgroup")
    created = lab.history.events("athena", "CreateWorkGroup", {"name": name})
    # Of a workgroup that is older than the history only changes and its end are told.
    later = ("UpdateWorkGroup", "DeleteWorkGroup")
    return created + [
        one for call in later for one in lab.history.events("athena", call, {"workGroup": name})
    ]


def _inside(event: Event, data: str) -> bool:
    return f"{_settings(event)[0]}/".startswith(data)


def _settings(event: Event) -> tuple[str, int]:
    """Where results go, and how many bytes a query may scan; both empty where the call says nothing."""
    given = event.parameter("configuration") or event.parameter("configurationUpdates") or {}
    result = given.get("resultConfiguration") or given.get("resultConfigurationUpdates") or {}
    return str(result.get("outputLocation", "")), int(given.get("bytesScannedCutoffPerQuery") or 0)
