"""From what a run found to marks and to the files that instructors use; it asks AWS nothing."""

from __future__ import annotations

from checkday.gradebook.writing import write

__all__ = ["write"]
