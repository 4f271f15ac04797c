"""Exit codes (design section 4), and what every command does with an exception.

`check-day`: 0 all passed, 1 something failed, 3 AWS is working, 4 could not look, 5 our error, or nothing can
be written. `grade` and `regrade`: 0 everybody was judged, whatever the marks; 3 AWS is working somewhere, the
same command later looks again; 4 something could not be looked at; 5 our error. All: 2 a wrong call.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import partial

from checkday.cli.arguments import tell, words_for
from checkday.errors import CheckdayError, Unwritable, WriteRefused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import NoReturn

    from checkday.model import Report
    from checkday.words import Words

PASSED, FAILED, USAGE, PENDING, BLOCKED, BROKEN, INTERRUPTED = 0, 1, 2, 3, 4, 5, 130
CLOSED_PIPE = 141
"""What every shell expects of a program whose reader left: nobody may take it for a success."""


def of_report(report: Report) -> int:
    """The worst of the selected findings and of all they need: 5 > 1 > 4 > 3 > 0."""
    from checkday.model import Verdict

    seen = {finding.verdict for finding in (*report.findings, *report.causes)}
    for verdict, code in (
        (Verdict.ERROR, BROKEN),
        (Verdict.FAILED, FAILED),
        (Verdict.BLOCKED, BLOCKED),
        (Verdict.PENDING, PENDING),
    ):
        if verdict in seen:
            return code
    return PASSED


def guarded(command: Callable[[list[str], Words], int], arguments: list[str]) -> int:
    """Run a command; every way it can end becomes an exit code and, if it needs one, two lines."""
    words = words_for(arguments)
    _never_fail_to_print()
    sys.excepthook = partial(_internal, words)
    try:
        code = command(arguments, words)
        sys.stdout.flush()
    except KeyboardInterrupt:
        _leave_now(INTERRUPTED, words("run.stopped"))
    except BrokenPipeError:
        # The reader (head, a closed pager) has had enough; Python would complain once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CLOSED_PIPE
    except CheckdayError as error:
        tell(words, error.key, **error.facts)
        return BROKEN if isinstance(error, (Unwritable, WriteRefused)) else USAGE
    return code


def _internal(
    words: Words, kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    # Python's own exit code for a crash is 1, which here means that a learner's milestone failed. What a
    # learner named may be part of the message: no character of it paints, and no line of it stands alone.
    import traceback

    from checkday.outputs.inert import inert

    told = "".join(traceback.format_exception(kind, error, trace))
    print("".join(f"| {inert(line)}\n" for line in told.split("\n")), end="", file=sys.stderr)
    tell(words, "internal", detail=f"{kind.__name__}: {error}")
    sys.stderr.flush()
    os._exit(BROKEN)


def leave(code: int) -> NoReturn:
    """End the process at once: unloading everything takes 20 ms, waiting for a hung read up to 15 s."""
    from contextlib import suppress

    with suppress(BrokenPipeError):
        sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _leave_now(code: int, message: str) -> NoReturn:
    # Reads that are under way sit in threads that Python would wait for; nothing of theirs is lost.
    print("\n" + message, file=sys.stderr)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _never_fail_to_print() -> None:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
