"""The first of the read-only walls: a client of ours cannot send what is not in the list of reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from checkday.errors import WriteRefused

if TYPE_CHECKING:
    from botocore.model import OperationModel
    from botocore.session import Session

_CREDENTIAL_CALLS = frozenset(
    {
        ("sts", "AssumeRole"),
        ("sts", "AssumeRoleWithWebIdentity"),
        ("sso", "GetRoleCredentials"),
        ("sso-oidc", "CreateToken"),
        ("signin", "CreateOAuth2Token"),
    }
)
"""What botocore itself sends to turn a profile into credentials; none of it touches the account."""


class Guard:
    """Refuses every other operation, and remembers that it had to.

    The memory matters: an exception can be swallowed on its way (threads of s3transfer do), the flag
    cannot, and a run in which it is set is worthless.
    """

    def __init__(self, reads: Mapping[str, Iterable[str]]) -> None:
        self._allowed = _CREDENTIAL_CALLS | {
            (service, operation) for service, operations in reads.items() for operation in operations
        }
        self.violations: list[str] = []

    def watch(self, session: Session) -> None:
        """Stand before every client that the session will make."""
        session.get_component("event_emitter").register_first("before-call.*.*", self._before_call)

    def _before_call(self, model: OperationModel, **_: Any) -> None:
        service, operation = str(model.service_model.service_name), str(model.name)
        if (service, operation) not in self._allowed:
            self.violations.append(f"{service}:{operation}")
            raise WriteRefused("guard", calls=f"{service}:{operation}")
