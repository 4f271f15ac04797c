"""Whose a name is: two learners of one account may be called `an` and `an-01`."""

from __future__ import annotations

import re

from checkday import names

_ENDS = (
    r"lake-\d{12}-[a-z0-9-]+", "stream", "crawler", "session", "notebook", "wg", "dlq", "vault",
    "bi-source", "bi-dataset", "bi-dashboard",
    "catalog", "catalog-(?:od|pitr|bk1)", "forum", "thread", "reply", "throttle", "log", "log-copy", "staff",
    "invoice", "global", "state", "reduce", "aggregate", "params", "copy", "api", "map",
    "(?:firehose|glue|session|copy|api|map|reduce|backup)-role", "passrole", "guard",
)  # fmt: skip
"""What the names of the course end in, after a learner's prefix."""

_WHOLE = re.compile("|".join(_ENDS))
_LONGER = re.compile(rf"((?:[a-z0-9]+-)*[a-z0-9]+)-(?:{'|'.join(_ENDS)})")


def mine(learner: str, name: str) -> bool:
    """Whether the name begins as all of this learner's do."""
    return name.startswith(f"{names.prefix(learner)}-")


def other_owner(learner: str, name: str) -> str | None:
    """The learner with a longer id whose name this is just as well, or None."""
    rest = name.removeprefix(f"{names.prefix(learner)}-")
    longer = None if _WHOLE.fullmatch(rest) else _LONGER.fullmatch(rest)
    return f"{learner}-{longer[1]}" if longer else None
