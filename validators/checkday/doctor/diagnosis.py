"""One line of what the doctor says."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from checkday.model import Blocked, Evidence


class Mark(StrEnum):
    """How well it is: only the last has to be mended."""

    FINE = "✓"
    MIND = "!"
    MEND = "✗"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A word key and its facts; whatever is not fine has two sentences, `.seen` and `.todo`."""

    mark: Mark
    key: str
    facts: Evidence = field(default_factory=dict)


def fine(key: str, **facts: Any) -> Diagnosis:
    return Diagnosis(Mark.FINE, key, facts)


def mind(key: str, **facts: Any) -> Diagnosis:
    return Diagnosis(Mark.MIND, key, facts)


def mend(key: str, **facts: Any) -> Diagnosis:
    return Diagnosis(Mark.MEND, key, facts)


def could_not_look(why: Blocked, mark: Mark = Mark.MEND) -> Diagnosis:
    """A look that failed, in the words of its cause."""
    return Diagnosis(mark, f"cause.{why.code}", why.facts)
