"""The account: who asks, with what, from which Regions, at what time, on which plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from checkday.account import Absent, Account
from checkday.account.faults import Unforeseen
from checkday.doctor.diagnosis import Diagnosis, Mark, could_not_look, fine, mend, mind
from checkday.doctor.witness import Witness
from checkday.model import Blocked
from checkday.settings import Settings

_HOME = "us-east-1"
"""Where AWS answers for the account as a whole."""

_SLOW, _REFUSED = 60, 300
"""Seconds; AWS refuses a signature whose time is five minutes off."""


def examine(witness: Witness, account: Account, settings: Settings) -> Iterator[Diagnosis]:
    """Everything about the account but its permissions; nothing more once nobody is known to ask."""
    identity = _identity(account, settings)
    if isinstance(identity, Diagnosis):
        yield identity
        yield from _clock(witness)
        return
    yield from _who(identity, simulated=witness.simulated)
    if not witness.simulated:
        yield from _credentials(witness)
    yield from _clock(witness)
    for region in (settings.region, settings.replica_region):
        yield _region(account, region)
    if not witness.simulated:
        yield _plan(account)


def _identity(account: Account, settings: Settings) -> Diagnosis | Mapping[str, Any]:
    try:
        return account.window(settings.region, set()).sts.get_caller_identity()
    except Blocked as why:
        return could_not_look(why)


def _who(identity: Mapping[str, Any], *, simulated: bool) -> Iterator[Diagnosis]:
    yield fine("doctor.identity", account=identity["Account"], principal=identity["Arn"])
    if identity["Arn"].endswith(":root") and not simulated:
        yield mind("doctor.root")


def _credentials(witness: Witness) -> Iterator[Diagnosis]:
    found = witness.credentials_kind()
    if found is not None:
        kind, method = found
        yield fine(f"doctor.credentials.{kind}", method=method)


def _clock(witness: Witness) -> Iterator[Diagnosis]:
    if witness.skew is None:
        return
    seconds = round(abs(witness.skew))
    if seconds < _SLOW:
        yield fine("doctor.clock", seconds=seconds)
    else:
        yield (mend if seconds >= _REFUSED else mind)("doctor.clock_off", seconds=seconds)


def _region(account: Account, region: str) -> Diagnosis:
    aws = account.window(_HOME, set())
    status = _asked(lambda: aws.account.get_region_opt_status(RegionName=region)["RegionOptStatus"])
    if isinstance(status, Blocked):
        return _region_by_trying(account, region)
    if status in {"ENABLED", "ENABLED_BY_DEFAULT"}:
        return fine("doctor.region", region=region)
    return (mend if status == "DISABLED" else mind)("doctor.region_off", region=region, status=status)


def _region_by_trying(account: Account, region: str) -> Diagnosis:
    # Whoever may not ask whether it is on still learns it from an answer that comes out of it.
    aws = account.window(region, set())
    answer = _asked(aws.sts.get_caller_identity)
    return could_not_look(answer) if isinstance(answer, Blocked) else fine("doctor.region", region=region)


def _plan(account: Account) -> Diagnosis:
    aws = account.window(_HOME, set())
    plan = _asked(aws.freetier.get_account_plan_state)
    if isinstance(plan, Blocked):
        return could_not_look(plan, Mark.MIND)
    if plan is None:
        return fine("doctor.plan.older")
    if plan.get("accountPlanStatus") == "NOT_STARTED":
        return mind("doctor.plan.not_started")
    if plan.get("accountPlanStatus") == "EXPIRED":
        return mend("doctor.plan.expired")
    credits_left = plan.get("accountPlanRemainingCredits", {})
    facts = {"credits": f"{credits_left.get('amount', '-')} {credits_left.get('unit', '')}".strip()}
    if plan["accountPlanType"] == "FREE":
        return mind("doctor.plan.free", **facts)
    return fine("doctor.plan.paid", **facts)


def _asked(read: Callable[[], Any]) -> Any:
    """The answer, None when there is no such thing, or why the look failed."""
    try:
        return read()
    except Absent:
        return None
    except Blocked as why:
        return why
    except Unforeseen as refused:
        return Blocked("broken_check", detail=str(refused))
