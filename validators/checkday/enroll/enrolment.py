"""Who is enrolled, with which role and ExternalId: what was given out once is kept for good."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from checkday.enroll import external_ids, grader
from checkday.errors import BadSetting
from checkday.roster import Learner, Roster
from checkday.roster.reading import numbered


@dataclass(frozen=True, slots=True)
class Given:
    """What one learner was given."""

    account: str
    external_id: str


Book = Mapping[str, Given]
"""Learner -> what was given out, in this and in every earlier call."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A cohort whose every learner has a role and an ExternalId."""

    roster: Roster
    book: Book
    added: tuple[str, ...]
    gone: tuple[str, ...]
    """Learners who were given an id and are not in the roster any more: their roles are still there."""


def enrol(roster: Roster, book: Book) -> Enrolment:
    """Give everybody a role's name and an ExternalId who has none yet.

    Raises:
        BadSetting: a learner has another account than before, or an ExternalId that cannot be used.

    """
    learners = [_enrolled(one, book.get(one.id)) for one in roster.learners]
    _refuse_shared(learners, book)
    given = {one.id: Given(one.account, one.external_id or "") for one in learners}
    return Enrolment(
        numbered(roster.cohort, learners, roster.course_version),
        {**book, **given},
        tuple(name for name in given if name not in book),
        tuple(name for name in book if name not in given),
    )


def _enrolled(learner: Learner, earlier: Given | None) -> Learner:
    if earlier and earlier.account != learner.account:
        raise BadSetting(
            "enroll.other_account", learner=learner.id, was=earlier.account, account=learner.account
        )
    if earlier and learner.external_id not in {None, earlier.external_id}:
        raise BadSetting("enroll.other_external_id", learner=learner.id)
    own = learner.external_id or (earlier.external_id if earlier else external_ids.new())
    if not usable(own):
        raise BadSetting("enroll.weak_external_id", learner=learner.id, shortest=external_ids.SHORTEST)
    return replace(
        learner, external_id=own, role_arn=learner.role_arn or grader.arn(learner.account, learner.id)
    )


def usable(external_id: str) -> bool:
    """Whether the template takes it: what is short can be guessed."""
    fits = external_ids.SHORTEST <= len(external_id) <= external_ids.LONGEST
    return fits and re.fullmatch(external_ids.PATTERN, external_id, re.ASCII) is not None


def _refuse_shared(learners: list[Learner], book: Book) -> None:
    seen: dict[str, str] = {given.external_id: name for name, given in book.items()}
    for one in learners:
        first = seen.setdefault(str(one.external_id), one.id)
        if first != one.id:
            raise BadSetting("enroll.shared_external_id", learner=one.id, first=first)
