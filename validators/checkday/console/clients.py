"""The way to the sandbox, and to nothing else: botocore with the sandbox's keys and none of the learner's."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import botocore.session
from botocore.config import Config

from checkday.console.problems import NoSandbox


class Way(NamedTuple):
    """Where the sandbox answers, and the keys it takes."""

    endpoint: str
    key: str
    secret: str


FindWay = Callable[[], Way | None]
"""Looks for the running sandbox; asked for every page, for it may have stopped, or moved to another port."""

_CONFIG = Config(
    connect_timeout=3,
    read_timeout=20,
    retries={"total_max_attempts": 1},
    max_pool_connections=8,
    proxies={},
    s3={"addressing_style": "path"},
    use_fips_endpoint=False,
    use_dualstack_endpoint=False,
)

# The learner's own profile, keys and settings of AWS have no part in this.
_ISOLATED = {
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}


class Clients:
    """Clients of the sandbox, kept, because making one takes longer than what is asked of it."""

    def __init__(self, find: FindWay) -> None:
        self._find = find
        self._session = botocore.session.Session(session_vars=_ISOLATED)
        self._made: dict[tuple[Way, str, str], Any] = {}
        self._making = threading.Lock()

    def __call__(self, service: str, region: str) -> Any:
        """A client of one service.

        Raises:
            NoSandbox: it does not run.

        """
        way = self._find()
        if way is None or urlsplit(way.endpoint).hostname != "127.0.0.1":
            raise NoSandbox
        # Making a client is neither safe nor any faster in several threads at once.
        with self._making:
            if (way, service, region) not in self._made:
                self._made[way, service, region] = self._session.create_client(
                    service,
                    region_name=region,
                    endpoint_url=way.endpoint,
                    aws_access_key_id=way.key,
                    aws_secret_access_key=way.secret,
                    config=_CONFIG,
                )
            return self._made[way, service, region]
