"""Day 2: records flow into dated prefixes, a crawler reads them, and the catalog knows their shape."""

from checkday.checks.day2.check import partitions, preview, schema, tables
from checkday.checks.day2.crawler import crawl, crawler, crawler_role, database
from checkday.checks.day2.data import records, records_valid

__all__ = [
    "crawl",
    "crawler",
    "crawler_role",
    "database",
    "partitions",
    "preview",
    "records",
    "records_valid",
    "schema",
    "tables",
]
