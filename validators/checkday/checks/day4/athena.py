"""Day 4, Athena: questions to the lake, answered right, and one of them asked more cheaply."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

from checkday.checks.answers import Row, as_line, cell, difference, same_rows
from checkday.checks.queries import newest_queries, require_history, result_rows
from checkday.checks.sql import normal, question, reads_from
from checkday.lab import Evidence, Lab, NotYet, Pending

if TYPE_CHECKING:
    from mypy_boto3_athena.type_defs import QueryExecutionTypeDef as Query

_RAW, _PARQUET = "raw", "processed_data"
_PRIMARY = "primary"
_TRIES = 4
"""Of the newest answers: an older one may be right where the learner went on trying."""


class _Question(NamedTuple):
    """What a milestone asks for: the table it is about, and what the text has to mention."""

    table: str
    mentions: tuple[str, ...]

    def asked_by(self, text: str) -> bool:
        return all(re.search(rf"\b(?:{one})\b", text) for one in self.mentions)


_HOURS = _Question(_RAW, ("device_ts", "group by"))
_ARTISTS = _Question(_PARQUET, ("artist_name", "group by"))
_TOP = _Question(_PARQUET, ("device_id", "group by", "limit|fetch first|rank|row_number"))
_QUALITY = _Question(_RAW, ("uuid", "device_temp", "activity_type"))


class _Asked(NamedTuple):
    """The queries that ask it, newest first; in those that failed the table may be misspelt."""

    done: Sequence[Query]
    running: Sequence[Query]
    failed: Sequence[Query]


def query_raw(lab: Lab) -> Evidence:
    """The plays of each hour of the day are counted right from the table raw."""
    return _counted(lab, _HOURS, list(lab.golden["hours"].items()))


def query_artists(lab: Lab) -> Evidence:
    """The plays of each artist are counted right from the joined table."""
    return _counted(lab, _ARTISTS, list(lab.golden["artists"].items()))


def query_top(lab: Lab) -> Evidence:
    """The five pairs of device and track with the most plays are found, the greatest first."""
    asked = _asked(lab, _TOP)
    if not asked.done:
        raise _unanswered(lab, _TOP, asked)
    query, rows, right = _judged(lab, asked.done, lambda rows: _wrong_place(lab.golden, rows) is None)
    place = _wrong_place(lab.golden, rows)
    if not right and place is not None:
        device, name, _, plays = lab.golden["top_device_tracks"][place]
        actual = as_line(rows[place]) if place < len(rows) else "-"
        raise NotYet("wrong_answer", query=query, wanted=as_line((device, name, plays)), actual=actual)
    return {"query": query}


def quality(lab: Lab) -> Evidence:
    """One query counts what is unclean in raw: missing temperatures, duplicates, unknown activities."""
    asked = _asked(lab, _QUALITY)
    if not asked.done:
        raise _unanswered(lab, _QUALITY, asked)
    golden = lab.golden
    wanted = [str(golden[name]) for name in ("without_temperature", "duplicates", "unknown")]
    query, rows, right = _judged(lab, asked.done, lambda rows: any(_holds(row, wanted) for row in rows))
    if not right:
        actual = as_line(rows[0]) if rows else "-"
        raise NotYet("wrong_answer", query=query, wanted=as_line(wanted), actual=actual)
    return {"query": query}


def query_raw_trace(lab: Lab) -> Evidence | None:
    """Only the workgroup's history tells of it: where that is not whole, nobody can say it never was."""
    require_history(lab)
    return None


def query_artists_trace(lab: Lab) -> Evidence | None:
    """Only the workgroup's history tells of it: where that is not whole, nobody can say it never was."""
    require_history(lab)
    return None


def query_top_trace(lab: Lab) -> Evidence | None:
    """Only the workgroup's history tells of it: where that is not whole, nobody can say it never was."""
    require_history(lab)
    return None


def quality_trace(lab: Lab) -> Evidence | None:
    """Only the workgroup's history tells of it: where that is not whole, nobody can say it never was."""
    require_history(lab)
    return None


def optimised_trace(lab: Lab) -> Evidence | None:
    """Only the workgroup's history tells of it: where that is not whole, nobody can say it never was."""
    require_history(lab)
    return None


def optimised(lab: Lab) -> Evidence:
    """The same question scanned fewer bytes of Parquet than of JSON, and neither answer was reused."""
    pairs = list(_pairs(newest_queries(lab, lab.name("workgroup"))))
    if not pairs:
        raise NotYet("no_pair", workgroup=lab.name("workgroup"))
    fresh = [pair for pair in pairs if not any(map(_is_reused, pair))]
    if not fresh:
        raise NotYet("reused", query=pairs[0][1]["QueryExecutionId"])
    sizes = [(_scanned(raw), _scanned(parquet)) for raw, parquet in fresh]
    raw_bytes, parquet_bytes = next((one for one in sizes if one[1] < one[0]), sizes[0])
    if parquet_bytes >= raw_bytes:
        raise NotYet("not_fewer", raw=raw_bytes, parquet=parquet_bytes)
    return {"raw_bytes": raw_bytes, "parquet_bytes": parquet_bytes}


def _counted(lab: Lab, asking: _Question, wanted: Sequence[Row]) -> Evidence:
    asked = _asked(lab, asking)
    if not asked.done:
        raise _uncounted(lab, asking, asked)
    query, rows, right = _judged(lab, asked.done, lambda rows: same_rows(rows, wanted))
    if not right:
        lacking, instead = difference(rows, wanted)
        raise NotYet("wrong_answer", query=query, wanted=lacking, actual=instead)
    return {"query": query, "rows": len(rows)}


