"""A source of answers that also notes what only the doctor wants to know: clocks and credentials."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from checkday.account.live import Live


class Witness(Live):
    """The live source; hears the Date header of every answer, of a refusal too."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.skew: float | None = None
        """Seconds by which this machine is ahead of AWS; None until something has answered."""
        self._session.get_component("event_emitter").register("response-received.*.*", self._hear)

    def credentials_kind(self) -> tuple[str, str] | None:
        """`temporary` or `long_term`, and where botocore found them."""
        found = self._session.get_credentials()
        if found is None:
            return None
        return "temporary" if found.token else "long_term", str(found.method)

    def _hear(self, response_dict: dict[str, Any] | None, **_: Any) -> None:
        said = (response_dict or {}).get("headers", {}).get("date")
        if said is not None and self.skew is None:
            self.skew = _ahead_of(str(said))


def _ahead_of(date: str) -> float | None:
    try:
        said = parsedate_to_datetime(date)
    except ValueError:
        return None
    return (datetime.now(UTC) - (said if said.tzinfo else said.replace(tzinfo=UTC))).total_seconds()
