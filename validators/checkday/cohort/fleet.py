"""The way into many accounts from one process: shared clients, and each account's own keys."""

from __future__ import annotations

import json
import random
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from botocore.credentials import ReadOnlyCredentials

from checkday.account import Look
from checkday.account.answers import Answer
from checkday.account.clients import Clients
from checkday.account.deadline import answered_by
from checkday.account.faults import FAILURES, cause
from checkday.account.live import Live, Patience
from checkday.account.reads import Read
from checkday.account.shared import Keys, NoKeys, SharedClients, signing_as
from checkday.resources import generated
from checkday.roster import Learner
from checkday.settings import REGION

_PATIENCE = Patience(seconds=180.0, retries=40)
"""One account's own: a hundred reads, one after another, and three walks through CloudTrail."""

_SECONDS = 900
"""How long a session lasts: the least that AWS gives, and several times what an account may take."""
_SPARE = 60
"""Seconds before its end when a session is no longer used."""

_TRIES = 4
_PAUSE = 0.5
_ASSUME = Read("sts:AssumeRole", ("sts:AssumeRole",), frozenset(), (), None)
_AGAIN = {"throttled", "service_error", "no_network", "timeout"}
_OWN = {"expired", "credentials", "no_credentials", "clock"}
"""Said of an AssumeRole, these are about the instructor: the next account would fare no better."""


@dataclass(frozen=True, slots=True)
class Way:
    """How this run reaches AWS. `endpoint` is the sandbox's, whose accounts have no roles.

    `aws` stands for AWS itself, roles and all: no setting names it, only a test or a benchmark does.
    """

    profile: str | None = None
    endpoint: str | None = None
    threads: int = 64
    aws: str | None = None


class Refused(NoKeys):
    """The account, or a part of it, cannot be entered; the cause and its facts."""


class OwnFault(Refused):
    """The instructor's own credentials are no good any more."""


class _Sessions:
    """One account's keys: a session for each group of services, taken on when it is first needed.

    A refusal stands: each of a hundred reads would ask anew.
    """

    def __init__(self, take: Callable[[str], dict[str, Any]]) -> None:
        self._take, self._lock = take, threading.Lock()
        self._kept: dict[str, tuple[ReadOnlyCredentials, datetime]] = {}
        self._refused: dict[str, Refused] = {}

    def __call__(self, service: str) -> ReadOnlyCredentials:
        policy = _policies()[service]
        with self._lock:
            if policy in self._refused:
                raise self._refused[policy]
            if policy not in self._kept or _ends(self._kept[policy][1]):
                self._kept[policy] = self._taken(policy)
            return self._kept[policy][0]

    def _taken(self, policy: str) -> tuple[ReadOnlyCredentials, datetime]:
        try:
            given = self._take(policy)
        except Refused as refused:
            self._refused[policy] = refused
            raise
        own = ReadOnlyCredentials(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
        return own, given["Expiration"]


def _ends(moment: datetime) -> bool:
    return (moment - datetime.now(UTC)).total_seconds() < _SPARE


@cache
def _policies() -> Mapping[str, str]:
    """Service -> the session policy under which it is asked."""
    groups = json.loads(generated("session_policies.json").read_text(encoding="utf-8"))
    return {
        service: json.dumps(group["policy"], separators=(",", ":"))
        for group in groups
        for service in group["services"]
    }


@dataclass(frozen=True, slots=True)
class Closed:
    """The source of an account that cannot be entered: to every question the same cause."""

    why: Refused

    def fetch(self, look: Look) -> Answer:
        """No answer, and why."""
        return Answer(look, cause=self.why.cause, facts={"call": look.call, **self.why.facts}, sent=0)


class Fleet:
    """All that one process needs to look at accounts; safe in as many threads as it was made for."""

    def __init__(self, way: Way) -> None:
        self.clients = SharedClients(
            profile=way.profile, endpoint=way.endpoint or way.aws, connections=way.threads
        )
        self._way, self._own = way, Clients(profile=way.profile, endpoint=way.aws, pinned=True)

    def source(self, learner: Learner) -> Live:
        """The live source of this learner's account.

        Raises:
            Refused: its role cannot be taken on.
            OwnFault: the instructor's credentials cannot take on any.

        """
        until = time.monotonic() + _PATIENCE.seconds
        with answered_by(until):
            keys = self._keys(learner)
        left = replace(_PATIENCE, seconds=until - time.monotonic())
        return Live(clients=self.clients, keys=keys, patience=left)

    def _keys(self, learner: Learner) -> Keys:
        if self._way.endpoint is not None:
            own = ReadOnlyCredentials(learner.account, "testing", None)
            return lambda _: own
        if learner.role_arn is None:
            raise Refused("no_role")
        role = learner.role_arn
        self._refuse_open(learner)
        keys = _Sessions(lambda policy: self._patiently(lambda: self._assume(learner, policy), role))
        keys("sts")  # who cannot be entered at all is told before anything is asked
        return keys

    def _refuse_open(self, learner: Learner) -> None:
        """A role that others can make us enter is worth nothing: who names it need not own the account."""
        if learner.external_id is None:
            return
        for other, how in ((None, "none"), (f"not-{secrets.token_hex(24)}", "other")):
            if self._opens(replace(learner, external_id=other)):
                raise Refused(f"opens_with_{how}", role=learner.role_arn)

    def _opens(self, learner: Learner) -> bool:
        try:
            self._patiently(lambda: self._assume(learner, _policies()["sts"]), str(learner.role_arn))
        except Refused as refused:
            if refused.cause == "role_denied":
                return False
            raise
        return True

    def _assume(self, learner: Learner, policy: str) -> dict[str, Any]:
        asked = {
            "RoleArn": learner.role_arn,
            "RoleSessionName": f"checkday-{learner.id}",
            "Policy": policy,
            "DurationSeconds": _SECONDS,
        }
        if learner.external_id:
            asked["ExternalId"] = learner.external_id
        found = self._own.session.get_credentials()
        if found is None:
            raise OwnFault("no_credentials")
        with signing_as(found.get_frozen_credentials()):
            client: Any = self.clients.client("sts", learner.region or REGION)
            credentials: dict[str, Any] = client.assume_role(**asked)["Credentials"]
        return credentials

    def _patiently(self, ask: Callable[[], dict[str, Any]], role: str) -> dict[str, Any]:
        for left in reversed(range(_TRIES)):
            try:
                return ask()
            except FAILURES as error:
                name, facts = cause(error, _ASSUME, "sts")
                if name in _OWN:
                    raise OwnFault(name, **facts) from error
                if not left or name not in _AGAIN:
                    denied = name.startswith("denied")
                    raise Refused("role_denied" if denied else name, **facts, role=role) from error
            time.sleep(_PAUSE * 2 ** (_TRIES - left) * random.uniform(0.5, 1))  # noqa: S311 - jitter
        raise AssertionError
