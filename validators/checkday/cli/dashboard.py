"""`workshop dashboard`: run the two queries, keep their numbers, and write the page."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from checkday import chart, settings
from checkday.account import Account
from checkday.account.live import Live
from checkday.cli import exits, terminal
from checkday.cli.arguments import tell
from checkday.cli.data import agrees, owner_of, way_of
from checkday.dashboard import asking, figures
from checkday.dashboard.place import Place, cost
from checkday.errors import BadSetting, Unwritable
from checkday.writer import Athena, NotSent

if TYPE_CHECKING:
    import argparse

    from checkday.dashboard.asking import Answer
    from checkday.words import Words

_PROGRAM = "workshop dashboard"
_LIBRARIES = {"vl_convert": "vl-convert-python", "jinja2": "jinja2"}


def dashboard(given: argparse.Namespace, words: Words) -> int:
    """Ask, draw and write; on a live account only after the user agreed.

    Raises:
        BadSetting: an argument or setting is wrong, or the chart library is not installed.
        Unwritable: the page or the numbers behind it cannot be written.

    """
    if given.sandbox and given.profile:
        raise BadSetting("usage.conflict", one="--sandbox", other="--profile", program=_PROGRAM)
    _check_libraries()
    way = way_of(given, words)
    if way is None:
        return exits.FAILED
    try:
        return _draw(given, way, words)
    except NotSent as reason:
        tell(words, reason.key, **reason.facts)
        return exits.FAILED
    except KeyboardInterrupt:
        print("\n" + words("dashboard.interrupted"), file=sys.stderr)
        return exits.INTERRUPTED


def _check_libraries() -> None:
    for module, name in _LIBRARIES.items():
        if find_spec(module) is None:
            raise BadSetting("dashboard.not_installed", name=name)


def _draw(given: argparse.Namespace, way: Mapping[str, Any], words: Words) -> int:
    source = Live(**way)
    wanted = settings.load(language=given.lang)
    live = not source.simulated_in(wanted.region)
    learner = wanted.named(sandbox=not live)
    path = os.path.abspath(given.output or f"dashboard-{learner}.html")
    _check_writable(path)
    if live and not given.yes and not sys.stdin.isatty():
        raise BadSetting("dashboard.no_terminal", program=_PROGRAM)
    account = Account(source)
    errand = _Errand(
        learner=learner,
        origin="live" if live else "simulated",
        place=Place.of(learner, owner_of(account, wanted.region), wanted.region),
        statements=asking.statements(),
        way=way,
        words=words,
    )
    most = errand.place.table_bytes(account)
    if live and not given.yes and not errand.may(most):
        return exits.FAILED
    answers = errand.ask()
    found = figures.read(answers["heat_map"], answers["tree_map"])
    errand.write(path, found, answers)
    errand.keep(found, answers)
    print(words("dashboard.written", path=path))
    return exits.PASSED


@dataclass(frozen=True, slots=True, kw_only=True)
class _Errand:
    """What is asked, where and for whom, and how the account is reached."""

    learner: str
    origin: str
    place: Place
    statements: Mapping[str, str]
    way: Mapping[str, Any]
    words: Words

    def may(self, most: int) -> bool:
        """Whether the user agrees to queries that scan no more than `most` bytes each."""
        words, place = self.words, self.place
        cents = cost(place.region, *(most for _ in self.statements)).cents
        price = words("dashboard.small") if cents <= 1 else words("dashboard.cents", cents=cents)
        effect = words(
            "dashboard.effect",
            count=len(self.statements),
            workgroup=place.workgroup,
            account=place.account,
            region=place.region,
            cost=price,
        )
        if agrees(effect, words):
            return True
        print(words("dashboard.declined"))
        return False

    def ask(self) -> dict[str, Answer]:
        """Question -> its answer."""
        place, total = self.place, len(self.statements)
        athena = Athena(
            place.workgroup, place.database, list(self.statements.values()), place.region, **self.way
        )
        with terminal.progress(self.words, "dashboard.progress") as update:
            answers = asking.ask(
                athena, list(self.statements.values()), lambda state, done: update(state, done, total)
            )
        return dict(zip(self.statements, answers, strict=True))

    def write(self, path: str, found: figures.Figures, answers: Mapping[str, Answer]) -> None:
        """The page, at once or not at all."""
        from checkday.dashboard import page

        place = self.place
        text = page.render(
            found,
            page.Origin(learner=self.learner, place=place, origin=self.origin, at=datetime.now(UTC)),
            [(self.statements[name], answer) for name, answer in answers.items()],
            cost(place.region, *(answer.scanned for answer in answers.values())),
            self.words.language,
        )
        try:
            terminal.write(path, text)
        except Unwritable as error:
            raise Unwritable("dashboard.unwritable", **error.facts) from error

    def keep(self, found: figures.Figures, answers: Mapping[str, Answer]) -> None:
        """The numbers, to be judged again later."""
        queries = [answer.query for answer in answers.values()]
        kept = {**found.chart(), "queries": queries, "origin": self.origin, "account": self.place.account}
        try:
            chart.store(self.learner, kept)
        except Unwritable as error:
            raise Unwritable("dashboard.not_kept", **error.facts) from error


def _check_writable(path: str) -> None:
    """Before anything costs money: a place that surely cannot be written."""
    folder = os.path.dirname(path)
    code = None
    if not os.path.isdir(folder):
        code = errno.ENOENT
    elif os.path.isdir(path):
        code = errno.EISDIR
    elif not os.access(path if os.path.exists(path) else folder, os.W_OK):
        code = errno.EACCES
    if code is not None:
        raise Unwritable("dashboard.unwritable", path=path, reason=os.strerror(code))
