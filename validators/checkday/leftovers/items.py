"""The nouns: what a look finds, and what all the looks together come to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from checkday.account import Account, Window
from checkday.model import Evidence
from checkday.plain import plain
from checkday.prices import Cost, Figure
from checkday.settings import Settings


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that is still there, as a look sees it."""

    name: str
    arn: str
    why: str = "free"
    """A word key below `leftovers.why.`: why it costs what it costs; its sentence takes the facts."""
    facts: Evidence = field(default_factory=dict)
    cost: Cost = field(default_factory=Cost)
    urgent: bool = False
    """Bills by the hour, whether used or not."""
    region: str | None = None
    """Where it lies, if not in the Region that was looked at."""
    first: Sequence[str] = ()
    """Commands that must come before those of its kind."""


@dataclass(frozen=True, slots=True)
class Item:
    """One leftover."""

    kind: str
    name: str
    arn: str
    region: str
    """Empty for what belongs to no Region."""
    why: str
    facts: Evidence
    cost: Cost
    urgent: bool
    keep: str | None
    """Why it may stay, as a word key below `leftovers.keep.`: it does not count as left over."""
    commands: Sequence[str]
    """In order; empty where it is not this learner's to delete."""


@dataclass(frozen=True, slots=True)
class Unseen:
    """A look that failed: of this kind, in this Region, there may be anything."""

    kind: str
    region: str
    cause: str
    facts: Evidence


@dataclass(frozen=True, slots=True)
class Leftovers:
    """Everything found, the most expensive first, and what could not be looked at."""

    items: Sequence[Item] = ()
    unseen: Sequence[Unseen] = ()
    commands: Sequence[str] = ()
    """What would delete all that counts, in a safe order."""

    @property
    def counted(self) -> list[Item]:
        """What should go."""
        return [one for one in self.items if one.keep is None]

    @property
    def clean(self) -> bool:
        """Nothing should go, and every look succeeded."""
        return not self.counted and not self.unseen

    @property
    def usd_month(self) -> float:
        return sum(one.cost.usd_month for one in self.counted)

    @property
    def figures(self) -> frozenset[Figure]:
        """Every price that a shown amount rests on."""
        return frozenset[Figure]().union(*(one.cost.figures for one in self.items))

    def document(self) -> list[dict[str, Any]]:
        """The `leftovers` of a report."""
        return [
            {"arn": plain(one.arn), "why": one.why, "usd_month": round(one.cost.usd_month, 4)}
            for one in self.counted
        ]

    def unseen_document(self) -> list[dict[str, str]]:
        """The `leftovers_unseen` of a report: where there may still be anything."""
        return [{"kind": one.kind, "region": one.region, "cause": one.cause} for one in self.unseen]


@dataclass(frozen=True, slots=True)
class Place:
    """One Region of a learner's account, as a look sees it."""

    account: Account
    settings: Settings
    account_id: str
    region: str
    known_roles: frozenset[str] = frozenset()
    """ARNs of roles that earlier proofs name."""

    @property
    def aws(self) -> Window:
        return self.at(self.region)

    def at(self, region: str) -> Window:
        """The account in another Region."""
        return self.account.window(region, set())

    @property
    def regions(self) -> tuple[str, str]:
        """Both Regions of the course."""
        return self.settings.region, self.settings.replica_region

    @property
    def learner(self) -> str:
        return self.settings.named(sandbox=True)

    def arn(self, service: str, resource: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.account_id}:{resource}"
