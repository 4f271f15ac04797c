"""`workshop enroll`: ExternalIds, templates and links for a cohort, and whether the roles are right."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from checkday.cli import exits, verifying
from checkday.cli.arguments import tell
from checkday.cli.rosters import roster_of
from checkday.enroll import grader, links, prepared
from checkday.enroll.enrolment import Enrolment, enrol
from checkday.enroll.folder import ROSTER, Folder, as_yaml, table
from checkday.enroll.grader import Instructor
from checkday.errors import BadSetting
from checkday.gradebook.cells import inert
from checkday.model import LANGUAGES
from checkday.words import Words

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from checkday.roster import Roster

_ACCOUNT = re.compile(r"\d{12}", re.ASCII)
_ROLE = re.compile(grader.ROLE_NAME, re.ASCII)
_LONGEST_ROLE = 512
_SHOWN = 10

LINKS = "links.csv"
_COLUMNS = ("id", "name", "email", "external_id", "link")


def enroll(given: argparse.Namespace, words: Words) -> int:
    """Write all that a cohort's enrolment needs; with `--verify` try the roles.

    Raises:
        BadSetting: an argument, the roster or the folder is wrong.
        Unwritable: the folder cannot be written.

    """
    roster = roster_of(given.roster, words)
    if roster is None:
        return exits.USAGE
    with Folder(Path(given.out)) as folder:
        return _enrolled(given, words, folder, roster)


def _enrolled(given: argparse.Namespace, words: Words, folder: Folder, roster: Roster) -> int:
    instructor, template_url = _arguments(given, folder)
    enrolment = enrol(roster, folder.book())
    folder.keep(enrolment.book)
    folder.keep_instructor(instructor, template_url)
    folder.keep_roster(enrolment.roster)
    _write(folder, enrolment, instructor, template_url)
    _say(words, folder, enrolment, linked=template_url is not None)
    if given.verify:
        return verifying.verify(given, words, folder, enrolment.roster)
    print(words("enroll.next", roster=str(folder.path / ROSTER), out=str(folder.path)))
    return exits.PASSED


def _arguments(given: argparse.Namespace, folder: Folder) -> tuple[Instructor, str | None]:
    known, url = folder.instructor()
    account = given.account or (known.account if known else None)
    role = given.role or (known.role if known else grader.INSTRUCTOR)
    if account is None:
        raise BadSetting("enroll.no_account")
    if not _ACCOUNT.fullmatch(account):
        raise BadSetting("enroll.bad_account", value=account)
    if len(role) > _LONGEST_ROLE or not _ROLE.fullmatch(role):
        raise BadSetting("enroll.bad_role", value=role)
    return Instructor(account, role), links.checked(given.template_url) if given.template_url else url


def _write(folder: Folder, enrolment: Enrolment, instructor: Instructor, template_url: str | None) -> None:
    folder.write("template.yaml", as_yaml(grader.template(grader.reads(), instructor)))
    folder.write("template-school.yaml", as_yaml(prepared.template()))
    folder.write_json("instructor-policy.json", grader.instructor_policy())
    rows = []
    for one in enrolment.roster.learners:
        link = links.link(one, instructor, template_url) if template_url else ""
        # What was typed is made harmless; an id or a link with a letter more would be another one.
        rows.append((one.id, inert(one.name), inert(one.email), str(one.external_id), link))
    folder.write(LINKS, table(_COLUMNS, rows))
    for language in LANGUAGES:
        facts = {"stack": links.STACK, "account": instructor.account, "role": instructor.role}
        key = "enroll.invitation.link" if template_url else "enroll.invitation.hand"
        texts = (Words(language)(one, **facts).strip() for one in (key, "enroll.invitation.about"))
        folder.write(f"invitation.{language}.txt", "\n\n".join(texts) + "\n")


def _say(words: Words, folder: Folder, enrolment: Enrolment, *, linked: bool) -> None:
    counts = {"count": len(enrolment.roster.learners), "added": len(enrolment.added)}
    print(words("enroll.written", **counts, path=str(folder.path)))
    if enrolment.gone:
        tell(words, "enroll.gone", names=_listed(enrolment.gone), stack=links.STACK)
    if not linked:
        tell(words, "enroll.no_links", path=str(folder.path / "template.yaml"))


def _listed(names: Sequence[str]) -> str:
    return ", ".join([*names[:_SHOWN], *(["…"] if len(names) > _SHOWN else [])])
