"""A plugin of pytest that writes down what every check was shown, and what it said, while the tests run.

`pytest -p mutation.recording` with CHECKDAY_CASES=FOLDER: one file a process, read by `mutation.replaying`.
"""

import functools
import importlib
import os
import pickle
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from checkday import curriculum
from checkday.account import Look
from checkday.engine.golden import Golden
from mutation.said import said_by

FOLDER = "CHECKDAY_CASES"


@dataclass
class Case:
    """One call of a check, or of a trace, within one test."""

    test: str
    function: str
    """Name of the day's module and of the function, for example `day1.bucket_trace`."""
    said: Any
    answers: dict[Look, Any]
    """Shared by all cases that looked at the same account."""
    lab: dict[str, Any]
    known: dict[str, Any] = field(default_factory=dict)
    """Evidence that the check read of others, or the exception that reading it raised."""


class Noting(dict):
    """Another mapping, with a note of everything that was read in it."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def __missing__(self, name):
        try:
            value = self.inner[name]
        except Exception as error:
            self[name] = error
            raise
        self[name] = value
        return value

    def __contains__(self, name):
        return name in self.inner


class Recorder:
    def __init__(self):
        self.cases, self.accounts = [], {}

    def watch(self):
        """Wrap every check and trace where the engine and the tests find it."""
        for milestone in curriculum.load(curriculum.days()).milestones.values():
            module = importlib.import_module(f"checkday.checks.day{milestone.day}")
            for name in (milestone.name, f"{milestone.name}_trace"):
                if function := getattr(module, name, None):
                    setattr(module, name, self.wrapped(function, f"day{milestone.day}.{name}"))

    def wrapped(self, function, name):
        @functools.wraps(function)
        def watched(lab):
            lab.known = Noting(lab.known)
            outcome = None
            try:
                outcome = function(lab)
            except Exception as error:
                outcome = error
                raise
            finally:
                self.keep(name, lab, outcome)
            return outcome

        return watched

    def keep(self, name, lab, outcome):
        """Answers are filled in when the test is over: a mutant may look where this check did not."""
        answers = self.accounts.setdefault(id(lab._account), (lab._account, {}))[1]
        golden = lab.golden.__dict__["_learner"] if isinstance(lab.golden, Golden) else dict(lab.golden)
        seen = {
            "settings": lab._settings,
            "now": lab.now,
            "golden": golden,
            "answers": lab._answers,
            "chart": lab._chart,
        }
        test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" ")[0]
        self.cases.append(Case(test, name, said_by(outcome), answers, seen, dict(lab.known)))

    def settle(self):
        for account, answers in self.accounts.values():
            answers.update({one.look: one for one in account.answers()})
        self.accounts.clear()


_RECORDER = Recorder()


def pytest_collection_finish():
    _RECORDER.watch()


def pytest_runtest_teardown():
    _RECORDER.settle()


def pytest_sessionfinish():
    if _RECORDER.cases:
        path = Path(os.environ[FOLDER]) / f"cases-{os.getpid()}.pickle"
        path.write_bytes(pickle.dumps(_RECORDER.cases, protocol=5))
