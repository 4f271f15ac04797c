"""The run behind `check-day`: settings, source of answers, report, files."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Collection, Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from checkday import chart, curriculum, quiz, resources, settings, snapshot
from checkday.cli import exits, terminal
from checkday.cli.arguments import tell
from checkday.cli.check_day import FORMATS
from checkday.engine import Run, examine
from checkday.engine.run import renamed, selection
from checkday.errors import BadSetting, Unwritable, WriteRefused
from checkday.model import Course, Report
from checkday.outputs import as_json, as_text

if TYPE_CHECKING:
    import argparse

    from checkday.account.live import Live
    from checkday.words import Words

_SITES = ("http://", "https://", "file://")


def check(given: argparse.Namespace, words: Words) -> int:
    """Look at the account, or at a recording of it, and tell.

    Raises:
        BadSetting: an argument, setting or file is wrong.

    """
    _check_arguments(given)
    days = days_of(given.days)
    course = curriculum.load(days)
    selected = selection(course, days, _only(given.only, course, days))
    if given.replay:
        return _tell(_replay(given, course, selected), course, given, words)
    if given.watch:
        return _watch(given, course, selected, words)
    source = source_of(given, words)
    if source is None:
        return exits.BLOCKED
    run = _live(given, course, selected, source, words)
    code = _tell(run, course, given, words)
    if given.snapshot:
        _record(given.snapshot, run)
    sys.stdout.flush()  # into a pipe, the report would wait for what comes now
    source.ready_next_run()
    return code


def _check_arguments(given: argparse.Namespace) -> None:
    if given.format not in FORMATS:
        raise BadSetting("settings.bad_format", value=given.format, known=", ".join(FORMATS))
    if given.watch and given.format != "text":
        raise BadSetting(
            "usage.conflict", one="--watch", other=f"--format {given.format}", program="check-day"
        )
    for one, other in (
        ("watch", "replay"),
        ("watch", "snapshot"),
        ("watch", "output"),
        ("replay", "snapshot"),
        ("replay", "sandbox"),
        ("replay", "profile"),
        ("sandbox", "profile"),
    ):
        if getattr(given, one) and getattr(given, other):
            raise BadSetting("usage.conflict", one=f"--{one}", other=f"--{other}", program="check-day")


def days_of(asked: Sequence[str]) -> list[int]:
    """The days that were asked for, sorted.

    Raises:
        BadSetting: one of them is no day of this version.

    """
    known = curriculum.days()
    days: list[int] = []
    for word in asked:
        if word != "all" and (not word.isascii() or not word.isdigit() or int(word) not in known):
            raise BadSetting("settings.unknown_day", value=word, known=", ".join(map(str, known)))
        days += known if word == "all" else [int(word)]
    return sorted(set(days))


def _only(asked: Sequence[str], course: Course, days: Sequence[int]) -> list[str]:
    known = [one.id for one in course.milestones.values() if one.day in days]
    for name in asked:
        if name not in known:
            raise BadSetting("settings.unknown_milestone", value=name, known=", ".join(known))
    return list(asked)


def _replay(given: argparse.Namespace, course: Course, selected: Sequence[str]) -> Run:
    taken = snapshot.read(given.replay)
    wanted = settings.checked(renamed(settings.Settings(), taken.learner, taken.regions))
    answers = {int(day): given_then for day, given_then in taken.quizzes.items()}
    origin = taken.origin
    return examine(
        course,
        selected,
        taken,
        wanted,
        origin=lambda: origin,
        replayed=taken.taken,
        answers=answers,
        chart=taken.chart,
    )


def _live(
    given: argparse.Namespace, course: Course, selected: Sequence[str], source: Live, words: Words
) -> Run:
    with terminal.progress(words) as progress:
        return _examined(given, course, selected, source, progress)


def _examined(
    given: argparse.Namespace,
    course: Course,
    selected: Collection[str],
    source: Live,
    progress: Callable[[str, int, int], None],
) -> Run:
    wanted = settings.load(language=given.lang, region=given.region)
    wanted = settings.with_defaults(wanted, sandbox=source.simulated_in(wanted.region))
    learner = wanted.named(sandbox=True)
    source.watch_trail(progress)
    run = examine(
        course,
        selected,
        source,
        wanted,
        origin=lambda: _origin(source),
        answers=quiz.everything(learner, course.days),
        chart=chart.stored(learner),
        progress=progress,
    )
    if source.guard.violations:
        raise WriteRefused("guard", calls=", ".join(source.guard.violations))
    return run


def _watch(given: argparse.Namespace, course: Course, selected: Sequence[str], words: Words) -> int:
    from checkday.cli import watching

    told: set[str] = set()

    def look(names: Collection[str]) -> Report | None:
        # A new source each time: fresh answers, fresh credentials and a patience of its own.
        source = source_of(given, words)
        if source is None:
            return None
        run = _examined(given, course, names, source, lambda *_: None)
        _warn(run, words, told)
        source.ready_next_run()
        return run.report

    return watching.watch(look, selected, watching.screen(course, words, pages_site()))


def source_of(given: argparse.Namespace, words: Words) -> Live | None:
    """Where the answers of this call come from; None, and told, if the sandbox is wanted and not running."""
    from checkday.account.live import Live

    if not given.sandbox:
        return Live(profile=given.profile, kept=resources.cache_folder() / "trail")
    from checkday.cli.sandbox import connection

    found = connection()
    if found is None:
        tell(words, "sandbox.not_running")
        return None
    return Live(endpoint=found.endpoint, credentials=found.credentials)


def _origin(source: Live) -> str:
    return "simulated" if source.simulated else "live"


def _record(path: str, run: Run) -> None:
    report = run.report
    taken = snapshot.Snapshot(
        learner=report.learner,
        regions=report.regions,
        origin=report.origin,
        taken=report.started,
        answers=snapshot.of(run.account.answers()),
        quizzes={str(day): dict(given) for day, given in run.answers.items()},
        chart=dict(run.chart) if run.chart else None,
    )
    snapshot.write(path, taken)


def _tell(run: Run, course: Course, given: argparse.Namespace, words: Words) -> int:
    report, site = run.report, pages_site()
    _warn(run, words, set())
    if given.output:
        text = _rendered(given.format, report, course, words, site)
        try:
            terminal.write(given.output, text)
        except Unwritable:
            sys.stdout.write(text)
            raise
    elif given.format == "text":
        terminal.paint(as_text.lines(report, course, words, site))
    else:
        sys.stdout.write(_rendered(given.format, report, course, words, site))
    return exits.of_report(report)


def _rendered(form: str, report: Report, course: Course, words: Words, site: str) -> str:
    if form == "json":
        return as_json.render(report)
    text: str = import_module(f"checkday.outputs.as_{form}").render(report, course, words, site)
    return text


def _warn(run: Run, words: Words, told: set[str]) -> None:
    """Every warning once, however often the same thing goes wrong."""
    for key, facts in run.warnings:
        if key not in told:
            terminal.warn(words, key, facts)
        told.add(key)


def pages_site() -> str:
    """Where this learner reads the pages.

    Raises:
        BadSetting: WORKSHOP_SITE is no address.

    """
    site = os.environ.get("WORKSHOP_SITE") or curriculum.site()
    if not site.startswith(_SITES):
        raise BadSetting("settings.bad_site", value=site)
    return site.rstrip("/")
