"""Day 3, the output: Parquet lies where it belongs, the catalog knows it, and the rows balance."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from checkday.checks.lake import bucket_is_there, objects_under
from checkday.checks.queries import count_result, newest_queries, require_history
from checkday.checks.sql import normal
from checkday.checks.traces import shown
from checkday.lab import Evidence, Lab, NotYet, Pending
from checkday.names import PROCESSED_PREFIX, RAW_PREFIX, REFERENCE_PREFIX

if TYPE_CHECKING:
    from mypy_boto3_glue.type_defs import TableTypeDef

_TABLE = "processed_data"
_COLUMNS = (
    "uuid",
    "device_ts",
    "device_id",
    "device_temp",
    "track_id",
    "activity_type",
    "track_name",
    "artist_name",
)
_MAGIC = b"PAR1"
_NO_BUCKET = re.compile(r"NoSuchBucket|does not exist|AccessDenied|Access Denied|403", re.IGNORECASE)
_COUNT = re.compile(r"select count ?\( ?\* ?\).*\bprocessed_data\b[^;]*")
_NARROWED = re.compile(r"\b(where|group by|join|having)\b")


def output(lab: Lab) -> Evidence:
    """Parquet files lie under data/processed-data/."""
    bucket = lab.name("bucket")
    found = [one for one in objects_under(lab, PROCESSED_PREFIX) if not _is_marker(one["Key"])]
    if not found:
        raise _missing_output(lab)
    keys = list(dict.fromkeys((found[0]["Key"], found[-1]["Key"])))
    heads = [{"Bucket": bucket, "Key": key, "Range": f"bytes=0-{len(_MAGIC) - 1}"} for key in keys]
    for key, answer in zip(keys, lab.together(lab.aws.s3.get_object, heads), strict=True):
        if answer["Body"].read() != _MAGIC:
            raise NotYet("not_parquet", key=key)
    return {"objects": len(found), "bytes": sum(one["Size"] for one in found)}


def output_trace(lab: Lab) -> Evidence | None:
    """The catalog was told of a table for the output: something had been written, whatever it was."""
    where = {"databaseName": lab.name("database"), "tableInput.name": _TABLE}
    if lab.history.first("glue", "CreateTable", where):
        raise lab.proof_gone()
    return None


def output_table(lab: Lab) -> Evidence:
    """The catalog's table processed_data is Parquet, has the joined columns, and lies under our prefix."""
    table = _table(lab)
    storage = table.get("StorageDescriptor", {})
    wanted = f"s3://{lab.name('bucket')}/{PROCESSED_PREFIX}"
    if not (storage.get("Location", "").rstrip("/") + "/").startswith(wanted):
        raise NotYet("elsewhere", table=_TABLE, actual=storage.get("Location", "-"), wanted=wanted)
    serializer = storage.get("SerdeInfo", {}).get("SerializationLibrary", "-")
    if "parquet" not in serializer.lower():
        raise NotYet("not_parquet", table=_TABLE, actual=serializer)
    columns = [one["Name"] for one in storage.get("Columns", [])]
    if missing := [name for name in _COLUMNS if name not in columns]:
        raise NotYet("missing_columns", table=_TABLE, columns=", ".join(missing))
    if left := [name for name in columns if name.startswith("partition_")]:
        raise NotYet("partition_columns", table=_TABLE, columns=", ".join(left))
    return {"columns": columns, "location": storage["Location"]}


def output_table_trace(lab: Lab) -> Evidence | None:
    """The table was made, by a crawler or by a query, where the output belongs."""
    where = {"databaseName": lab.name("database"), "tableInput.name": _TABLE}
    wanted = f"s3://{lab.name('bucket')}/{PROCESSED_PREFIX}"
    storage = "tableInput.storageDescriptor"
    made = shown(
        lab,
        lab.history.events("glue", "CreateTable", where),
        lambda event: (str(event.parameter(f"{storage}.location")).rstrip("/") + "/").startswith(wanted),
    )
    if made is None:
        return None
    columns = [str(one.get("name")) for one in made.parameter(f"{storage}.columns") or ()]
    location = made.parameter(f"{storage}.location")
    return {"columns": columns, "location": location, "event": made.id, "at": made.time}


def row_balance(lab: Lab) -> Evidence:
    """The learner's count of processed_data equals the records that have a partner in the reference."""
    workgroup = lab.name("workgroup")
    counts = [one for one in newest_queries(lab, workgroup) if _counts_everything(one.get("Query", ""))]
    if not counts:
        raise NotYet("no_query", workgroup=workgroup)
    done = [one for one in counts if one["Status"]["State"] == "SUCCEEDED"]
    if not done:
        raise Pending("running", 10, workgroup=workgroup)
    actual, wanted = count_result(lab, done[0]["QueryExecutionId"]), lab.golden["joined"]
    if actual != wanted:
        raise _imbalance(lab, actual, wanted)
    return {"rows": actual}


def row_balance_trace(lab: Lab) -> Evidence | None:
    """Only the workgroup's history tells of it: where that is not whole, nobody can say it never was."""
    require_history(lab)
    return None


def _imbalance(lab: Lab, actual: int, wanted: int) -> NotYet:
    if actual == 0:
        return NotYet("empty", wanted=wanted)
    if actual % wanted == 0:
        return NotYet("twice", actual=actual, wanted=wanted, times=actual // wanted)
    if actual == lab.golden["rows"]:
        return NotYet("unmatched", actual=actual, wanted=wanted)
    return NotYet("wrong_count", actual=actual, wanted=wanted)


def _missing_output(lab: Lab) -> NotYet:
    bucket = lab.name("bucket")
    if not bucket_is_there(lab):
        return NotYet("no_bucket", name=bucket)
    elsewhere = [one["Key"] for one in objects_under(lab, "") if one["Key"].endswith(".parquet")]
    if elsewhere and not elsewhere[0].startswith((RAW_PREFIX, REFERENCE_PREFIX)):
        return NotYet("wrong_prefix", actual=elsewhere[0], wanted=PROCESSED_PREFIX)
    marked = lab.aws.s3.list_objects_v2(
        Bucket=bucket, Prefix=PROCESSED_PREFIX, ExpectedBucketOwner=lab.account
    )
    if marked.get("Contents"):
        return NotYet("empty", prefix=PROCESSED_PREFIX)
    if reason := _refused_write(lab):
        return NotYet("placeholder", session=lab.name("session"), reason=reason)
    return NotYet("missing", bucket=bucket, prefix=PROCESSED_PREFIX)


def _refused_write(lab: Lab) -> str | None:
    """What the session answered to a write into a bucket that is not there or not the learner's."""
    found = lab.find(lab.aws.glue.list_statements, SessionId=lab.name("session"))
    statements = found.get("Statements", []) if found else []
    outputs = [one.get("Output", {}) for one in statements]
    said = (f"{one.get('ErrorName', '')} {one.get('ErrorValue', '')}".strip() for one in outputs)
    return next((text for text in said if _NO_BUCKET.search(text[:4096])), None)


def _table(lab: Lab) -> TableTypeDef:
    found = lab.find(lab.aws.glue.get_tables, DatabaseName=lab.name("database"))
    tables = {table["Name"]: table for table in found["TableList"]} if found else {}
    if _TABLE not in tables:
        raise NotYet("missing", table=_TABLE)
    return tables[_TABLE]


def _counts_everything(sql: str) -> bool:
    text = normal(sql)
    return bool(_COUNT.fullmatch(text)) and not _NARROWED.search(text)


def _is_marker(key: str) -> bool:
    return key.rpartition("/")[2].startswith(("_", "."))
