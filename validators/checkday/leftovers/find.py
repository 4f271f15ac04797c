"""Looks at everything at once; a look that fails is told, and never counts as clean."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field

from checkday.account import Account
from checkday.account.faults import Unforeseen
from checkday.leftovers import shell
from checkday.leftovers.items import Found, Item, Leftovers, Place, Unseen
from checkday.leftovers.kinds import KINDS, Kind
from checkday.leftovers.owner import other_owner
from checkday.model import Blocked, Report, Verdict
from checkday.plain import plain_facts
from checkday.settings import Settings

_THREADS = 8

Progress = Callable[[str, int, int], None]


def find(
    account: Account,
    settings: Settings,
    *,
    roles: Iterable[str] = (),
    progress: Progress = lambda *_: None,
    pool: Executor | None = None,
) -> Leftovers:
    """Everything of this learner that is still in the account.

    `roles` are ARNs that earlier proofs name: a wizard's role outlives the resource that led to it.
    `progress` is called with a kind's name, how many looks are done and how many there are. `pool` runs the
    looks, for somebody who has threads of their own.
    """
    aws = account.window(settings.region, set())
    try:
        account_id = aws.sts.get_caller_identity()["Account"]
    except Blocked as why:
        return Leftovers(unseen=[_unseen("account", settings.region, why)])
    looks = [
        (kind, Place(account, settings, account_id, region, frozenset(roles)))
        for kind in KINDS
        for region in _regions(kind, settings)
    ]
    return _joined(list(_look_at_all(looks, progress, pool)))


def known_roles(report: Report) -> list[str]:
    """The roles that passed milestones name, whatever a wizard called them."""
    facts = (one.facts for one in report.findings if one.verdict is Verdict.PASSED)
    return [str(one["role"]) for one in facts if "role" in one]


def _regions(kind: Kind, settings: Settings) -> tuple[str, ...]:
    both = settings.region, settings.replica_region
    return both if kind.where == "both" else both[:1]


@dataclass(slots=True)
class _Seen:
    """What one look came to; it may have found something before it failed."""

    items: list[Item] = field(default_factory=list)
    unseen: list[Unseen] = field(default_factory=list)


def _look_at_all(
    looks: list[tuple[Kind, Place]], progress: Progress, pool: Executor | None
) -> Iterator[_Seen]:
    own = nullcontext(pool) if pool else ThreadPoolExecutor(_THREADS, thread_name_prefix="leftovers")
    with own as running:
        seen = running.map(lambda look: _look(*look), looks)
        for done, ((kind, _), one) in enumerate(zip(looks, seen, strict=True)):
            progress(kind.name, done, len(looks))
            yield one


def _look(kind: Kind, place: Place) -> _Seen:
    seen = _Seen()
    region = "" if kind.where == "global" else place.region
    try:
        for found in kind.look(place):
            seen.items.append(_item(kind, place, found))
    except Blocked as why:
        seen.unseen.append(_unseen(kind.name, region, why))
    except Unforeseen as refused:
        seen.unseen.append(Unseen(kind.name, region, "broken_check", plain_facts({"detail": str(refused)})))
    return seen


def _item(kind: Kind, place: Place, found: Found) -> Item:
    region = "" if kind.where == "global" else found.region or place.region
    other = other_owner(place.learner, found.name.rpartition("/")[2])
    commands = shell.fill(kind.commands, name=found.name, arn=found.arn, region=region)
    return Item(
        kind=kind.name,
        name=found.name,
        arn=found.arn,
        region=region,
        why=found.why,
        facts=plain_facts({**found.facts, "other": other or ""}),
        cost=found.cost,
        urgent=found.urgent,
        keep="other_learner" if other else kind.keep,
        commands=() if other else (*found.first, *commands),
    )


def _unseen(kind: str, region: str, why: Blocked) -> Unseen:
    return Unseen(kind, region, why.code, plain_facts(dict(why.facts)))


def _joined(seen: list[_Seen]) -> Leftovers:
    in_order = [item for one in seen for item in one.items]
    dearest = sorted(in_order, key=lambda item: (not item.urgent, -item.cost.usd_month))
    commands = [command for item in in_order if item.keep is None for command in item.commands]
    return Leftovers(dearest, [one for look in seen for one in look.unseen], commands)
