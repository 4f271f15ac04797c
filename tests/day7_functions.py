"""Day 7's functions as Lambda loads them, and a stream that brings them changes in any order and number."""

import importlib.util
import sys

from checkday import resources

FOLDER = resources.shared() / "py" / "day7"
TABLES = {"reduce": "MessageId", "aggregate": "Identifier", "params": "Parameter"}


def loaded(name, monkeypatch, **environment):
    """The module, with the variables that Lambda would give it."""
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    if name != "once":
        monkeypatch.setitem(sys.modules, "once", loaded("once", monkeypatch, **environment))
    spec = importlib.util.spec_from_file_location(f"day7_{name}", FOLDER / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def record(number, new=None, old=None):
    """A change of a table as the stream tells it."""
    kind = "REMOVE" if new is None else "INSERT" if old is None else "MODIFY"
    images = {name: image for name, image in (("NewImage", new), ("OldImage", old)) if image is not None}
    return {"eventName": kind, "dynamodb": {"SequenceNumber": f"{number:021}", **images}}


def changes(items):
    """The records of a table that takes an item only if it is newer than what it has."""
    stored, found = {}, []
    for item in items:
        key, old = item["TradeID"]["S"], stored.get(item["TradeID"]["S"])
        if old is None or int(old["Version"]["N"]) < int(item["Version"]["N"]):
            found.append(record(len(found), item, old))
            stored[key] = item
    return found
