"""Whether a learner's role is what enrolment asked for; found out by its effect, before anybody is graded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from itertools import islice
from typing import Any

from checkday.account import Look
from checkday.account.answers import Absent, Response, canonical
from checkday.account.live import Live
from checkday.account.reads import reads
from checkday.cohort.fleet import Fleet, OwnFault, Refused
from checkday.model import Blocked
from checkday.plain import plain, plain_facts
from checkday.roster import Learner
from checkday.settings import REGION

THREADS = 32

_WRONG = {"opens_with_none", "opens_with_other", "wrong_account"}
"""Causes that are the role's fault; every other one says that it could not be looked at."""


class Standing(StrEnum):
    """What a role turned out to be."""

    GOOD = "good"
    WRONG = "wrong"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Verified:
    """What came of one learner's role; `notes` tell what is odd about a good one: word key and fact."""

    id: str
    standing: Standing
    at: str
    cause: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[tuple[str, str], ...] = ()


def verify(fleet: Fleet, learner: Learner, reads_name: str, fence: str) -> Verified:
    """Try the role of one learner: it must open with its own ExternalId, and with no other.

    `reads_name` and `fence` are the policies of a role that is made from today's template.

    Raises:
        OwnFault: the instructor's credentials are no good.

    """
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    try:
        live = _entered(fleet, learner)
        notes = tuple(_notes(live, learner, reads_name, fence))
    except OwnFault:
        raise
    except Refused as refused:
        standing = Standing.WRONG if refused.cause in _WRONG else Standing.BLOCKED
        return Verified(learner.id, standing, now, refused.cause, plain_facts(refused.facts))
    return Verified(learner.id, Standing.GOOD, now, notes=notes)


def verify_all(
    fleet: Fleet, learners: Iterable[Learner], names: tuple[str, str], take: Callable[[Verified], None]
) -> None:
    """Try them all, some at once; `take` is called with each as it comes, in this thread.

    Raises:
        OwnFault: the instructor's credentials are no good; what is under way is not taken.

    """
    waiting, pool = iter(learners), ThreadPoolExecutor(THREADS)
    flying: set[Future[Verified]] = set()
    try:
        while True:
            more = islice(waiting, 2 * THREADS - len(flying))
            flying |= {pool.submit(verify, fleet, one, *names) for one in more}
            if not flying:
                return
            ended, flying = wait(flying, return_when=FIRST_COMPLETED)
            for future in ended:
                take(future.result())
    finally:
        pool.shutdown(wait=False, cancel_futures=True)  # Ctrl-C waits for nobody's answer


def _entered(fleet: Fleet, learner: Learner) -> Live:
    live = fleet.source(learner)
    found = _asked(live, learner, "sts", "get_caller_identity")
    if found["Account"] != learner.account:
        raise Refused("wrong_account", wanted=learner.account, actual=found["Account"])
    return live


def _notes(live: Live, learner: Learner, reads_name: str, fence: str) -> Iterator[tuple[str, str]]:
    """What the role may do beside its own two policies; nothing if it does not let itself be seen."""
    role = str(learner.role_arn).rpartition("/")[2]
    try:
        attached = _asked(live, learner, "iam", "list_attached_role_policies", RoleName=role)
        inline = _asked(live, learner, "iam", "list_role_policies", RoleName=role)
    except Refused as refused:
        if refused.cause == "role_denied":  # it was there a moment ago
            raise
        yield "unseen", role
        return
    names = set(inline["PolicyNames"])
    if reads_name not in names:
        yield "old_template", role
    if fence not in names:
        yield "no_fence", role
    for one in sorted(plain(found["PolicyArn"]) for found in attached["AttachedPolicies"]):
        yield "more_policies", one


def _asked(live: Live, learner: Learner, service: str, operation: str, **parameters: str) -> Response:
    answer = live.fetch(Look(learner.region or REGION, service, operation, canonical(parameters)))
    pages = reads()[service, operation].pages
    try:
        return answer.response(pages.items if pages else None)
    except Blocked as blocked:
        raise Refused(blocked.code, **blocked.facts) from blocked
    except Absent as absent:
        raise Refused("role_denied", code=str(absent), role=learner.role_arn) from absent
