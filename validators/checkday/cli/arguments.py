"""argparse in the user's language. Only argparse and the words are imported: --help must feel instant."""

from __future__ import annotations

import argparse
import os
import sys

from checkday import __version__
from checkday.words import Words, language

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn


class Parser(argparse.ArgumentParser):
    """An ArgumentParser whose help and errors come from words.yaml.

    Helps are word keys: `help.<program>.<argument>`; errors exit with 2 and name the repair.
    """

    def __init__(self, words: Words, program: str, key: str | None = None) -> None:
        key = key or program
        super().__init__(
            prog=program,
            description=words(f"help.{key}"),
            epilog=words(f"help.{key}.examples"),
            formatter_class=_Formatter,
            add_help=False,
            allow_abbrev=False,
        )
        self.words = words
        self._positionals.title = words("help.arguments")
        self._optionals.title = words("help.options")
        self.add_argument("-h", "--help", action="help", help=words("help.help"))

    def add(self, *flags: str, key: str, **options: Any) -> None:
        """Add one argument with the help of word key `key`."""
        self.add_argument(*flags, help=self.words(key), **options)

    def add_language(self) -> None:
        self.add("--lang", key="help.lang", metavar="vi|en")

    def add_version(self) -> None:
        self.add("--version", key="help.version", action="version", version=f"%(prog)s {__version__}")

    def format_usage(self) -> str:
        return self._translated(super().format_usage())

    def format_help(self) -> str:
        return self._translated(super().format_help())

    def error(self, message: str) -> NoReturn:
        tell(self.words, "usage", detail=message, program=self.prog)
        sys.exit(2)

    def _translated(self, text: str) -> str:
        return text.replace("usage:", self.words("help.usage"), 1)


class _Formatter(argparse.RawDescriptionHelpFormatter):
    def __init__(self, prog: str) -> None:
        # argparse would ask shutil, whose import (three decompressors) is an eighth of --help.
        super().__init__(prog, width=_columns() - 2)


def _columns() -> int:
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns):
        return int(columns)
    try:
        return os.get_terminal_size().columns or 80
    except OSError:
        return 80


def words_for(arguments: list[str]) -> Words:
    """The words of the language that the raw arguments, the environment or the locale ask for."""
    given = None
    for position, argument in enumerate(arguments):
        if argument == "--lang":
            given = next(iter(arguments[position + 1 : position + 2]), None)
        elif argument.startswith("--lang="):
            given = argument.partition("=")[2]
    return Words(language(given))


def tell(words: Words, key: str, /, **facts: Any) -> None:
    """One line of what is the case, one line of what to do, to standard error."""
    print(words(f"{key}.seen", **facts), file=sys.stderr)
    print("→ " + words(f"{key}.todo", **facts), file=sys.stderr)
