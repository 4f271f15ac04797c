"""The way into many accounts from one process: shared clients, and each account's own keys."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.credentials import ReadOnlyCredentials

from checkday.account import Look
from checkday.account.answers import Answer
from checkday.account.clients import Clients
from checkday.account.faults import FAILURES, cause
from checkday.account.live import Live, Patience
from checkday.account.reads import Read
from checkday.account.shared import SharedClients, signing_as
from checkday.roster import Learner
from checkday.settings import REGION

_PATIENCE = Patience(seconds=180.0, retries=40)
"""One account's own: a hundred reads, one after another, and three walks through CloudTrail."""

_TRIES = 4
_PAUSE = 0.5
_ASSUME = Read("sts:AssumeRole", ("sts:AssumeRole",), frozenset(), (), None)
_AGAIN = {"throttled", "service_error", "no_network", "timeout"}
_OWN = {"expired", "credentials", "no_credentials", "clock"}
"""Said of an AssumeRole, these are about the instructor: the next account would fare no better."""


@dataclass(frozen=True, slots=True)
class Way:
    """How this run reaches AWS. `endpoint` is the sandbox's, whose accounts have no roles."""

    profile: str | None = None
    endpoint: str | None = None
    threads: int = 64


class Refused(Exception):
    """The account cannot be entered; the cause and its facts."""

    def __init__(self, code: str, /, **facts: Any) -> None:
        super().__init__(code, facts)
        self.cause, self.facts = code, facts


class OwnFault(Refused):
    """The instructor's own credentials are no good any more."""


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
        self.clients = SharedClients(profile=way.profile, endpoint=way.endpoint, connections=way.threads)
        self._way, self._own = way, Clients(profile=way.profile)

    def source(self, learner: Learner) -> Live:
        """The live source of this learner's account.

        Raises:
            Refused: its role cannot be taken on.
            OwnFault: the instructor's credentials cannot take on any.

        """
        return Live(clients=self.clients, keys=self._keys(learner), patience=_PATIENCE)

    def _keys(self, learner: Learner) -> ReadOnlyCredentials:
        if self._way.endpoint is not None:
            return ReadOnlyCredentials(learner.account, "testing", None)
        if learner.role_arn is None:
            raise Refused("no_role")
        given = self._patiently(lambda: self._assume(learner), learner.role_arn)
        return ReadOnlyCredentials(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])

    def _assume(self, learner: Learner) -> dict[str, str]:
        asked = {"RoleArn": learner.role_arn, "RoleSessionName": f"checkday-{learner.id}"}
        if learner.external_id:
            asked["ExternalId"] = learner.external_id
        found = self._own.session.get_credentials()
        if found is None:
            raise OwnFault("no_credentials")
        with signing_as(found.get_frozen_credentials()):
            client: Any = self.clients.client("sts", learner.region or REGION)
            credentials: dict[str, str] = client.assume_role(**asked)["Credentials"]
        return credentials

    def _patiently(self, ask: Callable[[], dict[str, str]], role: str) -> dict[str, str]:
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
