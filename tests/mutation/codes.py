"""Outcome codes that no test has ever heard from a check: named in a test is not shown by it."""

from checkday import curriculum

NEVER_SAID = {
    ("day6.restore_equal", "no_table"): "a table is described once a run, so it cannot go between two looks"
}
"""(milestone, code) -> why no account can show it."""


def unsaid(cases) -> list[tuple[str, str]]:
    """(milestone, code) of the curriculum that is in no case and has no reason."""
    said = {(case.function.removesuffix("_trace"), case.said.code) for case in cases}
    every = curriculum.load(curriculum.days()).milestones.values()
    return [
        one
        for each in every
        for code in each.codes
        if (one := (each.id, code)) not in said | NEVER_SAID.keys()
    ]
