"""From a selection of milestones and a source of answers to a report."""

from __future__ import annotations

from checkday.engine.judgement import Judgement, judge
from checkday.engine.looking import check_of
from checkday.engine.run import Run, examine

__all__ = ["Judgement", "Run", "check_of", "examine", "judge"]
