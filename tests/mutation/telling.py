"""Lines for whoever waits."""

import sys


def say(line: str) -> None:
    """One line, at once: what comes next may take a quarter of an hour."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
