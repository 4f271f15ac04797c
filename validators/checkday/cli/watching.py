"""`check-day --watch`: look again at what is not passed until all is, while the learner mends it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol, Self

from checkday.cli import exits, terminal
from checkday.model import Course, Finding, Report, Verdict
from checkday.outputs import as_text
from checkday.outputs.sentences import by_task, explanation, next_step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.text import Text

    from checkday.outputs.as_text import Line
    from checkday.words import Words

SHORTEST, LONGEST = 5, 60
"""Seconds between two looks."""

_BACK_OFF = 1.5

Look = Callable[[Collection[str]], Report | None]
"""Judges these milestones with fresh answers; None when there is nothing to ask."""


class Screen(Protocol):
    """Where a watch shows itself."""

    def __enter__(self) -> Self: ...
    def __exit__(self, *_: object) -> None: ...
    def looking(self) -> None: ...
    def show(self, report: Report, pause: int | None) -> None: ...


def watch(
    look: Look, selected: Sequence[str], screen: Screen, *, sleep: Callable[[float], None] = time.sleep
) -> int:
    """Look until everything selected has passed; Ctrl-C ends it at any time.

    Returns the exit code of the last state.
    """
    state, pace = _State(selected), _Pace()
    with screen:
        while True:
            screen.looking()
            found = look(state.waiting)
            if found is None:
                return exits.BLOCKED
            changed, report = state.take(found)
            pause = pace.after(report, changed=changed) if state.waiting else None
            screen.show(report, pause)
            if pause is None:
                return exits.of_report(report)
            sleep(pause)


class _State:
    """The latest finding of each milestone. Only those that are not passed are looked at again."""

    def __init__(self, selected: Sequence[str]) -> None:
        self._selected = selected
        self._latest: dict[str, Finding] = {}
        self._first: Report | None = None
        self._requests = 0

    @property
    def waiting(self) -> list[str]:
        return [name for name in self._selected if not self._has_passed(name)]

    def take(self, found: Report) -> tuple[bool, Report]:
        """Whether anything is other than before, and everything that is now known as one report."""
        before = _verdicts(self._latest)
        # A need that had passed and is now gone is told among the causes: the newest look is right.
        self._latest |= {finding.milestone.id: finding for finding in (*found.causes, *found.findings)}
        self._first = self._first or found
        self._requests += found.requests
        others = [name for name in self._latest if name not in self._selected]
        report = replace(
            found,
            started=self._first.started,
            findings=tuple(self._latest[name] for name in self._selected),
            causes=tuple(self._latest[name] for name in others),
            requests=self._requests,
        )
        return _verdicts(self._latest) != before, report

    def _has_passed(self, name: str) -> bool:
        finding = self._latest.get(name)
        return finding is not None and finding.verdict is Verdict.PASSED


def _verdicts(findings: dict[str, Finding]) -> dict[str, tuple[Verdict, str | None]]:
    return {name: (finding.verdict, finding.code) for name, finding in findings.items()}


class _Pace:
    """How long to wait: longer while nothing changes, and no longer than AWS itself says."""

    def __init__(self) -> None:
        self._pause = float(SHORTEST)

    def after(self, report: Report, *, changed: bool) -> int:
        self._pause = SHORTEST if changed else min(self._pause * _BACK_OFF, LONGEST)
        working = [one.retry_in for one in report.findings if one.retry_in is not None]
        if not working:
            return round(self._pause)
        # With something left for the learner to do, AWS's own time is only an upper bound.
        learners_turn = any(one.verdict in {Verdict.FAILED, Verdict.BLOCKED} for one in report.findings)
        wanted = min(self._pause, *working) if learners_turn else min(working)
        return round(min(max(wanted, SHORTEST), LONGEST))


def screen(course: Course, words: Words, site: str) -> Screen:
    """A view that repaints itself on a terminal, dated lines elsewhere."""
    can_repaint = sys.stdout.isatty() and os.environ.get("TERM") not in {"dumb", "unknown"}
    return _Painted(course, words, site) if can_repaint else _Printed(course, words, site)


class _Printed:
    """One line for each milestone whose verdict is news."""

    def __init__(self, course: Course, words: Words, site: str) -> None:
        self._course, self._words, self._site = course, words, site
        self._told: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def looking(self) -> None:
        pass

    def show(self, report: Report, pause: int | None) -> None:
        at = _now().isoformat(timespec="seconds")
        for _, findings in by_task(report, self._course):
            for finding in findings:
                line = self._line(finding)
                if self._told.get(finding.milestone.id) != line:
                    print(at, line, flush=True)
                self._told[finding.milestone.id] = line
        if pause is None:
            terminal.paint(as_text.conclusion(report, self._words))

    def _line(self, finding: Finding) -> str:
        verdict = self._words(f"verdict.{finding.verdict}")
        seen, todo, note, _ = explanation(finding, self._words, self._site)
        return " ".join(part for part in (f"{finding.milestone.id}: {verdict}.", seen, todo, note) if part)


class _Painted:
    """The state of everything, with what to do next on top, repainted in place."""

    def __init__(self, course: Course, words: Words, site: str) -> None:
        from rich.console import Console
        from rich.live import Live

        self._course, self._words, self._site = course, words, site
        self._body: list[Line] = []
        console = Console(highlight=False, emoji=False, markup=False)
        self._live = Live(console=console, auto_refresh=False)

    def __enter__(self) -> Self:
        self._live.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.__exit__(None, None, None)

    def looking(self) -> None:
        self._paint([((self._words("watch.looking"), "dim"),), *self._body])

    def show(self, report: Report, pause: int | None) -> None:
        self._body = [(), *self._lines(report)]
        if pause is None:
            self._paint(self._body[1:])
            return
        at = _now().strftime("%H:%M:%S")
        status = self._words("watch.waiting", at=at, seconds=pause)
        self._paint([((status, "dim"),), *self._body])

    def _lines(self, report: Report) -> Iterator[Line]:
        words = self._words
        yield as_text.title(report, words)
        yield from as_text.conclusion(report, words)
        step = next_step(report.findings)
        if step is not None:
            yield from as_text.details(step, words, self._site)
        for task, findings in by_task(report, self._course):
            yield ()
            yield as_text.task_line(task, words)
            yield from (as_text.finding_line(finding, words) for finding in findings)

    def _paint(self, lines: Sequence[Line]) -> None:
        self._live.update(_joined(lines), refresh=True)


def _joined(lines: Sequence[Line]) -> Text:
    from rich.text import Text

    return Text("\n").join(Text.assemble(*line) for line in lines)


def _now() -> datetime:
    return datetime.now(UTC).astimezone()
