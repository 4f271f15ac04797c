"""The lines of a learner's Record as a chain: one that does not begin as it did before was rewritten."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence


def head(digests: Iterable[str]) -> str:
    """What stands for all of these in their order."""
    found = ""
    for one in digests:
        found = hashlib.sha256(f"{found}{one}".encode()).hexdigest()
    return found or hashlib.sha256(b"").hexdigest()


def goes_on(earlier: Sequence[str], later: Sequence[str]) -> bool:
    """Whether the later chain only adds to the earlier one."""
    return list(later[: len(earlier)]) == list(earlier)
