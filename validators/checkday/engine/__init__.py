"""From a selection of milestones and a source of answers to a report."""

from __future__ import annotations

from checkday.engine.claims import Claims
from checkday.engine.judgement import Judgement, judge
from checkday.engine.looking import OneByOne, check_of
from checkday.engine.proofs import Entry
from checkday.engine.run import Run, examine

__all__ = ["Claims", "Entry", "Judgement", "OneByOne", "Run", "check_of", "examine", "judge"]
