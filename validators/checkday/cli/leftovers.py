"""`workshop leftovers`: what is still there, what it costs, and the commands that would delete it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING

from checkday import chart, curriculum, prices, quiz, settings
from checkday import leftovers as looks
from checkday.cli import exits, terminal
from checkday.cli.checking import source_of
from checkday.engine import Run, examine
from checkday.errors import BadSetting, WriteRefused
from checkday.model import Report, Verdict

if TYPE_CHECKING:
    import argparse

    from checkday.account.live import Live
    from checkday.leftovers import Item, Leftovers
    from checkday.outputs.as_text import Line
    from checkday.words import Words

_CENT = 0.005


def leftovers(given: argparse.Namespace, words: Words) -> int:
    """Look, and tell; nothing is ever deleted from here.

    Raises:
        BadSetting: an argument or setting is wrong.
        WriteRefused: something tried to send more than a read.

    """
    if given.sandbox and given.profile:
        raise BadSetting("usage.conflict", one="--sandbox", other="--profile", program="workshop leftovers")
    source = source_of(given, words)
    if source is None:
        return exits.FAILED
    run, found = _look(given, source, words)
    if source.guard.violations:
        raise WriteRefused("guard", calls=", ".join(source.guard.violations))
    for key, facts in run.warnings:
        terminal.warn(words, key, facts)
    terminal.paint(lines(run.report, found, words, given.profile))
    sys.stdout.flush()
    source.ready_next_run()
    return exits.PASSED if found.clean else exits.FAILED


def lines(report: Report, found: Leftovers, words: Words, profile: str | None = None) -> Iterator[Line]:
    """What is left, what could not be looked at, what is not yet proven, and the commands."""
    origin = words(f"origin.{report.origin}")
    account = report.account or words("report.no_account")
    yield ((" · ".join([report.learner, account, ", ".join(report.regions), origin]), "bold"),)
    yield ()
    yield from _items(found, words)
    yield from _unseen(found, words)
    yield from _prices(found, words)
    if found.counted:
        yield ()
        yield from _proven(report, words)
        yield ()
        yield from _commands(found, words, _preparation(report, profile))


def _look(given: argparse.Namespace, source: Live, words: Words) -> tuple[Run, Leftovers]:
    wanted = settings.load(language=given.lang, region=given.region)
    wanted = settings.with_defaults(wanted, sandbox=source.simulated_in(wanted.region))
    course = curriculum.load(curriculum.days())

    def origin() -> str:
        return "simulated" if source.simulated else "live"

    with terminal.progress(words) as progress:
        learner = wanted.named(sandbox=True)
        source.watch_trail(progress)
        run = examine(
            course,
            list(course.milestones),
            source,
            wanted,
            origin=origin,
            answers=quiz.everything(learner, course.days),
            chart=chart.stored(learner),
            progress=progress,
        )
    with terminal.progress(words) as progress:
        return run, looks.find(run.account, wanted, roles=looks.known_roles(run.report), progress=progress)


def _items(found: Leftovers, words: Words) -> Iterator[Line]:
    if found.counted:
        usd = _usd(found.usd_month)
        yield ((words("leftovers.total", count=len(found.counted), usd=usd), "bold"),)
    else:
        yield ((words("leftovers.none_seen" if found.unseen else "leftovers.nothing"), "bold"),)
    yield from (_item(one, words) for one in found.counted)
    for one in found.items:
        if one.keep is not None:
            facts = {**one.facts, "name": one.name, "kind": words(f"leftovers.kind.{one.kind}")}
            # What may stay and still costs money is no footnote.
            style = "yellow" if one.cost.usd_month else "dim"
            yield ((f"  - {words(f'leftovers.keep.{one.keep}', **facts)}", style),)


def _item(one: Item, words: Words) -> Line:
    believed = "~" if any(figure.checked is None for figure in one.cost.figures) else ""
    style = "bold red" if one.urgent else ""
    sentence = words(
        "leftovers.item",
        kind=words(f"leftovers.kind.{one.kind}"),
        name=one.name,
        region=one.region or words("leftovers.global"),
        usd=believed + _usd(one.cost.usd_month),
    )
    why = words(f"leftovers.why.{one.why}", **one.facts)
    return ((f"  {'!' if one.urgent else '·'} ", style), (f"{sentence}  ", style), (why, "dim"))


def _unseen(found: Leftovers, words: Words) -> Iterator[Line]:
    told: set[str] = set()
    for one in found.unseen:
        kind = words(f"leftovers.kind.{one.kind}")
        yield ((f"  ? {words('leftovers.unseen', kind=kind, region=one.region or '-')}", "magenta"),)
        reason = words(f"cause.{one.cause}.seen", **one.facts)
        if reason not in told:
            told.add(reason)
            yield ((f"      {reason}", ""),)
            yield ((f"      → {words(f'cause.{one.cause}.todo', **one.facts)}", "bold"),)


def _prices(found: Leftovers, words: Words) -> Iterator[Line]:
    old = prices.stale(found.figures, datetime.now(UTC).date())
    if not old:
        return
    dates = [str(one.checked) for one in old if one.checked]
    yield ()
    yield ((words("prices.stale.seen", date=min(dates) if dates else words("prices.never")), ""),)
    yield ((f"→ {words('prices.stale.todo')}", "bold"),)


def _proven(report: Report, words: Words) -> Iterator[Line]:
    # What is about to be cleaned up is still there, so the milestones of that cannot be passed yet.
    kept = (one for one in report.findings if one.milestone.lasts != "absence")
    missing = [one.milestone for one in kept if one.verdict is not Verdict.PASSED]
    if not missing:
        yield ((words("leftovers.safe"), "bold green"),)
        return
    yield ((words("leftovers.not_safe.seen", count=len(missing)), "bold yellow"),)
    for day, milestones in groupby(missing, key=lambda one: one.day):
        yield ((f"  day{day}: {', '.join(one.name for one in milestones)}", ""),)
    yield ((f"→ {words('leftovers.not_safe.todo')}", "bold"),)


def _preparation(report: Report, profile: str | None) -> Iterator[str]:
    from checkday.leftovers.shell import fill

    yield 'export AWS_PAGER=""'
    if profile:
        yield from fill(("export AWS_PROFILE={profile}",), profile=profile)
    elif report.origin == "simulated":
        yield 'eval "$(workshop env --sandbox)"'


def _commands(found: Leftovers, words: Words, preparation: Iterator[str]) -> Iterator[Line]:
    yield ((f"# {words('leftovers.commands')}", "dim"),)
    yield from (((command, ""),) for command in (*preparation, *found.commands))
    last = [command for one in found.items if one.keep == "until_graded" for command in one.commands]
    if last:
        yield ((f"# {words('leftovers.last')}", "dim"),)
        yield from (((f"# {command}", "dim"),) for command in last)


def _usd(amount: float) -> str:
    return f"{amount:.2f}" if amount >= _CENT or not amount else "< 0.01"
