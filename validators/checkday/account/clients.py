"""The clients that send our reads: one for each service and Region, and nothing but reads."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import botocore.session
from botocore.client import BaseClient
from botocore.config import Config
from botocore.exceptions import ConfigParseError, ProfileNotFound
from botocore.parsers import ResponseParserError

from checkday import __version__
from checkday.account import models
from checkday.account.guard import Guard
from checkday.account.pinned import AWS_HOSTS, pin
from checkday.account.reads import operations
from checkday.model import BadSetting

if TYPE_CHECKING:
    from botocore.model import OperationModel

CONNECT_TIMEOUT, READ_TIMEOUT = 5, 15
"""Seconds. botocore's own minute, three times over, would leave a learner staring at nothing."""

_CONNECTIONS = 16

_REFUSALS = 300
_JSON_IN_XML = {"GetBucketPolicy"}
"""What a service that speaks XML answers in JSON."""


class Clients:
    """botocore's clients for listed reads, one for each service and Region."""

    def __init__(
        self,
        *,
        profile: str | None = None,
        endpoint: str | None = None,
        connections: int = _CONNECTIONS,
        pinned: bool = False,
    ) -> None:
        """`pinned`: nothing in the environment or in a configuration file says where AWS is."""
        self.endpoint, self.session = endpoint, _session(profile)
        if pinned:
            pin(self.session, profile=profile, place=endpoint)
        self.guard = Guard(operations())
        self.guard.watch(self.session)
        self._config = _config(connections, proxies=endpoint is None)
        self._clients: dict[tuple[str, str], BaseClient] = {}
        self._hosts: set[str] = set()
        # Making a client is neither safe nor any faster in several threads at once.
        self._making = threading.Lock()
        self._sent = threading.local()
        events = self.session.get_component("event_emitter")
        events.register("before-send.*.*", self._count)
        events.register("before-parse.*.*", _refuse_foreign)

    @property
    def simulated(self) -> bool:
        """Whether any client so far talks to a host that is not AWS's."""
        return any(not host.endswith(AWS_HOSTS) for host in self._hosts)

    def client(self, service: str, region: str) -> BaseClient:
        """The one client for this service and Region.

        Raises:
            BadSetting: the endpoint that the user configured is no URL.

        """
        with self._making:
            if (service, region) not in self._clients:
                client = self._create(service, region)
                self._hosts.add("." + (urlsplit(client.meta.endpoint_url).hostname or ""))
                self._clients[service, region] = client
            return self._clients[service, region]

    def sent(self, *, anew: bool = False) -> int:
        """How many requests this thread has sent since it last counted anew."""
        if anew:
            self._sent.count = 0
        return int(getattr(self._sent, "count", 0))

    def _create(self, service: str, region: str) -> BaseClient:
        try:
            client: BaseClient = self.session.create_client(
                service, region_name=region, endpoint_url=self.endpoint, config=self._config
            )
        except ValueError as error:  # what botocore raises for an endpoint that is no URL
            endpoint = self.endpoint or os.environ.get("AWS_ENDPOINT_URL", str(error))
            raise BadSetting("settings.bad_endpoint", endpoint=endpoint) from error
        return client

    def _count(self, **_: Any) -> None:
        self._sent.count = self.sent() + 1


def _refuse_foreign(operation_model: OperationModel, response_dict: dict[str, Any], **_: Any) -> None:
    """Take nothing for an answer that is not in AWS's form: botocore would read an empty list out of it.

    Raises:
        ResponseParserError: the body is something else than a JSON object.

    """
    if response_dict["status_code"] >= _REFUSALS or operation_model.has_streaming_output:
        return
    is_json = operation_model.service_model.resolved_protocol in {"json", "rest-json"}
    body = response_dict["body"] if is_json or operation_model.name in _JSON_IN_XML else b""
    if body and not body.lstrip().startswith(b"{"):
        raise ResponseParserError(operation_model.name)


def _config(connections: int, *, proxies: bool) -> Config:
    own = Config(
        connect_timeout=CONNECT_TIMEOUT,
        read_timeout=READ_TIMEOUT,
        retries={"total_max_attempts": 1},
        max_pool_connections=connections,
        user_agent_extra=f"checkday/{__version__}",
    )
    # The sandbox is on this machine: a proxy could not reach it.
    return own if proxies else own.merge(Config(proxies={}))


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
