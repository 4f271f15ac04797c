"""From a roster's text to its rows: every value is text, so that an account keeps its leading zeros."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any, NamedTuple, Protocol

import yaml

REQUIRED = ("id", "name", "account")
_OPTIONAL = ("role_arn", "external_id", "region", "replica_region", "email", "lms_id", "section", "lang")
COLUMNS = (*REQUIRED, *_OPTIONAL)
_HEAD = ("cohort", "course_version")
_NOTHING = {"", "null", "~"}
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DELIMITERS = ",;\t"
"""Excel writes the second where the comma is the decimal sign, as in Vietnam."""


class Flaw(Exception):
    """The file as a whole is no roster: a word key, and facts for its sentences beside the path."""

    def __init__(self, key: str, /, **facts: Any) -> None:
        super().__init__(key, facts)
        self.key, self.facts = key, facts


class Lines(Protocol):
    """As much of a csv reader as is used: the rows, and the line that was read last."""

    line_num: int

    def __next__(self) -> list[str]: ...

    def __iter__(self) -> Iterator[list[str]]: ...


class Row(NamedTuple):
    """One learner as the file has it, and where: the line of the file, counted from 1."""

    line: int
    values: dict[str, str]


def from_csv(text: str) -> Iterator[Row]:
    """The rows of a CSV file with a header.

    Raises:
        Flaw: the header is not ours, or a row is no CSV.

    """
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        columns = [name.strip().lower() for name in next(reader, [])]
    except csv.Error as error:
        raise Flaw("roster.bad_csv", row=1, detail=str(error)) from error
    _check_columns(columns)
    return _csv_rows(reader, columns)


def _csv_rows(reader: Lines, columns: list[str]) -> Iterator[Row]:
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise Flaw("roster.bad_csv", row=line, detail=str(error)) from error
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            if len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
                raise Flaw("roster.bad_csv", row=line, detail=f"{len(cells)} > {len(columns)}")
            yield Row(line, dict(zip(columns, (cell.strip() for cell in cells), strict=False)))


def _check_columns(columns: list[str]) -> None:
    for name in columns:
        if name not in COLUMNS:
            raise Flaw("roster.unknown_column", column=name or "-", known=", ".join(COLUMNS))
        if columns.count(name) > 1:
            raise Flaw("roster.double_column", column=name)
    for name in REQUIRED:
        if name not in columns:
            raise Flaw("roster.missing_column", column=name, wanted=", ".join(REQUIRED))


def from_yaml(text: str) -> tuple[dict[str, str], Iterator[Row]]:
    """What stands above the learners, and the rows.

    Read event by event: aliases, from which a few lines grow to gigabytes, and tags, which make objects,
    are refused, and nothing is ever built but short pieces of text.

    Raises:
        Flaw: this is no YAML, or not a roster.

    """
    events = _events(text)
    for wanted in (yaml.StreamStartEvent, yaml.DocumentStartEvent, yaml.MappingStartEvent):
        if not isinstance(event := next(events), wanted):
            raise _not_a_roster(event)
    head: dict[str, str] = {}
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        key = _scalar(event)
        if key == "learners":
            return _with_what_follows(head, events)
        if key not in _HEAD or key in head:
            raise Flaw("roster.unknown_column", column=key, known=", ".join((*_HEAD, "learners")))
        head[key] = _scalar(next(events))
    raise Flaw("roster.missing_column", column="learners", wanted="cohort, learners")


def _with_what_follows(
    head: dict[str, str], events: Iterator[yaml.Event]
) -> tuple[dict[str, str], Iterator[Row]]:
    """The head must be whole before the rows are used, and may stand below them."""
    rows = list(_yaml_rows(events))
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        key = _scalar(event)
        if key not in _HEAD or key in head:
            raise Flaw("roster.unknown_column", column=key, known=", ".join((*_HEAD, "learners")))
        head[key] = _scalar(next(events))
    return head, iter(rows)


def _yaml_rows(events: Iterator[yaml.Event]) -> Iterator[Row]:
    if not isinstance(event := next(events), yaml.SequenceStartEvent):
        raise _not_a_roster(event)
    while not isinstance(event := next(events), yaml.SequenceEndEvent):
        if not isinstance(event, yaml.MappingStartEvent):
            raise _not_a_roster(event)
        yield Row(_line(event), _mapping(events, _line(event)))


def _mapping(events: Iterator[yaml.Event], line: int) -> dict[str, str]:
    values: dict[str, str] = {}
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        key = _scalar(event)
        if key in values:
            raise Flaw("roster.double_key", column=key, row=line)
        values[key] = _scalar(next(events))
    return values


def _scalar(event: yaml.Event) -> str:
    if not isinstance(event, yaml.ScalarEvent):
        raise _not_a_roster(event)
    value = str(event.value)
    return "" if not event.style and value.lower() in _NOTHING else value.strip()


def _events(text: str) -> Iterator[yaml.Event]:
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise Flaw("roster.alias", row=_line(event))
            if getattr(event, "tag", None):
                raise Flaw("roster.tag", row=_line(event))
            yield event
    except yaml.MarkedYAMLError as error:
        row = error.problem_mark.line + 1 if error.problem_mark else 1
        raise Flaw("roster.bad_yaml", row=row, detail=error.problem or "") from error
    except yaml.YAMLError as error:  # a control character, say
        raise Flaw("roster.bad_yaml", row=1, detail=str(error).partition("\n")[0]) from error


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _not_a_roster(event: yaml.Event) -> Flaw:
    return Flaw("roster.not_a_roster", row=_line(event))
