"""Day 5: four tables with the right keys and items, explored by their keys, an index, and the console."""

from checkday.checks.day5.console import console_item
from checkday.checks.day5.explore import condition, gsi, gsi_query, read, transaction, write
from checkday.checks.day5.made import (
    table_catalog_trace,
    table_forum_trace,
    table_reply_trace,
    table_thread_trace,
)
from checkday.checks.day5.tables import billing, loaded, table_catalog, table_forum, table_reply, table_thread

__all__ = [
    "billing",
    "condition",
    "console_item",
    "gsi",
    "gsi_query",
    "loaded",
    "read",
    "table_catalog",
    "table_catalog_trace",
    "table_forum",
    "table_forum_trace",
    "table_reply",
    "table_reply_trace",
    "table_thread",
    "table_thread_trace",
    "transaction",
    "write",
]
