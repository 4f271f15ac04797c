"""Day 3, the session: it may run, it ran thriftily, and it has stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkday.checks.roles import assumable_role
from checkday.lab import Evidence, Lab, NotYet, Pending

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
    """A Glue interactive session was started, or a notebook that starts one."""
    found = _session(lab)
    if found is None:
        return {"session": _existing_notebook(lab)["Name"]}
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


def _existing_notebook(lab: Lab) -> JobTypeDef:
    found = _notebook(lab)
    if found is None:
        raise NotYet("missing", name=lab.name("session"))
    return found
