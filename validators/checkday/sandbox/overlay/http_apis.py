"""HTTP APIs of API Gateway: quick create, and an endpoint that is reached on this machine.

The endpoint is `http://127.0.0.1:<port>/_aws/execute-api/<api id>`, to which a stage, unless it is
`$default`, and the path are added as on AWS.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from typing import Any

from checkday.sandbox.overlay.wire import Answer, Emulator, Handler, Request, refusal

_FUNCTION = re.compile(r"arn:aws:lambda:[a-z0-9-]+:\d{12}:function:[\w-]+(:[\w$-]+)?")
_ADDRESS = re.compile(r"https?://\S+")


async def _create(request: Request, emulator: Emulator) -> Answer:
    sent = json.loads(request.body or b"{}")
    target = str(sent.get("target") or "")
    if target and not (_FUNCTION.fullmatch(target) or _ADDRESS.fullmatch(target)):
        return refusal("BadRequestException", f"Invalid target {target}: neither a function nor an address.")
    answer = await emulator.ask(request)
    if answer.good and target:
        await _complete(answer.values["apiId"], target, sent, emulator)
    return _reachable(answer)


async def _complete(api: str, target: str, sent: Mapping[str, Any], emulator: Emulator) -> None:
    """What quick create makes: one route to one integration, deployed by itself."""
    kind = "AWS_PROXY" if target.startswith("arn:") else "HTTP_PROXY"
    integration = {
        "connectionType": "INTERNET",
        "integrationMethod": "POST" if kind == "AWS_PROXY" else "ANY",
        "integrationType": kind,
        "integrationUri": target,
        "payloadFormatVersion": "2.0" if kind == "AWS_PROXY" else "1.0",
        "timeoutInMillis": 30_000,
    }
    made = await _ask(api, "integrations", integration, emulator)
    route = {
        "routeKey": sent.get("routeKey") or "$default",
        "target": f"integrations/{made['integrationId']}",
        "authorizationType": "NONE",
    }
    await _ask(api, "routes", route, emulator)
    await _ask(api, "stages", {"stageName": "$default", "autoDeploy": True}, emulator)


async def _ask(api: str, what: str, values: Mapping[str, Any], emulator: Emulator) -> dict[str, Any]:
    asked = Request("apigateway", "POST", f"/v2/apis/{api}/{what}", body=json.dumps(values).encode())
    return (await emulator.ask_as_service(asked)).values


async def _told(request: Request, emulator: Emulator) -> Answer:
    return _reachable(await emulator.ask(request))


def _reachable(answer: Answer) -> Answer:
    """The answer with endpoints of now: the sandbox may have had another port when the API was made."""
    if not answer.good:
        return answer
    said = answer.values
    for api in said.get("items", [said]):
        port = os.environ.get("GATEWAY_PORT", "")
        api["apiEndpoint"] = f"http://127.0.0.1:{port}/_aws/execute-api/{api['apiId']}"
    return answer.saying(said)


HANDLERS: Mapping[str, Handler] = {
    "CreateApi": _create,
    "GetApi": _told,
    "GetApis": _told,
    "UpdateApi": _told,
}
