"""QuickSight: what is kept of sources, sets, analyses and dashboards; nothing is drawn.

`quicksight_calls` says who may call what and when, the others answer.
"""

from __future__ import annotations

from collections.abc import Mapping

from checkday.sandbox.overlay import (
    quicksight_account,
    quicksight_analyses,
    quicksight_dashboards,
    quicksight_data,
)
from checkday.sandbox.overlay.wire import Handler

HANDLERS: Mapping[str, Handler] = {
    **quicksight_account.HANDLERS,
    **quicksight_data.HANDLERS,
    **quicksight_analyses.HANDLERS,
    **quicksight_dashboards.HANDLERS,
}
