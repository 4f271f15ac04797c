"""Text kept on the disk until its place in the page has come: the cohort may be larger than the memory."""

from __future__ import annotations

from collections.abc import Iterator
from tempfile import TemporaryFile, gettempdir
from typing import Self

from checkday.errors import Unwritable

_PIECE = 64 * 1024


class Spool:
    """Written once, then read once."""

    def __init__(self) -> None:
        self._file = TemporaryFile("w+", encoding="utf-8", newline="")  # noqa: SIM115 - closed by __exit__

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def write(self, text: str) -> None:
        """Add this text.

        Raises:
            Unwritable: the disk on which temporary files lie is full.

        """
        try:
            self._file.write(text)
        except OSError as error:
            raise Unwritable("output.unwritable", path=gettempdir(), reason=error.strerror or "") from error

    def __iter__(self) -> Iterator[str]:
        self._file.seek(0)
        while piece := self._file.read(_PIECE):
            yield piece
