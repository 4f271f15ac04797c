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


def tell(found, *, whole: bool) -> int:
    """Print the figures; 1 if they are too low, or a survivor is not explained."""
    reasons = yaml.safe_load(EXPLAINED.read_text(encoding="utf-8"))
    survivors = [one.mutant for one in found if not _is_noticed(one) and not _is_only_told(one)]
    unexplained = [one for one in survivors if not any(_covers(each, one.key) for each in reasons)]
    for one in unexplained:
        say(f"no test notices, and nobody explains: line {one.line}: {one.key}")
    used = {each for each in reasons for one in survivors if _covers(each, one.key)}
    for each in sorted(reasons.keys() - used if whole else ()):
        say(f"explained, and noticed now: {each}")
    for name, (noticed, total) in sorted(figures(found).items()):
        say(f"{name:10} {noticed:5} of {total:5}  {100 * noticed / total:.1f} %")
    say(f"only told: {sum(map(_is_only_told, found))}")
    share = believed(found)
    say(f"tried with the real tests, and noticed: {100 * share:.1f} %")
    low = [
        name
        for name, (noticed, total) in figures(found).items()
        if _percent(name, noticed, total, share) < ENOUGH
    ]
    low = [name for name in low if name in {"checks", "mapping"}]
    for name in low:
        say(f"less than {ENOUGH} %: {name}")
    return 1 if unexplained or (whole and low) else 0


def figures(found) -> dict[str, tuple[int, int]]:
    """Part -> (noticed, all): each day, what days share, the mapping, and the checks together."""
    noticed, total = Counter(), Counter()
    for one in (one for one in found if not _is_only_told(one)):
        for part in _parts(one.mutant.module):
            total[part] += 1
            # What the sample says of the checks lowers their share as a whole, and nobody's twice.
            noticed[part] += _is_noticed(one) if part == "mapping" else bool(one.tests)
    return {part: (noticed[part], total[part]) for part in total}


def believed(found) -> float:
    """The share of the mutants of the checks that a real test noticed, of those tried."""
    tried = [
        one.noticed_by is not None
        for one in found
        if one.tried and "mapping" not in _parts(one.mutant.module)
    ]
    return sum(tried) / len(tried) if tried else 1.0


def _covers(pattern: str, key: str) -> bool:
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), key) is not None


def _percent(name: str, noticed: int, total: int, share: float) -> float:
    return 100 * noticed / total * (share if name == "checks" else 1)


def _is_noticed(one) -> bool:
    return one.noticed_by is not None if one.tried else bool(one.tests)


def _is_only_told(one) -> bool:
    """No verdict of any case changes with it, but some fact does: neither noticed nor a survivor."""
    return one.told and not one.tests


def _parts(module: str) -> list[str]:
    _, layer, name, *_ = module.split(".")
    if layer == "engine":
        return ["mapping"]
    return ["checks", name if name.startswith("day") else "shared"]
