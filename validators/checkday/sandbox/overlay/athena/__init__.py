"""Athena: real SQL over the objects and the catalog of the emulator.

`api` and `workgroups` answer, `runner` sees a query through, `workers` run it; `sql` is the engine itself, in
a process of its own.
"""

from __future__ import annotations

from collections.abc import Mapping

from checkday.sandbox.overlay.athena import api, workgroups
from checkday.sandbox.overlay.wire import Handler, Stop

HANDLERS: Mapping[str, Handler] = {**api.HANDLERS, **workgroups.HANDLERS}
STOP: Stop = api.stop_all
