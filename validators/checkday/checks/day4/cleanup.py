"""Day 4, the clean-up: what the first four days made is gone.

Each check only looks. Whether the thing ever existed is another question, which the engine asks.
"""

from __future__ import annotations

from collections.abc import Iterator

from checkday import names
from checkday.checks.bi import is_subscribed, our_analyses, our_dashboards, our_datasets, our_sources
from checkday.lab import Evidence, Lab, NotYet, Pending

_ALIVE = {"PROVISIONING", "READY"}
_WAIT = 20
_MOST = 1000
_BY_WIZARD = ":role/service-role/"
"""The path of what a console makes. A role elsewhere under a foreign name is the school's, and may stay."""
_LOG_FOLDER = "/aws/kinesisfirehose/"


def clean_stream(lab: Lab) -> Evidence:
    """The delivery stream is gone."""
    name = lab.name("stream")
    found = lab.find(lab.aws.firehose.describe_delivery_stream, DeliveryStreamName=name)
    if found is not None:
        if found["DeliveryStreamDescription"]["DeliveryStreamStatus"] == "DELETING":
            raise Pending("deleting", _WAIT, name=name)
        raise NotYet("still_there", name=name, region=lab.region)
    return {"gone": name}


def clean_crawler(lab: Lab) -> Evidence:
    """The crawler is gone."""
    name = lab.name("crawler")
    if lab.find(lab.aws.glue.get_crawler, Name=name) is not None:
        raise NotYet("still_there", name=name, region=lab.region)
    return {"gone": name}


def clean_catalog(lab: Lab) -> Evidence:
    """The database is gone, and its tables with it."""
    name = lab.name("database")
    if lab.find(lab.aws.glue.get_database, Name=name) is not None:
        raise NotYet("still_there", name=name, region=lab.region)
    return {"gone": name}


def clean_session(lab: Lab) -> Evidence:
    """No session of the learner is alive, and the notebook's job is gone."""
    notebook = lab.find(lab.aws.glue.get_job, JobName=lab.name("notebook"))
    roles = {lab.name("session_role"), _last(lab.found_by("day3.session_role", "role") or "")}
    if notebook is not None:
        roles.add(_last(notebook["Job"].get("Role", "")))
    for one in lab.aws.glue.list_sessions()["Sessions"]:
        ours = one["Id"] == lab.name("session") or _last(one.get("Role", "")) in roles - {""}
        if ours and one.get("Status") == "STOPPING":
            raise Pending("stopping", _WAIT, name=one["Id"])
        if ours and one.get("Status") in _ALIVE:
            raise NotYet("still_there", name=one["Id"], region=lab.region)
    if notebook is not None:
        raise NotYet("still_there", name=lab.name("notebook"), region=lab.region)
    return {"gone": lab.name("session")}


def clean_bucket(lab: Lab) -> Evidence:
    """The account owns no data lake bucket of this learner, in any Region."""
    for one in _own_buckets(lab):
        if names.learner_of(one["name"]) == lab.learner:
            raise NotYet("still_there", name=one["name"], region=one["region"])
    return {"gone": lab.name("bucket")}


def clean_roles(lab: Lab) -> Evidence:
    """The three roles are gone, and those that a console made for the same work."""
    subjects = (
        ("firehose_role", "day1.stream_role"),
        ("glue_role", "day2.crawler_role"),
        ("session_role", "day3.session_role"),
    )
    roles = [lab.name(own) for own, _ in subjects]
    made = [lab.found_by(milestone, "role") or "" for _, milestone in subjects]
    roles += [_last(arn) for arn in made if _BY_WIZARD in arn]
    left = [name for name in roles if lab.find(lab.aws.iam.get_role, RoleName=name) is not None]
    if left:
        raise NotYet("still_there", name=", ".join(left))
    return {"gone": ", ".join(roles)}


def clean_bi(lab: Lab) -> Evidence:
    """Nothing of the learner's is left in QuickSight; the subscription is not asked for."""
    if not is_subscribed(lab):
        return {"gone": lab.name("bi_dashboard")}
    # An employer has hundreds of them: the learner's own may be older than all that are looked at.
    datasets = our_datasets(lab, lab.found_by("day4.bi_dataset", "dataset"))
    arns = [one["Arn"] for one in datasets]
    others = (*our_analyses(lab, arns), *datasets, *our_sources(lab))
    shown = our_dashboards(lab, arns, lab.found_by("day4.bi_dashboard", "dashboard"))
    left = [one.name for one in shown] + [str(one.get("Name", "-")) for one in others]
    if left:
        raise NotYet("still_there", name=", ".join(left), region=lab.region)
    return {"gone": lab.name("bi_dashboard")}


def clean_leftovers(lab: Lab) -> Evidence:
    """No log group, job, policy or further bucket of the learner is left; the workgroup may stay."""
    left = sorted(_log_groups(lab) | _other_jobs(lab) | _passrole(lab) | _further_buckets(lab))
    if left:
        raise NotYet("still_there", name=", ".join(left))
    return {"gone": lab.prefix}


def _own_buckets(lab: Lab) -> Iterator[dict[str, str]]:
    """Only the account's own: a name that somebody else has taken since is nobody's leftover."""
    for one in lab.aws.s3.list_buckets(Prefix=f"{lab.prefix}-")["Buckets"]:
        yield {"name": one["Name"], "region": one.get("BucketRegion", lab.region)}


def _further_buckets(lab: Lab) -> set[str]:
    """Buckets under our prefix that are no data lake, and so nobody else's with a longer id either."""
    return {one["name"] for one in _own_buckets(lab) if names.learner_of(one["name"]) is None}


def _log_groups(lab: Lab) -> set[str]:
    prefix = f"{_LOG_FOLDER}{lab.prefix}-"
    listed = lab.aws.logs.describe_log_groups(logGroupNamePrefix=prefix)["logGroups"]
    groups = {one["logGroupName"] for one in listed}
    return {one for one in groups if names.learner_of(one.removeprefix(_LOG_FOLDER)) in {None, lab.learner}}


def _other_jobs(lab: Lab) -> set[str]:
    return {name for name in lab.aws.glue.list_jobs()["JobNames"] if name == lab.name("notebook")}


def _passrole(lab: Lab) -> set[str]:
    policies = lab.aws.iam.list_policies(Scope="Local", MaxItems=_MOST)["Policies"]
    return {one["PolicyName"] for one in policies if one["PolicyName"] == lab.name("passrole")}


def _last(arn: str) -> str:
    return arn.rpartition("/")[2]
