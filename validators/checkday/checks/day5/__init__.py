"""Day 5: four tables with the right keys and items, explored by their keys, an index, and the console."""

from checkday.checks.day5.console import console_item
from checkday.checks.day5.explore import condition, gsi, gsi_query, read, transaction, write
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
    "table_forum",
    "table_reply",
    "table_thread",
    "transaction",
    "write",
]
