"""The live source of answers: botocore, with our own patience and nothing but reads."""

from __future__ import annotations

import json
import os
import random
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import botocore.session
from botocore.client import BaseClient
from botocore.config import Config
from botocore.exceptions import ConfigParseError, ProfileNotFound

from checkday import __version__
from checkday.account import faults, models
from checkday.account.answers import Answer, Look, Page, restored
from checkday.account.guard import Guard
from checkday.account.reads import Read, operations, reads
from checkday.account.trail import Reader, is_walk
from checkday.model import BadSetting

CONNECT_TIMEOUT, READ_TIMEOUT = 5, 15
"""Seconds. botocore's own minute, three times over, would leave a learner staring at nothing."""

_DEADLINE = 60.0
"""Seconds for everything that one account is asked."""

_TRIES: Mapping[str, int] = {"throttled": 4, "service_error": 3, "no_network": 2}
_FIRST_PAUSE = 0.3
_MOST_PAGES = 100
"""A bucket of 100,000 objects; what goes on after that is not looked at, rather than half looked at."""
_LARGEST_BODY = 8 * 1024 * 1024

_AWS_HOSTS = (".amazonaws.com", ".amazonaws.com.cn", ".api.aws", ".api.amazonwebservices.com.cn")


class Live:
    """Answers from AWS, or from whatever endpoint the environment names."""

    def __init__(
        self,
        *,
        profile: str | None = None,
        endpoint: str | None = None,
        credentials: tuple[str, str] | None = None,
        kept: Path | None = None,
    ) -> None:
        """`kept` is the folder in which events of CloudTrail outlast the run; without it none do."""
        self._kept, self._trail = kept, Reader(self._fetch)
        self._session = _session(profile)
        if credentials is not None:
            self._session.set_credentials(*credentials)
        self._endpoint = endpoint
        # The sandbox is on this machine: a proxy could not reach it.
        self._config = _CONFIG.merge(Config(proxies={})) if endpoint else _CONFIG
        self._clients: dict[tuple[str, str], BaseClient] = {}
        # Making a client is neither safe nor any faster in several threads at once.
        self._making = threading.Lock()
        self._sent = threading.local()
        self._deadline = time.monotonic() + _DEADLINE
        self.guard = Guard(operations())
        self.guard.watch(self._session)
        self._session.get_component("event_emitter").register("before-send.*.*", self._count)
        self._hosts: set[str] = set()

    @property
    def simulated(self) -> bool:
        """Whether any client so far talks to a host that is not AWS's."""
        return any(not host.endswith(_AWS_HOSTS) for host in self._hosts)

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
        """Ask once, again only where a second try can help; a fault becomes part of the answer.

        Raises:
            Unforeseen: AWS refused the call itself, so the mistake is ours.

        """
        read, self._sent.count = reads()[look.service, look.operation], 0
        tries = 0
        while True:
            tries += 1
            answer = self._try(look, read)
            cause = answer.cause
            if cause is None or tries >= _TRIES.get(cause, 1) or time.monotonic() > self._deadline:
                return answer
            time.sleep(_FIRST_PAUSE * 2**tries * random.uniform(0.5, 1))  # noqa: S311 - jitter, not a secret

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
                return Answer(look, [_refusal(error)], absent=absent, sent=self._sent.count)
            cause, facts = faults.cause(error, read, endpoint)
            return Answer(look, cause=cause, facts=facts, sent=self._sent.count)
        if any(key not in pages[0].response for key in read.answers):
            return Answer(
                look,
                cause="bad_answer",
                facts={"endpoint": endpoint, "call": look.call},
                sent=self._sent.count,
            )
        return Answer(look, pages, sent=self._sent.count)

    def _client(self, service: str, region: str) -> BaseClient:
        with self._making:
            if (service, region) not in self._clients:
                client = self._create(service, region)
                self._hosts.add("." + (urlsplit(client.meta.endpoint_url).hostname or ""))
                self._clients[service, region] = client
            return self._clients[service, region]

    def _create(self, service: str, region: str) -> BaseClient:
        try:
            client: BaseClient = self._session.create_client(
                service, region_name=region, endpoint_url=self._endpoint, config=self._config
            )
        except ValueError as error:  # what botocore raises for an endpoint that is no URL
            endpoint = self._endpoint or os.environ.get("AWS_ENDPOINT_URL", str(error))
            raise BadSetting("settings.bad_endpoint", endpoint=endpoint) from error
        return client

    def _count(self, **_: Any) -> None:
        self._sent.count = getattr(self._sent, "count", 0) + 1


_CONFIG = Config(
    connect_timeout=CONNECT_TIMEOUT,
    read_timeout=READ_TIMEOUT,
    retries={"total_max_attempts": 1},
    max_pool_connections=16,
    user_agent_extra=f"checkday/{__version__}",
)


def _session(profile: str | None) -> botocore.session.Session:
    try:
        session = botocore.session.Session(profile=profile)
        session.get_scoped_config()
    except ProfileNotFound as error:
        raise BadSetting("settings.no_profile", profile=profile or error.kwargs.get("profile", "")) from error
    except ConfigParseError as error:
        raise BadSetting("settings.bad_aws_config", path=str(error.kwargs.get("path", ""))) from error
    models.install(session, operations())
    return session


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
