"""What is really in a learner's records: counted from the records themselves, whoever made them."""

from checkday.golden.cache import cached
from checkday.golden.counts import day2
from checkday.golden.patterns import day6
from checkday.golden.tables import day5
from checkday.golden.trades import day7, library

__all__ = ["cached", "day2", "day5", "day6", "day7", "library"]
