"""What is wrong in the sources, where it stands, and by which sentence to tell it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from checkday.model import BadSetting

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake; the path is relative to the repository, `key` names a sentence of words.yaml."""

    path: Path
    line: int
    key: str
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def order(self) -> tuple[str, int, str]:
        return (self.path.as_posix(), self.line, self.key)


class BadSources(BadSetting):
    """The sources cannot be compiled: all that was found, and the first in the error's own sentence."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        first = problems[0]
        super().__init__(
            "author.bad_sources", path=first.path.as_posix(), line=str(first.line), count=str(len(problems))
        )
        self.problems = tuple(problems)
