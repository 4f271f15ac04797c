"""The keys of delivered objects, expression by expression."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from checkday.sandbox.overlay.firehose_delivery import delimiter
from checkday.sandbox.overlay.firehose_keys import error_key, expand, key

MOMENT = datetime(2026, 3, 5, 20, 7, 9, tzinfo=UTC)
ARRIVED = MOMENT.timestamp()


@pytest.mark.parametrize(
    ("prefix", "expanded"),
    [
        ("", "2026/03/05/20/"),
        ("data/raw/", "data/raw/2026/03/05/20/"),
        ("dt=!{timestamp:yyyy-MM-dd}/", "dt=2026-03-05/"),
        ("!{timestamp:yy}/!{timestamp:MM}/!{timestamp:HH'h'mm''ss}/", "26/03/20h07'09/"),
        ("!{timestamp:'day'DDD}/", "day064/"),
        ("!{partitionKeyFromQuery:x}/", "!{partitionKeyFromQuery:x}/2026/03/05/20/"),
    ],
)
def test_prefixes_are_expanded(prefix, expanded):
    assert expand(prefix, MOMENT) == expanded


def test_random_strings_differ():
    first, second = (expand("!{firehose:random-string}/!{timestamp:yyyy}/", MOMENT) for _ in range(2))
    assert first != second
    assert re.fullmatch(r"[0-9a-f]{11}/2026/", first)


def test_a_time_zone_moves_the_folders_and_not_the_name():
    found = key({"Prefix": "p/", "CustomTimeZone": "Asia/Ho_Chi_Minh"}, "s", 3, ARRIVED)
    assert re.fullmatch(r"p/2026/03/06/03/s-3-2026-03-05-20-07-09-[0-9a-f-]{36}", found)


def test_an_extension_of_ones_own_wins():
    settings = {"CompressionFormat": "GZIP", "FileExtension": ".json.gz"}
    assert key(settings, "s", 1, ARRIVED).endswith(".json.gz")


def test_what_failed_has_a_folder_even_without_a_prefix():
    assert error_key({}, "s", 1, ARRIVED, "processing-failed").startswith(
        "processing-failed/2026/03/05/20/s-1-"
    )


@pytest.mark.parametrize(("enabled", "appended"), [(True, b"\n"), (False, b"")])
def test_a_newline_is_appended_where_it_was_asked_for(enabled, appended):
    processors = [{"Type": "AppendDelimiterToRecord", "Parameters": []}]
    assert delimiter({"ProcessingConfiguration": {"Enabled": enabled, "Processors": processors}}) == appended
