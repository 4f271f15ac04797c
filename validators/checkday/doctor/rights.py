"""Which of the reads this identity may make: each is tried, on a name that does not exist where it can be."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from checkday import names
from checkday.account import Account, Look
from checkday.account.answers import canonical
from checkday.account.faults import Unforeseen
from checkday.account.reads import Read, reads
from checkday.doctor.diagnosis import Diagnosis, fine, mend, mind
from checkday.resources import generated
from checkday.settings import Settings

_THREADS = 8
_HOME = {"account", "freetier"}
"""Services that answer in us-east-1 alone."""

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Permissions:
    """The IAM actions that were tried, by what came of it."""

    allowed: Collection[str] = ()
    denied: Collection[str] = ()
    forbidden: Collection[str] = ()
    """Denied by a policy of the organization: nobody in this account can grant them."""
    untried: Collection[str] = ()
    """The read failed for a reason that says nothing about permissions."""

    def diagnoses(self) -> Iterator[Diagnosis]:
        if self.denied:
            yield mend("doctor.denied", actions=_listed(self.denied))
        if self.forbidden:
            yield mend("doctor.forbidden", actions=_listed(self.forbidden))
        if not (self.denied or self.forbidden):
            yield fine("doctor.permissions", count=len(self.allowed))
        if self.untried:
            yield mind("doctor.untried", actions=_listed(self.untried))


def permissions(
    account: Account,
    settings: Settings,
    account_id: str,
    *,
    simulated: bool = False,
    progress: Progress = lambda *_: None,
) -> Permissions:
    """Try every read that checks, `leftovers` and this command make."""
    tried = [(one, read) for one, read in reads().items() if read.actions and _probe(*one) is not None]
    if simulated:  # where there is no plan, nobody can be asked about it
        tried = [one for one in tried if one[0][0] != "freetier"]
    values = _values(settings, account_id)

    def outcome(one: tuple[tuple[str, str], Read]) -> str:
        (service, operation), _ = one
        return _outcome(account, settings.region, service, operation, values)

    kinds = ("allowed", "denied", "forbidden", "untried", "needless")
    found: dict[str, set[str]] = {kind: set() for kind in kinds}
    with ThreadPoolExecutor(_THREADS, thread_name_prefix="doctor") as pool:
        for done, ((_, read), came) in enumerate(zip(tried, pool.map(outcome, tried), strict=True)):
            progress(read.call, done, len(tried))
            found[came].update(read.actions)
    # One action serves several reads: whichever was refused tells more than the others.
    found["untried"] -= found["allowed"] | found["denied"] | found["forbidden"]
    found["allowed"] -= found["denied"] | found["forbidden"]
    del found["needless"]
    return Permissions(**found)


def needed(actions: Collection[str] | None = None) -> dict[str, Any]:
    """The read-only policy of the course, or the part of it that grants these actions."""
    policy: dict[str, Any] = json.loads(generated("policy.json").read_text(encoding="utf-8"))
    if actions is None:
        return policy
    parts = [one | {"Action": [a for a in one["Action"] if a in actions]} for one in policy["Statement"]]
    return policy | {"Statement": [one for one in parts if one["Action"]]}


def _probe(service: str, operation: str) -> Mapping[str, Any] | None:
    """What to try a read with; None where only something real could be asked for."""
    return _probes()[f"{service}.{operation}"]


@cache
def _probes() -> dict[str, dict[str, Any] | None]:
    text = Path(__file__).with_name("probes.json").read_text(encoding="utf-8")
    table: dict[str, dict[str, Any] | None] = json.loads(text)
    return table


def _outcome(account: Account, region: str, service: str, operation: str, values: Mapping[str, str]) -> str:
    parameters = _probe(service, operation)
    where = "us-east-1" if service in _HOME else region
    look = Look(where, service, operation, canonical(_filled(parameters, values)))
    try:
        cause = account.answer(look).cause
    except Unforeseen:
        return "untried"  # refused, but not for want of a permission
    # QuickSight answers so where nobody has signed up for it, and then nobody needs the right either.
    outcomes = {None: "allowed", "denied": "denied", "denied_by_school": "forbidden", "edition": "needless"}
    return outcomes.get(cause, "untried")


def _filled(value: Any, values: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return value.format_map(values)
    if isinstance(value, list):
        return [_filled(inner, values) for inner in value]
    return {key: _filled(inner, values) for key, inner in value.items()} if isinstance(value, dict) else value


def _values(settings: Settings, account_id: str) -> dict[str, str]:
    learner = settings.named(sandbox=True)
    return {
        "account": account_id,
        "prefix": names.prefix(learner),
        "bucket": names.bucket(learner, account_id, settings.region),
        "database": names.database(learner),
        "region": settings.region,
    }


def _listed(actions: Collection[str]) -> str:
    return ", ".join(sorted(actions))
