"""Which tests should notice a mutant: those whose case of the check ends otherwise with the mistake in it."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from mutation.mutants import Mutant, active
from mutation.replaying import reached, replay

_TESTS = 4
"""Named for each mutant, the most telling first: one may be shown the difference and not ask about it."""

_ENOUGH = 6
"""Tests that were shown another verdict; after that no better witness is looked for."""


class Judge:
    """All recorded cases, and what each function of the checks is shown by them."""

    def __init__(self, cases) -> None:
        self.cases, self.reached = cases, reached(cases)
        self._of_module, self._looks = defaultdict(set), Counter(case.test for case in cases)
        for (module, _), numbers in self.reached.items():
            self._of_module[module].update(numbers)

    def witnesses(self, mutant: Mutant) -> tuple[list[str], bool]:
        """Tests that were shown another verdict, best first; and whether at least something else is told.

        No test and nothing told: no case of any test ends otherwise.
        """
        found, told = {}, False
        with active(mutant):
            for number in self._shown(mutant):
                case = self.cases[number]
                said = replay(case)
                told = told or said != case.said
                if said.verdict != case.said.verdict:
                    found[case.test] = self._looks[case.test]
                if len(found) == _ENOUGH or said.kind == "endless":
                    break
        return sorted(found, key=found.get)[:_TESTS], told

    def _shown(self, mutant: Mutant) -> Iterable[int]:
        if mutant.function:
            return self.reached.get((mutant.module, mutant.function), ())
        return sorted(self._of_module[mutant.module])