def _asked(lab: Lab, asking: _Question, workgroup: str | None = None) -> _Asked:
    listed = newest_queries(lab, workgroup or lab.name("workgroup"))
    texts = ((one, normal(one.get("Query", ""))) for one in listed)
    fitting = [(one, text) for one, text in texts if asking.asked_by(text)]
    on_table = [one for one, text in fitting if reads_from(text, asking.table)]
    return _Asked(
        done=[one for one in on_table if _state(one) == "SUCCEEDED"],
        running=[one for one in on_table if _state(one) in {"QUEUED", "RUNNING"}],
        failed=[one for one, _ in fitting if _state(one) in {"FAILED", "CANCELLED"}],
    )


def _judged(
    lab: Lab, done: Sequence[Query], right: Callable[[Sequence[Row]], bool]
) -> tuple[str, Sequence[Row], bool]:
    """The newest answer that is right; else the newest that can still be read, and that it is not."""
    readable: list[tuple[str, Sequence[Row]]] = []
    for one in done[:_TRIES]:
        query = one["QueryExecutionId"]
        rows = result_rows(lab, query)
        if rows is not None:
            if right(rows):
                return query, rows, True
            readable.append((query, rows))
    if len(readable) < len(done[:_TRIES]):
        # The one that cannot be read any more may have been right.
        raise NotYet("results_gone", query=done[0]["QueryExecutionId"])
    return *readable[0], False


def _unanswered(lab: Lab, asking: _Question, asked: _Asked) -> NotYet | Pending:
    name = lab.name("workgroup")
    if asked.running:
        return Pending("running", 10, workgroup=name)
    if asked.failed:
        return NotYet("failed", reason=_reason(asked.failed[0]))
    return NotYet("no_query", workgroup=name, table=asking.table)


def _uncounted(lab: Lab, asking: _Question, asked: _Asked) -> NotYet | Pending:
    if asked.running:
        return Pending("running", 10, workgroup=lab.name("workgroup"))
    if asked.failed:
        return _failure(lab, asked.failed[0])
    elsewhere = _asked(lab, asking, _PRIMARY)
    if elsewhere.done or elsewhere.failed:
        return NotYet("wrong_workgroup", actual=_PRIMARY, wanted=lab.name("workgroup"))
    return NotYet("no_query", workgroup=lab.name("workgroup"), table=asking.table)


def _failure(lab: Lab, query: Query) -> NotYet:
    reason, database = _reason(query), query.get("QueryExecutionContext", {}).get("Database", "-")
    no_table = _says(reason, r"TABLE_NOT_FOUND|Table .{0,300} does not exist")
    if _says(reason, r"SCHEMA_NOT_FOUND|Schema .{0,300} does not exist") or (
        no_table and database != lab.name("database")
    ):
        return NotYet("wrong_database", actual=database, wanted=lab.name("database"))
    if no_table:
        return NotYet("table_not_found", reason=reason)
    if _says(reason, r"COLUMN_NOT_FOUND|Column .{0,300} cannot be resolved"):
        return NotYet("column_error", reason=reason)
    return _failed_reading(reason)


def _failed_reading(reason: str) -> NotYet:
    if _says(reason, r"HIVE_BAD_DATA|HIVE_CURSOR_ERROR|HIVE_CANNOT_OPEN_SPLIT"):
        return NotYet("bad_data", reason=reason)
    if _says(reason, r"denied when writing output"):
        return NotYet("result_denied", reason=reason)
    return NotYet("failed", reason=reason)


def _reason(query: Query) -> str:
    status = query.get("Status", {})
    return str(status.get("StateChangeReason") or status.get("AthenaError", {}).get("ErrorMessage") or "-")


def _says(reason: str, pattern: str) -> bool:
    return re.search(pattern, reason[:4096], re.IGNORECASE) is not None


def _state(query: Query) -> str:
    return str(query.get("Status", {}).get("State", "-"))


def _wrong_place(golden: Mapping[str, Any], rows: Sequence[Row]) -> int | None:
    """The first of the five places that is wrong; pairs with equally many plays may change places."""
    seen: set[tuple[str, ...]] = set()
    for place, (*_, plays) in enumerate(golden["top_device_tracks"]):
        cells = tuple(map(cell, rows[place])) if place < len(rows) else ()
        if cells in seen or not any(
            {str(device), str(plays)} <= set(cells) and not {name, str(track)}.isdisjoint(cells)
            for device, name, track, number in golden["device_tracks"]
            if number == plays
        ):
            return place
        seen.add(cells)
    return None


def _holds(row: Row, numbers: Sequence[str]) -> bool:
    return not Counter(numbers) - Counter(map(cell, row))


def _pairs(queries: Sequence[Query]) -> Iterator[tuple[Query, Query]]:
    """Every two that ask the same, one of JSON and one of Parquet, the newest first."""
    texts = [(one, normal(one.get("Query", ""))) for one in queries if _state(one) == "SUCCEEDED"]
    raw = [(one, question(text, _RAW)) for one, text in texts if reads_from(text, _RAW)]
    parquet = [(one, question(text, _PARQUET)) for one, text in texts if reads_from(text, _PARQUET)]
    return ((one, other) for (one, asked), (other, same) in product(raw, parquet) if asked == same)


def _is_reused(query: Query) -> bool:
    reuse = query.get("Statistics", {}).get("ResultReuseInformation", {})
    return bool(reuse.get("ReusedPreviousResult"))


def _scanned(query: Query) -> int:
    return query.get("Statistics", {}).get("DataScannedInBytes", 0)
