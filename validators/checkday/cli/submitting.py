"""`workshop submit`: check everything once more, and write what an instructor needs into one file."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checkday import chart, curriculum, quiz, record, resources, settings
from checkday.account.live import Live
from checkday.cli import exits, reach, terminal
from checkday.cli.arguments import tell
from checkday.engine import examine
from checkday.engine.run import selection
from checkday.errors import BadSetting, Unwritable, WriteRefused
from checkday.outputs import as_json
from checkday.record import Key
from checkday.submission import LEARNER_TAG, NONCE_TAG, REPORT_TAG, audience
from checkday.submission.writing import Contents, digest, sealed
from checkday.writer import NotSent, Signer

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from checkday.model import Report
    from checkday.settings import Settings
    from checkday.words import Words

_PROGRAM = "workshop submit"
TAG = re.compile(r"[\w.:/=+@-]{1,256}", re.ASCII)
"""What AWS takes as a tag's value, without its spaces."""

_COHORT = 200


def submit(given: argparse.Namespace, words: Words) -> int:
    """Check, tell what the file holds, have it signed if the user agrees, and write it.

    Raises:
        BadSetting: an argument or setting is wrong.
        Unwritable: the file cannot be written.

    """
    _check_arguments(given)
    way = reach.way(given, words)
    if way is None:
        return exits.FAILED
    source = Live(**way, kept=None if given.sandbox else resources.cache_folder() / "trail")
    wanted = settings.load(language=given.lang)
    wanted = settings.with_defaults(wanted, sandbox=source.simulated_in(wanted.region))
    path = os.path.abspath(given.output or f"submission-{wanted.learner}.jsonl")
    _check_place(path)
    errand = _Errand(given, words, way, wanted)
    print(words("submit.holds", learner=wanted.learner))
    contents = errand.contents(source)
    payload = contents.payload()
    token = errand.token(contents, digest(payload))
    _write(path, sealed(payload, token))
    errand.say(contents, path, digest(payload), token)
    return exits.PASSED


def _check_arguments(given: argparse.Namespace) -> None:
    if given.sandbox and given.profile:
        raise BadSetting("usage.conflict", one="--sandbox", other="--profile", program=_PROGRAM)
    if given.nonce is not None and not TAG.fullmatch(given.nonce):
        raise BadSetting("submission.bad_nonce", value=given.nonce)
    if given.cohort is not None and not 0 < len(given.cohort.strip()) <= _COHORT:
        raise BadSetting("submit.bad_cohort", longest=_COHORT)


@dataclass(frozen=True, slots=True)
class _Errand:
    """One call: what was asked for, and how the account is reached."""

    given: argparse.Namespace
    words: Words
    way: Mapping[str, Any]
    settings: Settings

    def contents(self, source: Live) -> Contents:
        """What is handed in, after a look at everything.

        Raises:
            BadSetting: AWS does not say whose account this is.

        """
        report, learner = self._report(source), self.settings.named(sandbox=True)
        if report.account is None:
            raise BadSetting("submit.no_account")
        cohort = self.given.cohort
        drawn = chart.stored(learner)
        mine = drawn is not None and drawn.get("account") == report.account
        return Contents(
            learner=learner,
            account=report.account,
            origin=report.origin,
            cohort=cohort.strip() if cohort else None,
            made=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            report=as_json.document(report),
            quizzes=quiz.everything(learner, curriculum.days()),
            chart=drawn if mine else None,
            record=self._record(Key(report.origin, report.account, learner)),
        )

    def _report(self, source: Live) -> Report:
        course, learner = curriculum.load(curriculum.days()), self.settings.named(sandbox=True)
        with terminal.progress(self.words) as progress:
            source.watch_trail(progress)
            run = examine(
                course,
                selection(course, curriculum.days(), ()),
                source,
                self.settings,
                origin=lambda: "simulated" if source.simulated else "live",
                answers=quiz.everything(learner, course.days),
                chart=chart.stored(learner),
                progress=progress,
            )
        if source.guard.violations:
            raise WriteRefused("guard", calls=", ".join(source.guard.violations))
        for key, facts in run.warnings:
            terminal.warn(self.words, key, facts)
        return run.report

    def _record(self, key: Key) -> list[tuple[str, dict[str, Any]]]:
        try:
            return record.lines(key)
        except OSError as error:
            facts = {"path": record.Record(key).path, "reason": error.strerror or ""}
            terminal.warn(self.words, "record.unreadable", facts)
            return []

    def token(self, contents: Contents, report: str) -> str | None:
        """AWS's word that this file comes from this account; None, and told, if there is none."""
        words, cohort = self.words, contents.cohort
        if contents.origin != "live":
            return None
        if cohort is None:
            tell(words, "submit.no_cohort")
            return None
        if not self._may(contents):
            return None
        tags = {REPORT_TAG: report, LEARNER_TAG: contents.learner}
        tags |= {NONCE_TAG: self.given.nonce} if self.given.nonce else {}
        try:
            return Signer(audience(cohort), tags, self.settings.region, **self.way).token()
        except NotSent as reason:
            tell(words, reason.key, **reason.facts)
            return None

    def _may(self, contents: Contents) -> bool:
        """Whether the user agrees to a call that is more than a read."""
        if self.given.yes:
            return True
        if not sys.stdin.isatty():
            tell(self.words, "submit.no_terminal", program=_PROGRAM)
            return False
        facts = {"account": contents.account, "cohort": contents.cohort, "region": self.settings.region}
        return reach.agreed(self.words("submit.effect", **facts), self.words)

    def say(self, contents: Contents, path: str, report: str, token: str | None) -> None:
        words = self.words
        totals = contents.report["totals"]
        counts = {"passed": totals["passed"], "quizzes": len(contents.quizzes)}
        print(words("submit.written", path=path, account=contents.account, **counts))
        print(words("submit.digest", digest=report))
        level = "bound" if token else "claimed"
        print(words("submit.level.simulated" if contents.origin != "live" else f"submit.level.{level}"))


def _check_place(path: str) -> None:
    """Before anything takes time: a place that surely cannot be written."""
    place = Path(path)
    if place.is_dir() or not place.parent.is_dir():
        raise Unwritable("submit.unwritable", path=path)


def _write(path: str, content: bytes) -> None:
    try:
        resources.put(path, content)
    except OSError as error:
        raise Unwritable("submit.unwritable", path=path) from error
