"""What a request is about, as policies name it, where ministack 1.5.33 knows no name or another than AWS.

Source: the service authorization reference of each service. Only with `AUTH=true` does anybody ask.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from contextvars import ContextVar
from typing import Any

from ministack import app
from ministack.core import iam_actions

from checkday.sandbox.overlay.wire import Request

_CRAWLER, _DATABASE, _JOB = "crawler/{Name}", "database/{Name}", "job/{JobName}"
_GROUP = "workgroup/{WorkGroup}"
_SESSION, _STATEMENT = "session/{Id}", "session/{SessionId}"
_TABLE, _NEW_TABLE = "table/{DatabaseName}/{Name}", "table/{DatabaseName}/{TableInput[Name]}"
_PARTITIONS, _VAULT = "table/{DatabaseName}/{TableName}", "backup-vault:{BackupVaultName}"

_NAMES: Mapping[str, Mapping[str, str]] = {
    "glue": {
        "CreateDatabase": "database/{DatabaseInput[Name]}",
        **dict.fromkeys(("GetDatabase", "UpdateDatabase", "DeleteDatabase"), _DATABASE),
        **dict.fromkeys(("GetTable", "DeleteTable"), _TABLE),
        **dict.fromkeys(("CreateTable", "UpdateTable"), _NEW_TABLE),
        **dict.fromkeys(("GetPartition", "GetPartitions", "BatchCreatePartition"), _PARTITIONS),
        **dict.fromkeys(("GetTables", "BatchDeleteTable"), "database/{DatabaseName}"),
        **dict.fromkeys(("GetCrawler", "UpdateCrawler", "DeleteCrawler"), _CRAWLER),
        **dict.fromkeys(("StartCrawler", "StopCrawler"), _CRAWLER),
        "CreateJob": "job/{Name}",
        **dict.fromkeys(("GetJob", "UpdateJob", "DeleteJob", "GetJobRuns", "StartJobRun"), _JOB),
        **dict.fromkeys(("CreateSession", "GetSession", "StopSession", "DeleteSession"), _SESSION),
        **dict.fromkeys(("RunStatement", "GetStatement", "ListStatements", "CancelStatement"), _STATEMENT),
    },
    "athena": {
        "CreateWorkGroup": "workgroup/{Name}",
        **dict.fromkeys(("GetWorkGroup", "UpdateWorkGroup", "DeleteWorkGroup"), _GROUP),
        **dict.fromkeys(("StartQueryExecution", "ListQueryExecutions", "ListNamedQueries"), _GROUP),
        **dict.fromkeys(("GetQueryExecution", "GetQueryResults", "StopQueryExecution"), _GROUP),
        **dict.fromkeys(("BatchGetQueryExecution", "GetQueryRuntimeStatistics"), _GROUP),
    },
    "backup": {
        **dict.fromkeys(("CreateBackupVault", "DescribeBackupVault", "DeleteBackupVault"), _VAULT),
        **dict.fromkeys(("ListRecoveryPointsByBackupVault", "StartBackupJob"), _VAULT),
        **dict.fromkeys(("DescribeRecoveryPoint", "DeleteRecoveryPoint"), "{RecoveryPointArn}"),
    },
    "lambda": {"CreateFunction": "function:{FunctionName}"},
}
"""Service -> operation -> the last part of its resource's ARN, or all of it. None of these: any resource."""

_circumstances: ContextVar[Mapping[str, str]] = ContextVar("circumstances")


