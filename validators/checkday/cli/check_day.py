"""`check-day`: what is done of a day, what is not, why, and the next step."""

from __future__ import annotations

import sys

from checkday.cli import exits
from checkday.cli.arguments import Parser

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from typing import NoReturn

    from checkday.words import Words

FORMATS = ("text", "json", "junit", "html")


def main() -> NoReturn:
    """The console script."""
    exits.leave(exits.guarded(check_day, sys.argv[1:]))


def check_day(arguments: list[str], words: Words) -> int:
    """Parse, run, return the exit code of design section 4."""
    given = _parser(words).parse_args(arguments)
    from checkday.cli.checking import check

    return check(given, words)


def _parser(words: Words) -> argparse.ArgumentParser:
    parser = Parser(words, "check-day")
    parser.add("days", key="help.days", nargs="+", metavar=words("help.day"))
    parser.add("--watch", key="help.watch", action="store_true")
    parser.add("--only", key="help.only", action="append", default=[], metavar="ID")
    parser.add_language()
    parser.add("--format", key="help.format", default="text", metavar="|".join(FORMATS))
    parser.add("--output", key="help.output", metavar=words("help.file"))
    parser.add("--profile", key="help.profile", metavar="P")
    parser.add("--region", key="help.region", metavar="R")
    parser.add("--sandbox", key="help.sandbox", action="store_true")
    parser.add("--snapshot", key="help.snapshot", metavar=words("help.file"))
    parser.add("--replay", key="help.replay", metavar=words("help.file"))
    parser.add_version()
    return parser


if __name__ == "__main__":
    sys.exit(main())
