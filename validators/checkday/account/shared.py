"""Clients that serve many accounts: a request is signed for the account that its thread has in hand."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import botocore
from botocore.client import BaseClient
from botocore.config import Config
from botocore.credentials import Credentials, ReadOnlyCredentials
from botocore.httpsession import URLLib3Session, get_cert_path

from checkday.account.clients import CONNECT_TIMEOUT, READ_TIMEOUT, Clients
from checkday.account.deadline import POOLS

_in_hand: ContextVar[ReadOnlyCredentials] = ContextVar("credentials")
"""No default: a request that no account has asked for must fail, never borrow the keys of another."""


_TIMEOUT: Any = (CONNECT_TIMEOUT, READ_TIMEOUT)
"""The stubs of botocore know one number only."""


class NoKeys(Exception):
    """Keys for what is to be asked cannot be had; the cause and its facts."""

    def __init__(self, code: str, /, **facts: Any) -> None:
        super().__init__(code, facts)
        self.cause, self.facts = code, facts


Keys = Callable[[str], ReadOnlyCredentials]
"""Service -> the keys that its requests are signed with; raises NoKeys."""


@contextmanager
def signing_as(credentials: ReadOnlyCredentials) -> Iterator[None]:
    """What this thread sends until the end of the block is signed with these keys, and with no others."""
    before = _in_hand.set(credentials)
    try:
        yield
    finally:
        _in_hand.reset(before)


class SharedClients(Clients):
    """One set for a process: a client costs more than all the requests of an account.

    So does the TLS context, which botocore would fill with all certificates for every connection anew.
    """

    def __init__(self, *, profile: str | None = None, endpoint: str | None = None, connections: int) -> None:
        super().__init__(profile=profile, endpoint=endpoint, connections=connections, pinned=True)
        self.session.register_component("credential_provider", _Provider())
        # Otherwise botocore puts it together anew for each request, a tenth of all that one costs.
        self._config = self._config.merge(Config(user_agent=f"Botocore/{botocore.__version__}"))
        self._transports: dict[str, URLLib3Session] = {}

    def _create(self, service: str, region: str) -> BaseClient:
        client = super()._create(service, region)
        wire: Any = vars(client)["_endpoint"]  # botocore takes no transport from outside; a test holds this
        own = vars(wire.http_session)
        proxies = vars(own["_proxy_config"])["_proxies"]
        known = repr(proxies)  # NO_PROXY may name some of AWS's hosts and not others
        if known not in self._transports:
            self._transports[known] = _OneContext(
                verify=own["_verify"],
                proxies=proxies,
                timeout=_TIMEOUT,
                max_pool_connections=own["_max_pool_connections"],
                # Without them a request's body waits until its head has been acknowledged.
                socket_options=own["_socket_options"],
            )
        wire.http_session = self._transports[known]
        return client


class _InHand(Credentials):
    """Asked by botocore at each signature. Without an account id: by that, DynamoDB's hosts would differ."""

    def __init__(self) -> None:
        super().__init__("", "", method="in-hand")

    def get_frozen_credentials(self) -> ReadOnlyCredentials:
        return _in_hand.get()


class _Provider:
    def load_credentials(self) -> Credentials:
        return _InHand()


class _OneContext(URLLib3Session):
    """One pool of connections, and one TLS context whose certificates are read once."""

    _context: ssl.SSLContext | None = None

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        vars(self)["_pool_classes_by_scheme"].update(POOLS)

    def _get_ssl_context(self) -> ssl.SSLContext:
        if self._context is None:
            context: ssl.SSLContext = super()._get_ssl_context()  # type: ignore[misc]
            if verify := vars(self)["_verify"]:
                context.load_verify_locations(get_cert_path(verify))
            self._context = context
        return self._context

    def _setup_ssl_cert(self, conn: Any, url: str, verify: Any) -> None:
        super()._setup_ssl_cert(conn, url, verify)  # type: ignore[misc]
        conn.ca_certs = None  # they are in the context
