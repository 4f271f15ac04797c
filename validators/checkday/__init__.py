"""Checks of the workshop Seven Days of Data on AWS: what a learner has done, told honestly."""

__version__ = "0.1.0"
