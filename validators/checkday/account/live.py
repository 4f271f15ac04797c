"""The live source of answers: botocore, with our own patience and nothing but reads."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from botocore.client import BaseClient

from checkday.account import faults, models
from checkday.account.answers import Answer, Look, Page, restored
from checkday.account.clients import CONNECT_TIMEOUT, READ_TIMEOUT, Clients
from checkday.account.deadline import answered_by
from checkday.account.reads import Read, operations, reads
from checkday.account.shared import Keys, NoKeys, signing_as
from checkday.account.trail import Reader, is_walk

__all__ = ["CONNECT_TIMEOUT", "READ_TIMEOUT", "Live", "Patience"]


@dataclass(frozen=True, slots=True)
class Patience:
    """What one account may take: seconds for all its reads, and second tries for all of them together."""

    seconds: float = 60.0
    retries: int = 1000


_TRIES: Mapping[str, int] = {"throttled": 4, "service_error": 3, "no_network": 2}
_FIRST_PAUSE = 0.3
_MOST_PAGES = 100
"""A bucket of 100,000 objects; what goes on after that is not looked at, rather than half looked at."""
_LARGEST_BODY = 8 * 1024 * 1024


class Live:
    """Answers from AWS, or from whatever endpoint the environment names."""

    def __init__(
        self,
        *,
        profile: str | None = None,
        endpoint: str | None = None,
        credentials: tuple[str, str] | None = None,
        kept: Path | None = None,
        clients: Clients | None = None,
        keys: Keys | None = None,
        patience: Patience = Patience(),
    ) -> None:
        """`kept` is the folder in which events of CloudTrail outlast the run; without it none do.

        `clients` are those of a process that looks at many accounts, and `keys` those of this one.
        """
        self._kept, self._trail = kept, Reader(self._fetch)
        self._clients = clients or Clients(profile=profile, endpoint=endpoint)
        self._session, self.guard = self._clients.session, self._clients.guard
        if credentials is not None:
            self._session.set_credentials(*credentials)
        self._keys, self._endpoint = keys, self._clients.endpoint
        self.refused: NoKeys | None = None
        """Why a part of the account could not be asked: keys for it were refused."""
        self._deadline, self._retries = time.monotonic() + patience.seconds, patience.retries
        self._counting = threading.Lock()

    @property
    def simulated(self) -> bool:
        """Whether any client so far talks to a host that is not AWS's."""
        return self._clients.simulated

    def simulated_in(self, region: str) -> bool:
        """Whether this Region's answers will come from elsewhere than AWS: an endpoint was configured."""
        self._client("sts", region)
        return self.simulated

    def ready_next_run(self) -> None:
        """Keep what makes clients quick to create: half a second, once, after the report is printed."""
        if not models.ready(operations()):
            models.build(operations())

    def watch_trail(self, progress: Callable[[str, int, int], None]) -> None:
        """Be told of each page of a walk through CloudTrail: it can take half a minute."""
        self._trail.progress = progress

    def fetch(self, look: Look) -> Answer:
        """The answer to one look; a fault becomes part of it.

        Raises:
            Unforeseen: AWS refused the call itself, so the mistake is ours.

        """
        if not is_walk(look):
            return self._fetch(look)
        self._client("cloudtrail", look.region)
        if not self.simulated:
            # What is not AWS has no rate to keep to, and can be emptied: nothing of it is remembered.
            self._trail.keep(self._kept)
        return self._trail.read(look)

    def _fetch(self, look: Look) -> Answer:
        with answered_by(self._deadline):
            return self._asked(look)

    def _asked(self, look: Look) -> Answer:
        """Ask once, again only where a second try can help; a fault becomes part of the answer.

        Raises:
            Unforeseen: AWS refused the call itself, so the mistake is ours.

        """
        read, tries = reads()[look.service, look.operation], 0
        try:
            signing = partial(signing_as, self._keys(look.service)) if self._keys else nullcontext
        except NoKeys as refused:
            self.refused = refused
            return Answer(look, cause=refused.cause, facts={"call": look.call, **refused.facts}, sent=0)
        self._clients.sent(anew=True)
        while True:
            tries += 1
            with signing():
                answer = self._try(look, read)
            cause = answer.cause
            if cause is None or tries >= _TRIES.get(cause, 1) or not self._may_retry():
                return answer
            time.sleep(_FIRST_PAUSE * 2**tries * random.uniform(0.5, 1))  # noqa: S311 - jitter, not a secret

    def _may_retry(self) -> bool:
        with self._counting:
            self._retries -= 1
            return self._retries >= 0 and time.monotonic() <= self._deadline

    def _try(self, look: Look, read: Read) -> Answer:
        if time.monotonic() > self._deadline:
            return Answer(
                look, cause="timeout", facts={"endpoint": self._endpoint or "AWS", "call": look.call}, sent=0
            )
        endpoint = self._endpoint or f"{look.service}.{look.region}"
        try:
            client = self._client(look.service, look.region)
            endpoint = str(client.meta.endpoint_url)
            pages = _pages(client, look, read)
        except faults.FAILURES as error:
            absent = faults.absent_code(error, read)
            if absent is not None:
                return Answer(look, [_refusal(error)], absent=absent, sent=self._clients.sent())
            cause, facts = faults.cause(error, read, endpoint)
            if cause == "denied" and (home := self._identity_region(error)):
                cause, facts = "identity_region", {**facts, "region": home}
            return Answer(look, cause=cause, facts=facts, sent=self._clients.sent())
        if any(key not in pages[0].response for key in read.answers):
            return Answer(
                look,
                cause="bad_answer",
                facts={"endpoint": endpoint, "call": look.call},
                sent=self._clients.sent(),
            )
        return Answer(look, pages, sent=self._clients.sent())

    def _identity_region(self, error: Exception) -> str | None:
        region = faults.identity_region(error)
        return region if region in self._session.get_available_regions("quicksight") else None

    def _client(self, service: str, region: str) -> BaseClient:
        return self._clients.client(service, region)


def _pages(client: BaseClient, look: Look, read: Read) -> list[Page]:
    parameters, call = json.loads(look.parameters, object_hook=restored), getattr(client, look.operation)
    found = [_page(call(**parameters), read)]
    while read.pages and (token := found[-1].response.get(read.pages.next)):
        if len(found) == _MOST_PAGES:
            raise faults.TooLong(look.call)
        found.append(_page(call(**parameters, **{read.pages.token: token}), read))
    return found


def _page(response: dict[str, Any], read: Read) -> Page:
    metadata = response.pop("ResponseMetadata", {})
    if "Body" in response:
        with response["Body"] as body:
            response["Body"] = body.read(_LARGEST_BODY)
    kept = _without(response, read.drops) if read.drops else response
    return Page(kept, str(metadata.get("RequestId", "")), _now())


def _without(value: Any, drops: frozenset[str]) -> Any:
    if isinstance(value, dict):
        return {key: _without(inner, drops) for key, inner in value.items() if key not in drops}
    return [_without(inner, drops) for inner in value] if isinstance(value, list) else value


def _refusal(error: Exception) -> Page:
    response = getattr(error, "response", {})
    metadata = response.get("ResponseMetadata", {})
    return Page({"Error": {"Code": response["Error"]["Code"]}}, str(metadata.get("RequestId", "")), _now())


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
