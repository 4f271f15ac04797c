"""Day 7, the totals: what the messages come to, exactly, also when half of what happens goes wrong."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from checkday.checks.functions import mappings_of
from checkday.checks.items import Item, item
from checkday.checks.metrics import is_recent, summed
from checkday.lab import Evidence, Lab, NotYet, Pending

if TYPE_CHECKING:
    from checkday.checks.metrics import Measured

_COUNTED = "trades"
_FUNCTIONS = ("map", "reduce")
_MOST = 100
"""Several times as many totals as there are."""

_WAIT, _LATER = 20, 60
_CENT = Decimal("0.005")

Totals = Mapping[str, Decimal]


def totals(lab: Lab) -> Evidence:
    """The totals are those of the first run, or of both."""
    found = _found(lab)
    if found in _wanted(lab, "clean", "both"):
        return {"trades": int(found[_COUNTED])}
    second = item(lab, "state", {"TradeID": {"S": lab.golden["trades"]["second"]}})
    raise _why(lab, found, _wanted(lab, "both" if second else "clean")[0])


def totals_trace(lab: Lab) -> Evidence | None:
    """Both functions were called; what they added up to is not remembered."""
    return _ran(lab, "Invocations")


def exactly_once(lab: Lab) -> Evidence:
    """After the second run the totals are right to the cent, though both functions failed during it."""
    found = _found(lab)
    (wanted,) = _wanted(lab, "both")
    if found in _wanted(lab, "clean"):
        raise NotYet("not_run", actual=str(found[_COUNTED]), wanted=str(wanted[_COUNTED]))
    if found != wanted:
        raise _why(lab, found, wanted)
    for what in _FUNCTIONS:
        if not _measured(lab, what, "Invocations").total or not _measured(lab, what, "Errors").total:
            if is_recent(lab, _latest(lab)):
                raise Pending("metrics_late", _LATER, name=lab.name(what))
            raise NotYet("no_failures", function=lab.name(what))
    return {"trades": int(found[_COUNTED])}


def exactly_once_trace(lab: Lab) -> Evidence | None:
    """Both functions were called, and failed; what they added up to is not remembered."""
    return _ran(lab, "Errors")


def _found(lab: Lab) -> dict[str, Decimal]:
    """The totals as they are, each an exact number."""
    name = lab.name("aggregate")
    found: dict[str, Decimal] = {}
    for one in _items(lab):
        label, value = one.get("Identifier", {}).get("S", "-"), one.get("Value", {}).get("N")
        if value is None:
            raise NotYet("not_a_number", table=name, total=label)
        found[label] = Decimal(value)
    if not found:
        raise NotYet("empty", table=name)
    return found


def _items(lab: Lab) -> list[Item]:
    name = lab.name("aggregate")
    page = lab.find(lab.aws.dynamodb.scan, TableName=name, ConsistentRead=True, Limit=_MOST)
    if page is None:
        raise NotYet("no_table", table=name)
    if "LastEvaluatedKey" in page:
        raise NotYet("crowded", table=name, truncated=page["Count"])
    items: list[Any] = page["Items"]
    return items


def _wanted(lab: Lab, *runs: str) -> list[dict[str, Decimal]]:
    golden = lab.golden["trades"]
    return [{label: Decimal(value) for label, value in golden[run].items()} for run in runs]


def _why(lab: Lab, found: Totals, wanted: Totals) -> NotYet | Pending:
    """What the difference says of what went wrong."""
    if is_recent(lab, _latest(lab)):
        return Pending("counting", _WAIT, actual=str(found.get(_COUNTED, 0)), wanted=str(wanted[_COUNTED]))
    if strange := sorted(found.keys() - wanted.keys()):
        return NotYet("strange", table=lab.name("aggregate"), total=strange[0])
    if _is_of_another(lab):
        return NotYet("other_learner_trades", table=lab.name("state"))
    actual, right = found.get(_COUNTED, Decimal(0)), wanted[_COUNTED]
    if actual > right:
        return NotYet("double_count", actual=str(actual), wanted=str(right))
    if actual < right:
        return _short(lab, actual, right)
    return _unequal(lab, found, wanted)


def _unequal(lab: Lab, found: Totals, wanted: Totals) -> NotYet:
    """Why the sums are others, though every trade is counted."""
    label = next(one for one in wanted if found.get(one) != wanted[one])
    facts = {"total": label, "actual": str(found.get(label, "-")), "wanted": str(wanted[label])}
    if found in _wanted(lab, "last_wins"):
        return NotYet("old_versions", **facts)
    if all(abs(found.get(one, Decimal(0)) - wanted[one]) < _CENT for one in wanted):
        return NotYet("inexact", **facts)
    if sum(found.get(one, Decimal(0)) - wanted[one] for one in wanted) > 0:
        return NotYet("double_count", actual=facts["actual"], wanted=facts["wanted"])
    return NotYet("lost_update", **facts)


def _short(lab: Lab, actual: Decimal, wanted: Decimal) -> NotYet:
    """Why some trades are not counted."""
    facts = {"actual": str(actual), "wanted": str(wanted)}
    for what in _FUNCTIONS:
        if any(one.get("StartingPosition") == "LATEST" for one in mappings_of(lab, what)):
            return NotYet("latest_missed", function=lab.name(what), **facts)
    if not any(_measured(lab, what, "Errors").total for what in _FUNCTIONS):
        return NotYet("swallowed", **facts)
    return NotYet("short", **facts)


def _is_of_another(lab: Lab) -> bool:
    """Whether the first trade is not this learner's: the messages of somebody else were loaded."""
    first = lab.golden["trades"]["first"]
    found = item(lab, "state", {"TradeID": {"S": first["TradeID"]}})
    value = (found or {}).get("Value", {}).get("N")
    newer = (found or {}).get("Version", {}).get("N") != "1"
    return value is not None and not newer and Decimal(value) != Decimal(first["Value"])


def _latest(lab: Lab) -> str:
    """When a total was changed last, as the function wrote it."""
    return max((one.get("UpdatedAt", {}).get("S", "") for one in _items(lab)), default="")


def _measured(lab: Lab, what: str, metric: str) -> Measured:
    return summed(lab, lab.region, "AWS/Lambda", metric, FunctionName=lab.name(what))


def _ran(lab: Lab, metric: str) -> Evidence | None:
    measured = [_measured(lab, what, metric) for what in _FUNCTIONS]
    if not all(one.total for one in measured):
        return None
    return {"at": min(one.since for one in measured)}
