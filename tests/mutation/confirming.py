"""A plugin of pytest that runs tests with a mistake put into the program, and notes which mistakes they see.

`pytest -p mutation.confirming` with CHECKDAY_MUTANTS=FILE: a pickled mapping test -> mutants. A mutant that
some test has noticed is not tried again. The tests themselves are untouched, and so is what they ask.
"""

import json
import os
import pickle
import sys
from pathlib import Path

from _pytest.runner import runtestprotocol

from mutation.mutants import active
from mutation.patience import in_time

PLAN, NOTICED = "CHECKDAY_MUTANTS", "CHECKDAY_NOTICED"
_PATIENCE = 20.0
"""Seconds for one test with one mistake; most take a tenth of one."""


class Confirming:
    def __init__(self, plan):
        self.plan, self.noticed, self.status = plan, {}, 0

    def pytest_collection_modifyitems(self, config, items):
        unwanted = [one for one in items if one.nodeid not in self.plan and "*" not in self.plan]
        config.hook.pytest_deselected(items=unwanted)
        items[:] = [one for one in items if one not in unwanted]

    def pytest_runtest_protocol(self, item, nextitem):
        for mutant in self.plan.get(item.nodeid, self.plan.get("*", ())):
            if mutant.key not in self.noticed:
                with active(mutant), in_time(_PATIENCE):
                    self.run(item, mutant)
        # Once more, whole: it ends the fixtures that are not the next test's. A test that cannot be run twice
        # fails whatever is in the program, and is no witness.
        item._initrequest()
        if any(one.failed for one in runtestprotocol(item, nextitem=nextitem, log=False)):
            self.noticed = {key: test for key, test in self.noticed.items() if test != item.nodeid}
        return True

    def run(self, item, mutant):
        item._initrequest()
        # As if the next test were another one of its file: its own fixtures end, those of the file stay.
        reports = runtestprotocol(item, nextitem=item.parent, log=False)
        if any(one.failed for one in reports):
            self.noticed[mutant.key] = item.nodeid

    def pytest_sessionfinish(self, exitstatus):
        self.status = int(exitstatus)
        Path(os.environ[NOTICED]).write_text(json.dumps(self.noticed), encoding="utf-8")

    def pytest_unconfigure(self):
        sys.stdout.flush()
        os._exit(self.status)  # a thread that a mistake has sent round in circles would never let go


def pytest_configure(config):
    plan = pickle.loads(Path(os.environ[PLAN]).read_bytes())  # noqa: S301 - our own file
    config.pluginmanager.register(Confirming(plan), "mutants")
