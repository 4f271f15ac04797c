"""What the figures say: the share of mistakes that a test notices, and whether each of the others is explained."""

from collections import Counter
from fnmatch import fnmatchcase
from pathlib import Path

import yaml

ENOUGH = 90
"""Per cent, of the checks and of the mapping each."""

EXPLAINED = Path(__file__).with_name("survivors.yaml")


def tell(found, *, whole: bool) -> int:
    """Print the figures; 1 if they are too low, or a survivor is not explained."""
    reasons = yaml.safe_load(EXPLAINED.read_text(encoding="utf-8"))
    survivors = [one.mutant for one in found if one.noticed_by is None]
    unexplained = [one for one in survivors if not any(fnmatchcase(one.key, each) for each in reasons)]
    for name, (noticed, total) in sorted(figures(found).items()):
        print(f"{name:10} {noticed:5} of {total:5}  {100 * noticed / total:.1f} %")
    for one in unexplained:
        print(f"no test notices, and nobody explains: line {one.line}: {one.key}")
    if whole:
        used = {each for each in reasons for one in survivors if fnmatchcase(one.key, each)}
        print(*(f"explained, and noticed now: {each}" for each in reasons.keys() - used), sep="\n")
    low = [name for name, (noticed, total) in figures(found).items() if 100 * noticed < ENOUGH * total]
    print(*(f"less than {ENOUGH} %: {name}" for name in low), sep="\n")
    return 1 if unexplained or (whole and low) else 0


def figures(found) -> dict[str, tuple[int, int]]:
    """Part -> (noticed, all): each day, what days share, the mapping, and the checks together."""
    noticed, total = Counter(), Counter()
    for one in found:
        for part in _parts(one.mutant.module):
            total[part] += 1
            noticed[part] += one.noticed_by is not None
    return {part: (noticed[part], total[part]) for part in total}


def _parts(module: str) -> list[str]:
    _, layer, name, *_ = module.split(".")
    if layer == "engine":
        return ["mapping"]
    return ["checks", name if name.startswith("day") else "shared"]
