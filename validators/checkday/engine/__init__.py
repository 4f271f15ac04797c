"""From a selection of milestones and a source of answers to a report."""

from __future__ import annotations

from checkday.engine.judgement import Judgement, Prover, check_of, judge
from checkday.engine.run import Run, examine

__all__ = ["Judgement", "Prover", "Run", "check_of", "examine", "judge"]
