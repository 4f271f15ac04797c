"""The learner's own charts: the numbers behind them are kept here, and judged again wherever they go."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from checkday.errors import Unwritable
from checkday.resources import put, state_folder

Chart = Mapping[str, Any]
"""`heat_map`: [[device id, track name, plays], ...]; `tree_map`: [[artist name, plays], ...]; `queries`:
the ids of the Athena queries that answered them; `origin`: live or simulated; `account`: its 12 digits."""

_LARGEST = 1024 * 1024


def stored(learner: str) -> Chart | None:
    """What `workshop dashboard` drew last for this learner, or None if nothing readable is kept."""
    try:
        text = _file(learner).read_bytes()[: _LARGEST + 1]
        found = json.loads(text) if len(text) <= _LARGEST else None
    except (OSError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def store(learner: str, chart: Chart) -> Path:
    """Keep the numbers, at once or not at all.

    Raises:
        Unwritable: the state folder cannot be written.

    """
    path = _file(learner)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        put(str(path), json.dumps(chart, ensure_ascii=False).encode())
    except OSError as error:
        raise Unwritable("output.unwritable", path=path, reason=error.strerror or "") from error
    return path


def _file(learner: str) -> Path:
    return state_folder() / "chart" / f"{learner}.json"