def attach() -> None:
    """Let the evaluator ask about what AWS would."""
    resource, tags = iam_actions.extract_resource_arn, iam_actions.request_tag_context
    action_of, tables = iam_actions.extract_iam_action, iam_actions.dynamodb_resource_arns

    def action(  # noqa: PLR0917 - the emulator's own parameters
        service: str, method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]
    ) -> str | None:
        own = _function_action(Request(service, method, path, headers, body, query))
        found: str | None = own or action_of(service, method, path, headers, body, query)
        return found

    def named(  # noqa: PLR0917 - the emulator's own parameters
        service: str,
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes,
        query: dict[str, Any],
        region: str,
        account: str,
    ) -> str:
        request = Request(service, method, path, headers, body, query)
        _circumstances.set(_keys(request, region, account))
        own = _resource(request, region, account)
        return own or str(resource(service, method, path, headers, body, query, region, account))

    def in_context(service: str, asked: str, body: bytes, query: dict[str, Any]) -> dict[str, Any]:
        return {**tags(service, asked, body, query), **_circumstances.get({})}

    def both_tables(body: bytes, region: str, account: str) -> list[str]:
        return _backed_up(body, region, account) or list(tables(body, region, account))

    iam_actions.extract_iam_action = action
    iam_actions.extract_resource_arn = named
    iam_actions.request_tag_context = in_context
    iam_actions.dynamodb_resource_arns = both_tables


def _function_action(request: Request) -> str | None:
    """Lambda's actions are named like its operations, but for the call itself."""
    if request.service != "lambda" or not request.operation:
        return None
    return (
        "lambda:InvokeFunction" if request.operation.startswith("Invoke") else f"lambda:{request.operation}"
    )


def _resource(request: Request, region: str, account: str) -> str | None:
    """The ARN, "*" if the operation has none, or None where the emulator's own is right."""
    if request.service == "iam":
        return _new_policy(request, account)
    names = _NAMES.get(request.service)
    if names is None or (request.service == "lambda" and request.operation not in names):
        return None
    said = dict(request.parameters)
    if request.service == "athena":
        said.setdefault("WorkGroup", _group(said, region, account))
    with suppress(KeyError, TypeError):
        name = names[request.operation].format_map(said)
        return name if name.startswith("arn:") else f"arn:aws:{request.service}:{region}:{account}:{name}"
    return "*"


def _new_policy(request: Request, account: str) -> str | None:
    if _asked(request, "Action") != "CreatePolicy":
        return None
    return f"arn:aws:iam::{account}:policy{_asked(request, 'Path') or '/'}{_asked(request, 'PolicyName')}"


def _group(said: Mapping[str, Any], region: str, account: str) -> str:
    """The workgroup of the execution that is named, else the one that Athena takes."""
    from checkday.sandbox.overlay.athena.api import runner  # noqa: PLC0415 - its handlers import us

    number = said.get("QueryExecutionId") or next(iter(said.get("QueryExecutionIds") or ()), None)
    found = runner().history.get(account, region, str(number)) if number else None
    return str(found.shown["WorkGroup"]) if found else "primary"


def _keys(request: Request, region: str, account: str) -> dict[str, str]:
    """The condition keys that a request brings along."""
    if request.service == "iam":
        attached = _asked(request, "PolicyArn")
        return {"iam:PolicyARN": attached} if attached else {}
    if request.service != "lambda" or not request.operation.endswith("EventSourceMapping"):
        return {}
    said = request.parameters
    kept = app._get_module("lambda_svc")._esms.get(said.get("UUID")) or {}  # noqa: SLF001
    name = str(kept.get("FunctionArn") or said.get("FunctionName") or "")
    arn = name if name.startswith("arn:") else f"arn:aws:lambda:{region}:{account}:function:{name}"
    return {"lambda:FunctionArn": arn}


def _backed_up(body: bytes, region: str, account: str) -> list[str]:
    """A backup, or what is restored and the table that it becomes: a restore needs the right for both."""
    with suppress(ValueError, KeyError):
        said = json.loads(body or b"{}")
        if isinstance(said, dict) and {"BackupArn", "TargetTableName"} & said.keys():
            table = f"arn:aws:dynamodb:{region}:{account}:table/"
            origin = (
                said.get("BackupArn") or said.get("SourceTableArn") or table + str(said["SourceTableName"])
            )
            made = said.get("TargetTableName")
            return [str(origin), *([table + str(made)] if made else [])]
    return []


def _asked(request: Request, name: str) -> str:
    """A parameter of a service that takes forms."""
    found = request.query.get(name) or ""
    return str(found[0] if isinstance(found, list) else found)
