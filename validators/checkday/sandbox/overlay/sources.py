"""Streams and what follows them, as what the overlay adds to them sees them."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, Sequence
from typing import Any, NamedTuple, Protocol

Change = Mapping[str, Any]
"""A record of a stream, as a function gets it."""

Following = dict[str, Any]
"""An event source mapping as the emulator keeps it: what is said of it and, after an underscore, more."""

BEGIN = ""
"""Sorts before every sequence number."""


class Outcome(NamedTuple):
    """What came of calling a function; one that did not run was throttled or could not be reached."""

    ran: bool
    failed: bool
    said: Any
    problem: str = ""


class Sources(Protocol):
    """Event source mappings, and the streams and functions that they connect."""

    def mappings(self) -> MutableMapping[str, Following]:
        """Those of the account and the Region of the request being served, by their ids."""

    def every(self) -> list[tuple[str, str, Following]]:
        """All that follow a stream of DynamoDB, with account and Region."""

    def last(self, stream: str) -> str | None:
        """The sequence number of a stream's newest record; None if there is no such stream."""

    def after(self, stream: str, sequence: str) -> Sequence[Change] | None:
        """A stream's records after one; None if there is no such stream any more."""

    def passes(self, mapping: Following, record: Change) -> bool:
        """Whether the mapping's filters let a record through."""

    def role(self, mapping: Following) -> str | None:
        """The role of the mapping's function; None if that is gone."""

    def reserved(self) -> Mapping[str, int]:
        """How many runs are reserved for which functions of the account and Region being served."""

    async def invoke(self, mapping: Following, records: Sequence[Change]) -> Outcome:
        """Run the mapping's function; cancelling does not end what runs."""
