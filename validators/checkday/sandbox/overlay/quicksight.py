"""QuickSight: subscription, sources, sets and dashboards of an account."""

from __future__ import annotations

from collections.abc import Mapping

from checkday.sandbox.overlay.wire import Handler

HANDLERS: Mapping[str, Handler] = {}
