"""Day 3, the session: it may run, it ran thriftily, and it has stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkday.checks.queries import made_by_query, require_history
from checkday.checks.roles import assumable_role
from checkday.checks.traces import CRAWLER, role_events, shown
from checkday.lab import Event, Evidence, Lab, NotYet, Pending

if TYPE_CHECKING:
    from mypy_boto3_glue.type_defs import JobTypeDef, SessionTypeDef

_MOST_MINUTES, _MOST_WORKERS = 60, 5
_DEFAULT_MINUTES, _DEFAULT_WORKERS = 2880, 5
"""What AWS takes where nothing is said: botocore's model of CreateSession; the Glue guide."""

_USD_PER_WORKER_HOUR = 0.44
_ALIVE = {"PROVISIONING", "READY"}


def session_role(lab: Lab) -> Evidence:
    """Glue may take on the session's role, and the role is not provably without any right."""
    started = _session(lab) or _notebook(lab)
    role = started["Role"] if started else lab.name("session_role")
    return assumable_role(lab, role.rpartition("/")[2], "glue.amazonaws.com")


def session(lab: Lab) -> Evidence:
    """A Glue interactive session was started, or a notebook that starts one; or a query did its work."""
    found = _session(lab)
    if found is None:
        job = _notebook(lab)
        if job is None:
            return _without_session(lab)
        return {"session": job["Name"]}
    if found["Status"] == "PROVISIONING":
        raise Pending("starting", 20, name=found["Id"])
    if found["Status"] == "FAILED":
        raise NotYet(
            "failed", name=found["Id"], status=found["Status"], reason=found.get("ErrorMessage", "-")
        )
    return {"session": found["Id"]}


def session_thrifty(lab: Lab) -> Evidence:
    """The session ends by itself soon, and is small."""
    found = _existing_session(lab)
    minutes = found.get("IdleTimeout") or _DEFAULT_MINUTES
    workers = found.get("NumberOfWorkers") or _DEFAULT_WORKERS
    if minutes > _MOST_MINUTES or workers > _MOST_WORKERS:
        usd = round(workers * _USD_PER_WORKER_HOUR * minutes / 60, 2)
        raise NotYet("expensive", name=found["Id"], minutes=minutes, workers=workers, usd=f"{usd:.2f}")
    return {"idle_timeout": minutes, "workers": workers}


def session_stopped(lab: Lab) -> Evidence:
    """No session of the learner is alive any more."""
    found = _existing_session(lab)
    if found["Status"] in _ALIVE:
        usd = (found.get("NumberOfWorkers") or _DEFAULT_WORKERS) * _USD_PER_WORKER_HOUR
        raise NotYet("still_running", name=found["Id"], status=found["Status"], usd=f"{usd:.2f}")
    return {"status": found["Status"]}


def session_role_trace(lab: Lab) -> Evidence | None:
    """Glue started a session with the role: it refuses a role that it cannot take on."""
    events = _starts(lab) or role_events(lab, "session_role")
    made = shown(lab, events, lambda event: bool(event.parameter("role")))
    if made is None:
        return None
    return {"role": made.parameter("role"), "event": made.id, "at": made.time}


def session_trace(lab: Lab) -> Evidence | None:
    """Glue started a session of the learner."""
    made = next(iter(_starts(lab)), None)
    if made is None:
        # A query may have done its work: that only the workgroup's history could show.
        if _was_written_by_query(lab):
            require_history(lab)
        return None
    return {"session": made.parameter("id") or made.parameter("name"), "event": made.id, "at": made.time}


def session_thrifty_trace(lab: Lab) -> Evidence | None:
    """The session was started small, and to end by itself soon."""
    made = shown(lab, _starts(lab), _was_thrifty)
    if made is None:
        return None
    minutes, workers = made.parameter("idleTimeout"), made.parameter("numberOfWorkers")
    return {"idle_timeout": minutes, "workers": workers, "event": made.id, "at": made.time}


def session_stopped_trace(lab: Lab) -> Evidence | None:
    """Every session that was started was stopped or deleted."""
    started = [event.parameter("id") for event in _starts(lab) if event.name == "CreateSession"]
    ends = [*lab.history.events("glue", "StopSession"), *lab.history.events("glue", "DeleteSession")]
    ended = [event for event in ends if event.parameter("id") in started]
    if not started:
        return None
    if {event.parameter("id") for event in ended} != set(started):
        raise lab.proof_gone()
    last = max(ended, key=lambda event: event.time)
    return {"status": "STOPPED", "event": last.id, "at": last.time}


def _was_written_by_query(lab: Lab) -> bool:
    where = {"databaseName": lab.name("database"), "tableInput.name": "processed_data"}
    return any(
        not one.principal.endswith(CRAWLER) for one in lab.history.events("glue", "CreateTable", where)
    )


def _starts(lab: Lab) -> list[Event]:
    """Sessions of the pages' name or role, then notebooks: what a notebook starts is named by Glue."""
    sessions = lab.history.events("glue", "CreateSession")
    mine = [one for one in sessions if _is_mine(lab, one)]
    return mine + lab.history.events("glue", "CreateJob", {"name": lab.name("notebook")})


def _is_mine(lab: Lab, event: Event) -> bool:
    role = str(event.parameter("role")).rpartition("/")[2]
    return event.parameter("id") == lab.name("session") or role == lab.name("session_role")


def _was_thrifty(event: Event) -> bool:
    minutes, workers = event.parameter("idleTimeout"), event.parameter("numberOfWorkers")
    sized = isinstance(minutes, int) and isinstance(workers, int)
    return sized and minutes <= _MOST_MINUTES and workers <= _MOST_WORKERS


def _session(lab: Lab) -> SessionTypeDef | None:
    """The session of the pages' name, else the newest that a notebook of ours started."""
    own = lab.find(lab.aws.glue.get_session, Id=lab.name("session"))
    if own is not None:
        return own["Session"]
    job = _notebook(lab)
    if job is None:
        return None
    role = job["Role"].rpartition("/")[2]
    started = [one for one in lab.aws.glue.list_sessions()["Sessions"] if one["Role"].endswith(role)]
    return max(started, key=lambda one: str(one["CreatedOn"]), default=None)


def _existing_session(lab: Lab) -> SessionTypeDef:
    found = _session(lab)
    if found is None:
        raise NotYet("missing", name=lab.name("session"))
    return found


def _notebook(lab: Lab) -> JobTypeDef | None:
    found = lab.find(lab.aws.glue.get_job, JobName=lab.name("notebook"))
    return found["Job"] if found and found["Job"].get("JobMode") == "NOTEBOOK" else None


def _without_session(lab: Lab) -> Evidence:
    query = made_by_query(lab, "processed_data")
    if query is None:
        raise NotYet("missing", name=lab.name("session"))
    return lab.other_path(query=query)
