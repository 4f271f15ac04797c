"""How Lambda words what went wrong in a function, told from what the emulator says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_TIMEOUT = re.compile(r"Task timed out after (\d+(?:\.\d+)?) seconds")
_RAISED = re.compile(r"([A-Za-z_][\w.]*)(?:: |$)")
_INIT = "Worker init failed: "
_ENDED = ("Worker process died", "Worker process exited immediately", "Worker returned no response")
_TRACE = "Traceback (most recent call last):"


def worded(body: Mapping[str, Any], log: str, request: str, handler: str) -> dict[str, Any]:
    """The payload of a failed invocation; `log` holds the traceback, if there is one."""
    message = str(body.get("errorMessage", ""))
    if timeout := _TIMEOUT.search(message):
        text = f"RequestId: {request} Error: Task timed out after {float(timeout[1]):.2f} seconds"
        return {"errorType": "Sandbox.Timedout", "errorMessage": text}
    if message.startswith(_INIT):
        return _of_init(message.removeprefix(_INIT), request, handler)
    if message.startswith(_ENDED):
        text = f"RequestId: {request} Error: Runtime exited without providing a reason"
        return {"errorType": "Runtime.ExitError", "errorMessage": text}
    return _of_handler(message, log, request) if _TRACE in log else dict(body)


def _of_init(reason: str, request: str, handler: str) -> dict[str, Any]:
    module, _, function = handler.rpartition(".")
    if f"has no attribute '{function}'" in reason:
        text, kind = f"Handler '{function}' missing on module '{module}'", "Runtime.HandlerNotFound"
    elif reason.startswith("No module named"):
        text, kind = f"Unable to import module '{module}': {reason}", "Runtime.ImportModuleError"
    else:
        text, kind = reason, "Runtime.Unknown"
    return {"errorType": kind, "errorMessage": text, "requestId": request, "stackTrace": []}


def _of_handler(message: str, log: str, request: str) -> dict[str, Any]:
    lines = log[log.rindex(_TRACE) :].splitlines()
    raised = next((found[1] for line in reversed(lines) if (found := _RAISED.match(line))), "")
    kind = raised.rpartition(".")[2]
    if kind == "MemoryError":
        text = f"RequestId: {request} Error: Runtime exited with error: signal: killed"
        return {"errorType": "Runtime.OutOfMemory", "errorMessage": text}
    trace = [line for line in lines[1:] if line.startswith("  ")]
    said = {"errorMessage": message, "errorType": kind or "Error", "requestId": request}
    return said | {"stackTrace": trace}
