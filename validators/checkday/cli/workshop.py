"""`workshop`: everything around the checks: settings, sandbox, pages and their commands, authoring."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

from checkday.cli import exits
from checkday.cli.arguments import Parser
from checkday.errors import BadSetting
from checkday.words import KNOWN

if TYPE_CHECKING:
    import argparse

    from checkday.words import Words

_HOMES = {
    "init": "checkday.cli.learner",
    "env": "checkday.cli.learner",
    "status": "checkday.cli.learner",
    "hint": "checkday.cli.hint",
    "doctor": "checkday.cli.doctor",
    "leftovers": "checkday.cli.leftovers",
    "sandbox": "checkday.cli.sandbox",
    "solve": "checkday.cli.solving",
    "data": "checkday.cli.data",
    "quiz": "checkday.cli.quiz",
    "dashboard": "checkday.cli.dashboard",
    "console": "checkday.cli.console",
    "submit": "checkday.cli.submitting",
    "enroll": "checkday.cli.enrolling",
    "grade": "checkday.cli.grading",
    "regrade": "checkday.cli.grading",
    "site": "checkday.cli.pages",
    "author": "checkday.cli.author",
}
"""The module whose function of the same name is the command; loaded only when it is called."""


COMMANDS = tuple(_HOMES)


def main() -> int:
    """The console script."""
    return exits.guarded(workshop, sys.argv[1:])


def workshop(arguments: list[str], words: Words) -> int:
    """Parse and run one of the commands."""
    given = _parser(words).parse_args(arguments)
    if given.lang not in {None, *KNOWN}:
        raise BadSetting("settings.bad_language", value=given.lang, known=", ".join(KNOWN))
    home = import_module(_HOMES[given.command])
    code: int = getattr(home, given.command)(given, words)
    return code


def _parser(words: Words) -> argparse.ArgumentParser:
    parser = Parser(words, "workshop")
    parser.add_version()
    commands = parser.add_subparsers(
        dest="command", required=True, metavar=words("help.command"), parser_class=_subparser(words)
    )
    for name in _HOMES:
        command = commands.add_parser(name, help=words(f"help.workshop.{name}"))
        command.add_language()
        _ARGUMENTS[name](command)
    return parser


def _subparser(words: Words) -> type[Parser]:
    class Subparser(Parser):
        def __init__(self, prog: str, **_: object) -> None:
            # argparse builds "workshop" + name; its usage part may hold metavars we do not want in a key.
            name = prog.rpartition(" ")[2]
            super().__init__(words, f"workshop {name}", key=f"workshop.{name}")

    return Subparser


def _init(parser: Parser) -> None:
    parser.add("--learner", key="help.learner", metavar="ID")
    parser.add("--region", key="help.region", metavar="R")
    parser.add("--replica-region", key="help.replica_region", metavar="R", dest="replica_region")


def _env(parser: Parser) -> None:
    parser.add("--sandbox", key="help.env.sandbox", action="store_true")
    parser.add("--profile", key="help.profile", metavar="P")


def _status(_: Parser) -> None:
    pass


def _hint(parser: Parser) -> None:
    parser.add("id", key="help.hint.id", metavar="ID")
    parser.add("--level", key="help.hint.level", choices=("1", "2", "3"))
    parser.add("--reset", key="help.hint.reset", action="store_true")


def _leftovers(parser: Parser) -> None:
    parser.add("--profile", key="help.profile", metavar="P")
    parser.add("--region", key="help.region", metavar="R")
    parser.add("--sandbox", key="help.sandbox.instead", action="store_true")


def _doctor(parser: Parser) -> None:
    _leftovers(parser)
    parser.add("--policy", key="help.doctor.policy", action="store_true")


def _sandbox(parser: Parser) -> None:
    parser.add("action", key="help.sandbox.action", choices=("up", "down", "status", "reset"))
    parser.add("--port", key="help.port", metavar="N")
    parser.add("--foreground", key="help.foreground", action="store_true")


def _solve(parser: Parser) -> None:
    parser.add("days", key="help.days", nargs="+", metavar=parser.words("help.day"))
    parser.add("--through", key="help.through", metavar="TASK")


def _data(parser: Parser) -> None:
    parser.add("action", key="help.data.action", choices=("make", "send", "load"))
    parser.add("--count", key="help.data.count", metavar="N")
    parser.add("--out", key="help.data.out", metavar="DIR")
    parser.add("--sandbox", key="help.data.sandbox", action="store_true")
    parser.add("--direct", key="help.data.direct", action="store_true")
    parser.add("--again", key="help.data.again", action="store_true")
    parser.add("--table", key="help.data.table", metavar="NAME")
    parser.add("--yes", key="help.data.yes", action="store_true")
    parser.add("--profile", key="help.profile", metavar="P")


def _quiz(parser: Parser) -> None:
    parser.add("day", key="help.days", metavar=parser.words("help.day"))
    parser.add("--again", key="help.quiz.again", action="store_true")
    parser.add("--stdin", key="help.quiz.stdin", action="store_true")


def _dashboard(parser: Parser) -> None:
    parser.add("--output", key="help.dashboard.output", metavar=parser.words("help.file"))
    parser.add("--sandbox", key="help.data.sandbox", action="store_true")
    parser.add("--profile", key="help.profile", metavar="P")
    parser.add("--yes", key="help.dashboard.yes", action="store_true")


def _submit(parser: Parser) -> None:
    parser.add("--output", key="help.submit.output", metavar=parser.words("help.file"))
    parser.add("--cohort", key="help.submit.cohort", metavar="NAME")
    parser.add("--nonce", key="help.submit.nonce", metavar="TEXT")
    parser.add("--sandbox", key="help.data.sandbox", action="store_true")
    parser.add("--profile", key="help.profile", metavar="P")
    parser.add("--yes", key="help.submit.yes", action="store_true")


def _site(parser: Parser) -> None:
    parser.add("action", key="help.site.action", choices=("build", "serve", "zip"))
    parser.add("--port", key="help.site.port", metavar="N")
    parser.add("--out", key="help.site.out", metavar=parser.words("help.file"))


def _console(parser: Parser) -> None:
    parser.add("--port", key="help.port", metavar="N")


def _enroll(parser: Parser) -> None:
    parser.add("roster", key="help.grade.roster", metavar="ROSTER")
    parser.add("--out", key="help.enroll.out", metavar="DIR", required=True)
    parser.add("--account", key="help.enroll.account", metavar="ID")
    parser.add("--role", key="help.enroll.role", metavar="NAME")
    parser.add("--template-url", key="help.enroll.template_url", metavar="URL", dest="template_url")
    parser.add("--verify", key="help.enroll.verify", action="store_true")
    parser.add("--again", key="help.enroll.again", action="store_true")
    parser.add("--profile", key="help.profile", metavar="P")


def _grade(parser: Parser) -> None:
    parser.add("roster", key="help.grade.roster", metavar="ROSTER")
    parser.add("--out", key="help.grade.out", metavar="DIR", required=True)
    parser.add("--days", key="help.grade.days", metavar="1-7")
    parser.add("--scheduler", key="help.grade.scheduler", metavar="local|tcp://…", default="local")
    parser.add("--collect-only", key="help.grade.collect_only", action="store_true", dest="collect_only")
    parser.add("--again", key="help.grade.again", action="store_true")
    parser.add("--submissions", key="help.grade.submissions", metavar="DIR")
    parser.add("--fetch-keys", key="help.grade.fetch_keys", action="store_true", dest="fetch_keys")
    parser.add("--nonce", key="help.grade.nonce", metavar="TEXT")
    parser.add("--sandbox", key="help.grade.sandbox", action="store_true")
    parser.add("--profile", key="help.profile", metavar="P")
    _marking(parser)


def _regrade(parser: Parser) -> None:
    parser.add("out", key="help.grade.folder", metavar="DIR")
    parser.add("--accept-losses", key="help.grade.accept_losses", action="store_true", dest="accept_losses")
    _marking(parser)


def _marking(parser: Parser) -> None:
    parser.add("--excuse", key="help.grade.excuse", metavar="CODE", action="append", default=[])
    parser.add("--waivers", key="help.grade.waivers", metavar=parser.words("help.file"))
    parser.add("--final", key="help.grade.final", action="store_true")
    parser.add("--canvas", key="help.grade.canvas", metavar="EXPORT.csv")
    ways = ("auto", "email", "idnumber")
    parser.add(
        "--moodle", key="help.grade.moodle", metavar="email|idnumber", nargs="?", const="auto", choices=ways
    )
    parser.add("--since", key="help.grade.since", metavar="2026-11-25")
    parser.add("--bom", key="help.grade.bom", action="store_true")
    parser.add("--jobs", key="help.grade.jobs", metavar="N")


def _author(parser: Parser) -> None:
    parser.add("action", key="help.author.action", choices=("lint", "generate", "new"))
    parser.add("id", key="help.author.id", metavar="ID", nargs="?")
    parser.add("--task", key="help.author.task", metavar="TASK")
    parser.add("--check", key="help.author.check", action="store_true")


_ARGUMENTS = {
    "init": _init,
    "env": _env,
    "status": _status,
    "hint": _hint,
    "doctor": _doctor,
    "leftovers": _leftovers,
    "sandbox": _sandbox,
    "solve": _solve,
    "data": _data,
    "quiz": _quiz,
    "dashboard": _dashboard,
    "console": _console,
    "submit": _submit,
    "enroll": _enroll,
    "grade": _grade,
    "regrade": _regrade,
    "site": _site,
    "author": _author,
}


if __name__ == "__main__":
    sys.exit(main())
