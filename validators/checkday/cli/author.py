"""`workshop author`: what those who write the course run before they commit."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from checkday.cli import exits
from checkday.errors import BadSetting

if TYPE_CHECKING:
    import argparse

    from checkday.words import Words


def author(given: argparse.Namespace, words: Words) -> int:
    """Check the sources in the current folder, compile them, or add a milestone to them."""
    if given.action == "new":
        return _new(given, words)
    if given.id:
        raise BadSetting("usage.conflict", one=given.action, other=given.id, program="workshop author")
    return _lint(words) if given.action == "lint" else _generate(words, check=given.check)


def _new(given: argparse.Namespace, words: Words) -> int:
    if not (given.id and given.task):
        raise BadSetting("author.needs_id")
    from checkday.authoring.lint import lint
    from checkday.authoring.new import new

    for path in new(Path(), given.id, given.task):
        print(words("author.wrote", path=path))
    print(words("author.left", count=len(lint(Path()))))
    return exits.PASSED


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
