"""What the checks of several days ask of a workgroup's history."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from checkday.lab import Lab

if TYPE_CHECKING:
    from mypy_boto3_athena.type_defs import QueryExecutionTypeDef

_LATEST = 50


def newest_queries(lab: Lab, workgroup: str) -> list[QueryExecutionTypeDef]:
    """The latest queries of the workgroup, newest first; none if there is no such workgroup."""
    found = lab.find(lab.aws.athena.list_query_executions, WorkGroup=workgroup, MaxResults=_LATEST)
    ids = found.get("QueryExecutionIds", []) if found else []
    if not ids:
        return []
    details = lab.aws.athena.batch_get_query_execution(QueryExecutionIds=ids)
    return sorted(details.get("QueryExecutions", []), key=lambda one: ids.index(one["QueryExecutionId"]))


def made_by_query(lab: Lab, table: str) -> str | None:
    """The id of a query that made the table (CREATE TABLE ... AS SELECT); None if no query did.

    It may have run in Athena's own workgroup: the pages' workgroup enforces where results go.
    """
    pattern = rf"\s*create\s+table\s+\S*\b{table}\b.*\bas\b.*\bselect\b"
    for workgroup in (lab.name("workgroup"), "primary"):
        for one in newest_queries(lab, workgroup):
            done = one["Status"]["State"] == "SUCCEEDED" and _is_in(one, lab.name("database"))
            if done and re.match(pattern, one.get("Query", "")[:4096], re.IGNORECASE | re.DOTALL):
                return one["QueryExecutionId"]
    return None


def _is_in(query: QueryExecutionTypeDef, database: str) -> bool:
    return query.get("QueryExecutionContext", {}).get("Database") == database


def count_result(lab: Lab, query: str) -> int:
    """The one number that a counting query answered; 0 if it answered something else."""
    rows = lab.aws.athena.get_query_results(QueryExecutionId=query, MaxResults=2)["ResultSet"].get("Rows", [])
    values = [cell.get("VarCharValue", "") for row in rows[1:] for cell in row.get("Data", [])]
    return int(values[0]) if values and values[0].isascii() and values[0].isdigit() else 0
