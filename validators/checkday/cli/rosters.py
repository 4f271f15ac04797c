"""Reading a roster for a command, and telling every fault in it at once."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from checkday.cli.arguments import tell
from checkday.roster import reading

if TYPE_CHECKING:
    from checkday.roster import Roster
    from checkday.words import Words


def roster_of(path: str, words: Words) -> Roster | None:
    """The roster; None, and everything told, if it cannot be used."""
    try:
        return reading.read(path)
    except reading.BadRoster as bad:
        for fault in bad.faults:
            tell(words, fault.key, **fault.facts)
        if bad.more:
            print(words("roster.more", count=bad.more), file=sys.stderr)
        tell(words, bad.key, **bad.facts)
        return None
