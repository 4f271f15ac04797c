"""Running learners' code as Glue's interpreter does: the last expression's value is shown, too."""

from __future__ import annotations

import ast
import contextlib
import io
import linecache
import sys
import traceback
from collections.abc import Callable, Sequence
from types import CodeType, ModuleType
from typing import Any

_MOST_TEXT = 256 * 1024
_MOST_LINES, _LONGEST_LINE, _LONGEST_ERROR = 100, 4096, 16384
_STATEMENT = "<stdin-"
_CUT = "\n... (the rest of the output was cut)"


class Capture(io.TextIOBase):
    """Collects what is printed, up to a limit, and drops the rest without a word to the printer."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._room = _MOST_TEXT
        self._cut = False

    def write(self, text: str) -> int:
        if len(text) > self._room:
            self._cut = True
        if self._room:
            part = text[: self._room]
            self._parts.append(part)
            self._room -= len(part)
        return len(text)

    def writable(self) -> bool:
        return True

    @property
    def text(self) -> str:
        return "".join(self._parts).rstrip() + (_CUT if self._cut else "")


class Code:
    """The names that statements share, and what happens to code among them."""

    def __init__(self, names: dict[str, Any], read: Callable[[str], str]) -> None:
        self._read = read
        main = ModuleType("__main__")
        self._names = vars(main)
        self._names.update(names)
        sys.modules["__main__"] = main

    def statement(self, code: str, number: int) -> dict[str, Any]:
        """Run a statement: `text`, and `name`, `value` and `traceback` if it failed."""
        return self._run(lambda: code, f"{_STATEMENT}{number}>", self._names)

    def script(self, location: str, arguments: Sequence[str]) -> dict[str, Any]:
        """Run a whole script from S3 with these arguments."""
        name = location.rpartition("/")[2]
        sys.argv = [name, *arguments]
        return self._run(lambda: self._read(location), name, {"__name__": "__main__"}, script=True)

    def _run(
        self, code: Callable[[], str], name: str, names: dict[str, Any], *, script: bool = False
    ) -> dict[str, Any]:
        printed = Capture()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            try:
                for part in _parts(code(), name, script=script):
                    exec(part, names)  # noqa: S102 - that is what we are for
            except BaseException as error:  # noqa: BLE001 - it is the learner's, whatever it is
                if isinstance(error, SystemExit) and script and not error.code:
                    return {"text": printed.text}
                return _failed(error, name, printed)
        return {"text": printed.text}


def _parts(code: str, name: str, *, script: bool) -> list[CodeType]:
    linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
    tree = ast.parse(code, name)
    last: list[ast.stmt] = []
    if tree.body and isinstance(tree.body[-1], ast.Expr) and not script:
        last = [tree.body.pop()]
    parts = [compile(tree, name, "exec")]
    return parts + [compile(ast.Interactive([each]), name, "single") for each in last]


def _failed(error: BaseException, name: str, printed: Capture) -> dict[str, Any]:
    told = traceback.TracebackException.from_exception(error)
    # What lies beneath the learner's own lines is ours, or the engine's.
    told.stack = traceback.StackSummary.from_list(
        [each for each in told.stack if each.filename == name or each.filename.startswith(_STATEMENT)]
    )
    lines = list(told.format())
    return {
        "text": printed.text,
        "name": type(error).__name__,
        "value": _said(error)[:_LONGEST_ERROR],
        "traceback": [line[:_LONGEST_LINE] for line in lines[-_MOST_LINES:]],
    }


def _said(error: BaseException) -> str:
    try:
        return str(error)
    except BaseException:  # noqa: BLE001 - even this may be the learner's own code
        return "<exception str() failed>"
