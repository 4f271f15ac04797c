"""What a process that grades takes from nobody: where AWS is, whose certificates count, what to run.

Its shell may still hold the variables of a sandbox, and a configuration file may come from anywhere. What an
instructor needs is followed: profiles, SSO, roles, keys in the environment, and the proxy of a school, which
sees the names of hosts and nothing else.
"""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from checkday.errors import BadSetting

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest
    from botocore.session import Session

AWS_HOSTS = (
    ".amazonaws.com",
    ".amazonaws.com.cn",
    ".api.aws",
    ".api.amazonwebservices.com.cn",
    ".signin.aws.amazon.com",
)

_ENDPOINT = "AWS_ENDPOINT_URL"
_NOT_FOLLOWED = {"AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "AWS_DATA_PATH"}


def pin(session: Session, *, profile: str | None, place: str | None = None) -> None:
    """Let the session send to AWS alone, over TLS that botocore's own certificates vouch for.

    `place` is an endpoint of our own making, in place of AWS.

    Raises:
        BadSetting: the profile would start a program.

    """
    session.set_config_variable("ignore_configured_endpoint_urls", True)
    session.set_config_variable("ca_bundle", True)
    session.set_config_variable("data_path", "")
    emitter = session.get_component("event_emitter")
    emitter.register_first("before-send.*.*", partial(_stay, place))
    if profile or "AWS_ACCESS_KEY_ID" not in os.environ:  # keys there come before any but a chosen profile
        _refuse_programs(session)


def not_followed() -> list[str]:
    """The variables of this process that say where or whom to trust, and that a pinned session ignores."""
    return sorted(name for name in os.environ if name in _NOT_FOLLOWED or name.startswith(_ENDPOINT))


def _stay(place: str | None, request: AWSPreparedRequest, **_: Any) -> None:
    asked = urlsplit(str(request.url))
    host = asked.hostname or ""
    if place is None:
        safe = asked.scheme == "https" and f".{host}".endswith(AWS_HOSTS)
    else:
        safe = asked.netloc == urlsplit(place).netloc
    if not safe:
        raise BadSetting("grade.not_aws", host=host)


def _refuse_programs(session: Session) -> None:
    """A line of a file must not decide what runs here, in the profile or in one that it is built on."""
    profiles: dict[str, Any] = session.full_config["profiles"]
    name, met = session.profile or "default", set[str]()
    while name not in met:
        met.add(name)
        own = profiles.get(name, {})
        if "credential_process" in own:
            raise BadSetting("grade.credential_process", profile=name)
        name = own.get("source_profile", name)
