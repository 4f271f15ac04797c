"""The names of everything a learner makes (design section 6): one place, for checks and commands alike."""

from __future__ import annotations

from checkday import resources
from checkday.settings import Settings

PREFIX = "fcj"
TAG = {"Workshop": "fcj7days"}

RUNTIME = "python3.13"
"""Of every function in the course; `tests/lambda_runtimes.json` says until when Lambda supports it."""

REFERENCE_PREFIX = "data/reference_data/"
RAW_PREFIX = "data/raw/"
PROCESSED_PREFIX = "data/processed-data/"
ERROR_PREFIX = "errors/"

_SUFFIXES = {
    "stream": "stream",
    "firehose_role": "firehose-role",
    "glue_role": "glue-role",
    "crawler": "crawler",
    "workgroup": "wg",
    "session": "session",
    "session_role": "session-role",
    "notebook": "notebook",
    "passrole": "passrole",
    "bi_source": "bi-source",
    "bi_dataset": "bi-dataset",
    "bi_dashboard": "bi-dashboard",
    "catalog": "catalog",
    "forum": "forum",
    "thread": "thread",
    "reply": "reply",
    "throttle": "throttle",
    "log": "log",
    "log_copy": "log-copy",
    "staff": "staff",
    "invoice": "invoice",
    "catalog_od": "catalog-od",
    "catalog_pitr": "catalog-pitr",
    "backup": "catalog-bk1",
    "vault": "vault",
    "backup_role": "backup-role",
    "guard": "guard",
    "copy": "copy",
    "copy_role": "copy-role",
    "global": "global",
    "state": "state",
    "reduce": "reduce",
    "aggregate": "aggregate",
    "params": "params",
    "api": "api",
    "map": "map",
    "dlq": "dlq",
    "api_role": "api-role",
    "map_role": "map-role",
    "reduce_role": "reduce-role",
}

TABLES = ("catalog", "forum", "thread", "reply")
"""The DynamoDB tables of the course, as `name` knows them."""

PATTERN_TABLES = ("throttle", "log", "log_copy", "staff", "invoice")
"""The tables of Day 6's patterns."""

EVENT_TABLES = ("state", "reduce", "aggregate", "params")
"""The tables of Day 7's events; the function that sums up is called `reduce` like the table it reads."""

RESTORED = ("catalog_od", "catalog_pitr")

INDEX_BY_POSTER = "by-poster"
INDEX_BY_SHARD = "by-shard"
INDEX_BY_SORT_KEY = "by-sort-key"
INDEX_MANAGERS = "managers"
INDEX_BY_CITY = "by-city"
INDEX_BY_PART = "by-part"


def prefix(learner: str) -> str:
    """P, with which every name of this learner begins."""
    return f"{PREFIX}-{learner}"


def bucket(learner: str, account: str, region: str) -> str:
    """The data lake's bucket: the account id makes the name unique in the world."""
    return f"{prefix(learner)}-lake-{account}-{region}"


def database(learner: str) -> str:
    """The catalog's database: Athena wants no dashes in a plain identifier."""
    return f"{prefix(learner)}_db".replace("-", "_")


def name(what: str, *, learner: str, account: str, region: str) -> str:
    """The name of one resource, for example `stream` -> `fcj-an01-stream`."""
    if what == "bucket":
        return bucket(learner, account, region)
    if what == "database":
        return database(learner)
    return f"{prefix(learner)}-{_SUFFIXES[what]}"


def learner_of(resource: str) -> str | None:
    """The learner id in a bucket, stream or table name of the course, or None for a foreign name."""
    head, _, rest = resource.partition("-")
    for marker in ("-lake-", "-stream"):
        if head == PREFIX and marker in rest:
            return rest[: rest.index(marker)]
    ends = (_SUFFIXES[what] for what in (*TABLES, *PATTERN_TABLES, *RESTORED, "global", *EVENT_TABLES))
    for end in sorted(ends, key=len, reverse=True):
        if head == PREFIX and rest.endswith(f"-{end}"):
            return rest.removesuffix(f"-{end}") or None
    return None


def environment(settings: Settings, account: str) -> dict[str, str]:
    """The variables that the pages' commands use, and no others (`eval "$(workshop env)"`)."""
    learner = settings.named(sandbox=False)
    return {
        "WORKSHOP_LEARNER": learner,
        "LEARNER": learner,
        "P": prefix(learner),
        "ACCT": account,
        "R1": settings.region,
        "R2": settings.replica_region,
        "BUCKET": bucket(learner, account, settings.region),
        "DB": database(learner),
        "AWS_REGION": settings.region,
        "AWS_DEFAULT_REGION": settings.region,
        "AWS_PAGER": "",
        "SAMPLE_DATA": str(resources.sample_data()),
        "SHARED": str(resources.shared()),
        "RUNTIME": RUNTIME,
    }
