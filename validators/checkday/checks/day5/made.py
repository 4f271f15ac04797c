"""Day 5, after the clean-up: what AWS remembers of the tables."""

from __future__ import annotations

from checkday.checks.traces import table_made
from checkday.lab import Evidence, Lab


def table_catalog_trace(lab: Lab) -> Evidence | None:
    """The table of the catalog was made with its key."""
    return table_made(lab, "catalog", (("Id", "N"),))


def table_forum_trace(lab: Lab) -> Evidence | None:
    """The table of the forums was made with its key."""
    return table_made(lab, "forum", (("Name", "S"),))


def table_thread_trace(lab: Lab) -> Evidence | None:
    """The table of the threads was made with its keys."""
    return table_made(lab, "thread", (("ForumName", "S"), ("Subject", "S")))


def table_reply_trace(lab: Lab) -> Evidence | None:
    """The table of the replies was made with its keys."""
    return table_made(lab, "reply", (("Id", "S"), ("ReplyDateTime", "S")))
