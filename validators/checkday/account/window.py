"""What a check sees of an account: typed like boto3's clients, but every read is remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checkday.account.answers import Look, Response, canonical

if TYPE_CHECKING:
    from mypy_boto3_apigatewayv2 import ApiGatewayV2Client
    from mypy_boto3_athena import AthenaClient
    from mypy_boto3_backup import BackupClient
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_firehose import FirehoseClient
    from mypy_boto3_glue import GlueClient
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_quicksight import QuickSightClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sts import STSClient

    from checkday.account import Account


class Window:
    """One Region of one account, as one check looks at it; `looks` is the trail of its reads."""

    if TYPE_CHECKING:
        apigatewayv2: ApiGatewayV2Client
        athena: AthenaClient
        backup: BackupClient
        cloudwatch: CloudWatchClient
        dynamodb: DynamoDBClient
        firehose: FirehoseClient
        glue: GlueClient
        iam: IAMClient
        lambda_: LambdaClient
        logs: CloudWatchLogsClient
        quicksight: QuickSightClient
        s3: S3Client
        sqs: SQSClient
        sts: STSClient

    def __init__(self, account: Account, region: str, looks: set[Look]) -> None:
        self._account, self._region, self._looks = account, region, looks

    def __getattr__(self, service: str) -> Any:
        # A word of Python's own carries an underscore: lab.aws.lambda_
        return _Service(self, service.removesuffix("_"))

    def read(self, service: str, operation: str, parameters: dict[str, Any]) -> Response:
        look = Look(self._region, service, operation, canonical(parameters))
        self._looks.add(look)
        return self._account.response(look)


class _Service:
    def __init__(self, window: Window, service: str) -> None:
        self._window, self._service = window, service

    def __getattr__(self, operation: str) -> Any:
        def read(**parameters: Any) -> Response:
            return self._window.read(self._service, operation, parameters)

        return read
