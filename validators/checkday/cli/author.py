"""`workshop author`: what those who write the course run before they commit."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from checkday.cli import exits

if TYPE_CHECKING:
    import argparse

    from checkday.words import Words


def author(given: argparse.Namespace, words: Words) -> int:
    """Check the sources in the current folder, or compile them."""
    return _lint(words) if given.action == "lint" else _generate(words, check=given.check)


def _lint(words: Words) -> int:
    from checkday.authoring.lint import lint

    problems = lint(Path())
    for problem in problems:
        print(f"{problem.path}:{problem.line}: {words(problem.key, **problem.facts)}", file=sys.stderr)
    if not problems:
        print(words("author.clean"))
    return exits.FAILED if problems else exits.PASSED


def _generate(words: Words, *, check: bool) -> int:
    from checkday.authoring.generate import generate

    stale = generate(Path(), check=check)
    for path in stale:
        print(words("author.stale" if check else "author.wrote", path=path))
    if not stale:
        print(words("author.fresh"))
    return exits.FAILED if check and stale else exits.PASSED
