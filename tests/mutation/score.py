"""What the figures say: the share of mistakes that a test notices, and which of the others are explained.

A mistake counts as noticed where the recording holds a case that ends otherwise with it. Those that were
tried with the real tests say how far that can be believed; the checks' share is lowered accordingly.
"""

import re
from collections import Counter
from pathlib import Path

import yaml

from mutation.telling import say

ENOUGH = 90
"""Per cent, of the checks and of the mapping each."""

EXPLAINED = Path(__file__).with_name("survivors.yaml")
EQUAL = "equal: "
"""How a reason begins that takes a mutant out of the count: no verdict could ever depend on it."""


def tell(found, *, whole: bool) -> int:
    """Print the figures; 1 if they are too low, or a survivor is not explained."""
    reasons = yaml.safe_load(EXPLAINED.read_text(encoding="utf-8"))
    survivors = {one.mutant.key: one.mutant for one in found if is_survivor(one)}
    unexplained = [one for key, one in survivors.items() if _reason(key, reasons) is None]
    for one in unexplained:
        say(f"no test notices, and nobody explains: line {one.line}: {one.key}")
    for each in sorted(reasons) if whole else ():
        if not any(_covers(each, key) for key in survivors):
            say(f"explained, and noticed now: {each}")
    equal = {key for key in survivors if (_reason(key, reasons) or "").startswith(EQUAL)}
    counted = [one for one in found if not is_only_told(one) and one.mutant.key not in equal]
    say(f"{len(found)} mistakes; equal: {len(equal)}; only told: {sum(map(is_only_told, found))}")
    low = _figures(counted, believed(found))
    return 1 if unexplained or (whole and low) else 0


def _figures(counted, share: float) -> list[str]:
    """Print each part's share; which of the two that matter are too low."""
    noticed, total = Counter(), Counter()
    for one in counted:
        for part in _parts(one.mutant.module):
            total[part] += 1
            # What the sample says of the checks lowers their share as a whole, and nobody's twice.
            noticed[part] += one.noticed_by is not None if part == "mapping" else bool(one.tests)
    for part in sorted(total):
        say(f"{part:8} {noticed[part]:5} of {total[part]:5}  {100 * noticed[part] / total[part]:.1f} %")
    checks = 100 * share * noticed["checks"] / (total["checks"] or 1)
    say(f"tried with the real tests, and noticed: {100 * share:.1f} %; so of the checks {checks:.1f} %")
    mapping = 100 * noticed["mapping"] / (total["mapping"] or 1)
    low = [name for name, percent in (("checks", checks), ("mapping", mapping)) if percent < ENOUGH]
    for name in low:
        say(f"less than {ENOUGH} %: {name}")
    return low


def believed(found) -> float:
    """The share of the mutants of the checks that a real test noticed, of those tried."""
    tried = [
        one.noticed_by is not None for one in found if one.tried and _parts(one.mutant.module) != ["mapping"]
    ]
    return sum(tried) / len(tried) if tried else 1.0


def is_survivor(one) -> bool:
    """No test notices it, although a verdict might."""
    noticed = one.noticed_by is not None if one.tried else bool(one.tests)
    return not noticed and not is_only_told(one)


def is_only_told(one) -> bool:
    """No verdict of any case changes with it, but some fact does: neither noticed nor a survivor."""
    return one.told and not one.tests


def _reason(key: str, reasons: dict[str, str]) -> str | None:
    return next((why for each, why in reasons.items() if _covers(each, key)), None)


def _covers(pattern: str, key: str) -> bool:
    return pattern == key or re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), key) is not None


def _parts(module: str) -> list[str]:
    _, layer, name, *_ = module.split(".")
    if layer == "engine":
        return ["mapping"]
    return ["checks", name if name.startswith("day") else "shared"]
