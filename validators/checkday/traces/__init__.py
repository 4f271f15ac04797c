"""What AWS remembers of a thing that is gone, and no learner can rewrite."""

from checkday.traces.trail import Trail

__all__ = ["Trail"]
