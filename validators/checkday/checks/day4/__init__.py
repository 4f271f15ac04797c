"""Day 4: the lake answers questions, a chart shows them, and everything is cleaned up."""

from checkday.checks.day4.athena import (
    optimised,
    optimised_trace,
    quality,
    quality_trace,
    query_artists,
    query_artists_trace,
    query_raw,
    query_raw_trace,
    query_top,
    query_top_trace,
)
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
from checkday.checks.day4.dashboard import (
    bi_dashboard,
    bi_dashboard_trace,
    bi_dataset,
    bi_dataset_trace,
    bi_source,
    bi_source_trace,
)
from checkday.checks.day4.workgroup import workgroup, workgroup_trace

__all__ = [
    "bi_dashboard",
    "bi_dashboard_trace",
    "bi_dataset",
    "bi_dataset_trace",
    "bi_source",
    "bi_source_trace",
    "clean_bi",
    "clean_bucket",
    "clean_catalog",
    "clean_crawler",
    "clean_leftovers",
    "clean_roles",
    "clean_session",
    "clean_stream",
    "optimised",
    "optimised_trace",
    "quality",
    "quality_trace",
    "query_artists",
    "query_artists_trace",
    "query_raw",
    "query_raw_trace",
    "query_top",
    "query_top_trace",
    "workgroup",
    "workgroup_trace",
]
