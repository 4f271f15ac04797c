"""What the checks of several days ask of a workgroup's history."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from checkday.checks.sql import normal
from checkday.lab import Lab, NotYet

if TYPE_CHECKING:
    from mypy_boto3_athena.type_defs import QueryExecutionTypeDef

_PAGE = 50
"""The most that Athena lists, or describes, at once."""

_PAGES = 4
_REMEMBERED = timedelta(days=45)
_ROWS = 1000


def newest_queries(lab: Lab, workgroup: str) -> list[QueryExecutionTypeDef]:
    """The latest 200 queries of the workgroup, newest first; none if there is no such workgroup."""
    pages = _listed_queries(lab, workgroup).pages
    answers = lab.together(
        lab.aws.athena.batch_get_query_execution, [{"QueryExecutionIds": ids} for ids in pages]
    )
    described = {one["QueryExecutionId"]: one for each in answers for one in each.get("QueryExecutions", [])}
    return [described[name] for ids in pages for name in ids if name in described]


def require_history(lab: Lab) -> None:
    """Say so where the workgroup's history does not show all that was ever asked in it.

    Raises:
        Blocked: `proof_gone`, where the workgroup was deleted once, or used before what Athena remembers;
            `history_cut`, where it holds more than is looked at.

    """
    name = lab.name("workgroup")
    if _listed_queries(lab, name).more:
        raise lab.hidden("history_cut", workgroup=name, count=_PAGES * _PAGE)
    asked = lab.history.first("athena", "StartQueryExecution", {"workGroup": name})
    forgotten = asked is not None and datetime.fromisoformat(asked.time) < lab.now - _REMEMBERED
    if forgotten or lab.history.first("athena", "DeleteWorkGroup", {"workGroup": name}):
        raise lab.proof_gone()


def result_rows(lab: Lab, query: str) -> list[list[str]] | None:
    """What a query answered, without the line of column names; None once its result is deleted."""
    found = lab.find(lab.aws.athena.get_query_results, QueryExecutionId=query, MaxResults=_ROWS)
    if found is None:
        return None
    rows = found["ResultSet"].get("Rows", [])[1:]
    return [[cell.get("VarCharValue", "") for cell in row.get("Data", [])] for row in rows]


def made_by_query(lab: Lab, table: str) -> str | None:
    """The id of a query that made the table (CREATE TABLE ... AS SELECT); None if no query did.

    It may have run in Athena's own workgroup: the pages' workgroup enforces where results go.
    """
    for workgroup in (lab.name("workgroup"), "primary"):
        for one in newest_queries(lab, workgroup):
            done = one["Status"]["State"] == "SUCCEEDED" and _is_in(one, lab.name("database"))
            if done and _makes(table, normal(one.get("Query", ""))):
                return one["QueryExecutionId"]
    return None


def _makes(table: str, text: str) -> bool:
    """Step by step, so that no text takes longer than its length."""
    named = re.match(rf"create table \S*\b{table}\b", text)
    said = re.search(r"\bas\b", text[named.end() :]) if named else None
    return bool(said and re.search(r"\bselect\b", said.string[said.end() :]))


def _is_in(query: QueryExecutionTypeDef, database: str) -> bool:
    return query.get("QueryExecutionContext", {}).get("Database") == database


def count_result(lab: Lab, query: str) -> int:
    """The one number that a counting query answered; 0 if it answered something else."""
    rows = result_rows(lab, query)
    if rows is None:
        raise NotYet("results_gone", query=query)
    values = [cell for row in rows for cell in row]
    return int(values[0]) if values and values[0].isascii() and values[0].isdigit() else 0


class _Listed(NamedTuple):
    """Ids, page by page, and whether there are older ones that were not asked for."""

    pages: list[list[str]]
    more: bool


def _listed_queries(lab: Lab, workgroup: str) -> _Listed:
    pages: list[list[str]] = []
    more: dict[str, str] = {}
    while len(pages) < _PAGES:
        found = lab.find(lab.aws.athena.list_query_executions, WorkGroup=workgroup, MaxResults=_PAGE, **more)
        if found and found.get("QueryExecutionIds"):
            pages.append(found["QueryExecutionIds"])
        if not found or not found.get("NextToken"):
            return _Listed(pages, more=False)
        more = {"NextToken": found["NextToken"]}
    return _Listed(pages, more=True)
