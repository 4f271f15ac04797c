"""Day 2: records flow into dated prefixes, a crawler reads them, and the catalog knows their shape."""

from checkday.checks.day2.check import (
    partitions,
    partitions_trace,
    preview,
    preview_trace,
    schema,
    tables,
    tables_trace,
)
from checkday.checks.day2.crawler import (
    crawl,
    crawl_trace,
    crawler,
    crawler_role,
    crawler_role_trace,
    crawler_trace,
    database,
    database_trace,
)
from checkday.checks.day2.data import records, records_trace, records_valid

__all__ = [
    "crawl",
    "crawl_trace",
    "crawler",
    "crawler_role",
    "crawler_role_trace",
    "crawler_trace",
    "database",
    "database_trace",
    "partitions",
    "partitions_trace",
    "preview",
    "preview_trace",
    "records",
    "records_trace",
    "records_valid",
    "schema",
    "tables",
    "tables_trace",
]
