"""Where Firehose puts an object: prefix, expressions in it, and the name."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_EXPRESSION = re.compile(r"!\{(timestamp|firehose):([^}]*)\}")
_FIELD = re.compile(r"'((?:[^']|'')*)'|yyyy|yy|MM|dd|HH|mm|ss|D{1,3}")
_HOUR = "%Y/%m/%d/%H/"
_PLAIN_FIELDS = {"yyyy": "%Y", "yy": "%y", "MM": "%m", "dd": "%d", "HH": "%H", "mm": "%M", "ss": "%S"}

EXTENSIONS: Mapping[str, str] = {"GZIP": ".gz"}


def key(settings: Mapping[str, Any], stream: str, version: object, arrived: float) -> str:
    """The key of an object whose first record came at that time."""
    moment = datetime.fromtimestamp(arrived, _zone(settings))
    name = f"{stream}-{version}-{moment.astimezone(UTC):%Y-%m-%d-%H-%M-%S}-{uuid.uuid4()}"
    extension = settings.get("FileExtension") or EXTENSIONS.get(settings.get("CompressionFormat", ""), "")
    return expand(settings.get("Prefix", ""), moment) + name + extension


def error_key(settings: Mapping[str, Any], stream: str, version: object, arrived: float, error: str) -> str:
    """The same for what could not be processed or delivered."""
    moment = datetime.fromtimestamp(arrived, _zone(settings))
    prefix = settings.get("ErrorOutputPrefix") or f"{error}/"
    name = f"{stream}-{version}-{moment.astimezone(UTC):%Y-%m-%d-%H-%M-%S}-{uuid.uuid4()}"
    return expand(prefix, moment, error) + name


def expand(prefix: str, moment: datetime, error: str = "") -> str:
    """A prefix with its expressions replaced; date folders follow if no expression asks for a time."""

    def value(found: re.Match[str]) -> str:
        if found[1] == "timestamp":
            return _java_date(found[2], moment)
        if found[2] == "random-string":
            return uuid.uuid4().hex[:11]
        return error if found[2] == "error-output-type" else found[0]

    expanded = _EXPRESSION.sub(value, prefix)
    return expanded if "!{timestamp:" in prefix else expanded + moment.strftime(_HOUR)


def _java_date(pattern: str, moment: datetime) -> str:
    def value(found: re.Match[str]) -> str:
        if found[1] is not None:
            return found[1].replace("''", "'") or "'"
        if found[0] in _PLAIN_FIELDS:
            return moment.strftime(_PLAIN_FIELDS[found[0]])
        return str(moment.timetuple().tm_yday).zfill(len(found[0]))

    return _FIELD.sub(value, pattern)


def _zone(settings: Mapping[str, Any]) -> tzinfo:
    try:
        return ZoneInfo(settings.get("CustomTimeZone") or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return UTC
