"""Day 4: the lake answers questions, a chart shows them, and everything is cleaned up."""

from checkday.checks.day4.athena import optimised, quality, query_artists, query_raw, query_top, workgroup
from checkday.checks.day4.cleanup import (
    clean_bi,
    clean_bucket,
    clean_catalog,
    clean_crawler,
    clean_leftovers,
    clean_roles,
    clean_session,
    clean_stream,
)
from checkday.checks.day4.dashboard import bi_dashboard, bi_dataset, bi_source

__all__ = [
    "bi_dashboard",
    "bi_dataset",
    "bi_source",
    "clean_bi",
    "clean_bucket",
    "clean_catalog",
    "clean_crawler",
    "clean_leftovers",
    "clean_roles",
    "clean_session",
    "clean_stream",
    "optimised",
    "quality",
    "query_artists",
    "query_raw",
    "query_top",
    "workgroup",
]
