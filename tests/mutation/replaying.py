"""Shows a check again what a test once showed it, without any account: a fraction of a millisecond each."""

import importlib
import pickle
import re
import sys
import threading
import time
from collections import defaultdict
from pathlib import Path

from checkday.account import Account, Answer
from checkday.checks import traces  # noqa: F401 - so that every module of checks can be found by name
from checkday.engine.golden import Golden
from checkday.lab import Lab
from checkday.traces import Trail
from mutation.mutants import SOURCE
from mutation.patience import TooLong, in_time
from mutation.said import Said, said_by

_PATIENCE = 2.0
"""Seconds for one case; a mutant that needs more is taken for endless."""

_NUMBER = re.compile(r"(?<=[:\[,])-?\d+(?=[,}\]])")
_GOLDEN = {}


class _Recorded:
    """A source of answers; what was never asked in the test is no answer.

    Only numbers may differ: how much is asked for at once changes no answer of these small accounts.
    """

    def __init__(self, answers):
        self._answers = answers

    def fetch(self, look):
        found = self._answers.get(look) or next(self._alike(_numberless(look)), None)
        return found or Answer(look, cause="not_recorded", facts={"call": look.call}, sent=0)

    def _alike(self, wanted):
        return (answer for look, answer in self._answers.items() if _numberless(look) == wanted)


def _numberless(look):
    return look.region, look.call, _NUMBER.sub("0", look.parameters)


class _Known(dict):
    def __missing__(self, name):
        raise KeyError(name)

    def __getitem__(self, name):
        value = super().__getitem__(name)
        if isinstance(value, Exception):
            raise value
        return value


def load(folder: Path) -> tuple[list, list]:
    """The cases whose replay says what the test heard, the quick ones first; and all that were recorded."""
    files = [path.read_bytes() for path in sorted(folder.glob("cases-*.pickle"))]
    cases = [case for content in files for case in pickle.loads(content)]  # noqa: S301 - our own file
    timed = []
    for number, case in enumerate(cases):
        started = time.perf_counter()
        if case.said == replay(case):
            timed.append((time.perf_counter() - started, number, case))
    return [case for _, _, case in sorted(timed)], cases


def replay(case) -> Said:
    """What the check says now to what the test showed it then."""
    day, _, name = case.function.partition(".")
    function = getattr(importlib.import_module(f"checkday.checks.{day}"), name)
    account, shown = Account(_Recorded(case.answers)), dict(case.lab)
    golden = shown.pop("golden")
    if isinstance(golden, str):
        golden = _GOLDEN.setdefault(golden, Golden(golden))
    lab = Lab(account, shown.pop("settings"), known=_Known(case.known), golden=golden, **shown)
    lab.history = Trail(account, lab.looks, region=lab.region, until=lab.now)
    try:
        with in_time(_PATIENCE):
            return said_by(function(lab))
    except TooLong:
        return Said("endless", "", "")
    except Exception as error:  # noqa: BLE001 - a mutant may raise anything
        return said_by(error)


def reached(cases) -> dict[tuple[str, str], list[int]]:
    """(module, function) of the checks -> the cases in which it runs."""
    found, root = defaultdict(list), str(SOURCE / "checks")
    for number, case in enumerate(cases):
        for where in _called(case, root):
            found[where].append(number)
    return found


def _called(case, root):
    seen = set()

    def note(frame, event, _):
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(root):
            seen.add((frame.f_globals["__name__"], code.co_qualname.partition(".<locals>")[0]))

    sys.setprofile(note)
    threading.setprofile(note)  # some reads are asked from threads of their own
    try:
        replay(case)
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
    return seen
