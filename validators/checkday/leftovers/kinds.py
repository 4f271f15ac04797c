"""The table of everything a learner can leave behind, in the order in which it is safe to delete.

What bills by the hour goes first, then what writes, then what is written to, then the rights. To cover
another service, write its look and add its row, the words `leftovers.kind.<name>`, and the reads it makes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from checkday.leftovers import backups, charts, compute, events, identity, storage, tables
from checkday.leftovers.items import Found, Place


@dataclass(frozen=True, slots=True)
class Kind:
    """One row."""

    name: str
    look: Callable[[Place], Iterator[Found]]
    commands: tuple[str, ...]
    """What deletes one of them; {name}, {arn} and {region} are quoted when they are filled in."""
    where: str = "both"
    """`both` Regions of the course, `account` for a list that spans Regions, `global` for none."""
    keep: str | None = None
    """Why it may stay for now."""


_SANDBOX = '${{AWS_ENDPOINT_URL:+--endpoint-url "$AWS_ENDPOINT_URL"}}'
"""Version 1 of the CLI has another address for queues, and must be told where a sandbox is."""

KINDS = (
    Kind(
        "mapping",
        events.mappings,
        ("aws lambda delete-event-source-mapping --uuid {name} --region {region} --query State",),
    ),
    Kind("api", events.apis, ("aws apigatewayv2 delete-api --api-id {name} --region {region}",)),
    Kind(
        "function",
        events.functions,
        ("aws lambda delete-function --function-name {name} --region {region} --query StatusCode",),
    ),
    Kind(
        "queue",
        events.queues,
        (
            (
                "URL=$(aws sqs get-queue-url --queue-name {name} --region {region} --query QueueUrl"
                f" --output text {_SANDBOX})"
            ),
            f'aws sqs delete-queue --region {{region}} --queue-url "$URL" {_SANDBOX}',
        ),
    ),
    # A replica may be deleted in its own Region; a table that still has one is refused.
    Kind(
        "replica",
        events.replicas,
        (
            (
                "aws dynamodb delete-table --table-name {name} --region {region}"
                " --query TableDescription.TableStatus --output text"
            ),
            (
                "for i in $(seq 200); do aws dynamodb describe-table --table-name {name} --region {region}"
                " >/dev/null 2>&1 || break; sleep 3; done"
            ),
        ),
        where="account",
    ),
    Kind(
        "table",
        tables.tables,
        (
            (
                "aws dynamodb delete-table --table-name {name} --region {region}"
                " --query TableDescription.TableStatus --output text"
            ),
        ),
    ),
    Kind(
        "backup",
        backups.backups,
        (
            (
                "aws dynamodb delete-backup --backup-arn {arn} --region {region}"
                " --query BackupDescription.BackupDetails.BackupName --output text"
            ),
        ),
    ),
    Kind(
        "vault",
        backups.vaults,
        (
            (
                "for p in $(aws backup list-recovery-points-by-backup-vault --backup-vault-name {name}"
                " --region {region} --query 'RecoveryPoints[].RecoveryPointArn' --output text); do"
                " aws backup delete-recovery-point --backup-vault-name {name} --region {region}"
                ' --recovery-point-arn "$p"; done'
            ),
            (
                "for i in $(seq 40); do aws backup delete-backup-vault --backup-vault-name {name}"
                " --region {region} 2>/dev/null && break; sleep 3; done"
            ),
        ),
    ),
    Kind("session", compute.sessions, ("aws glue stop-session --id {name} --region {region}",)),
    Kind(
        "stream",
        storage.streams,
        (
            "aws firehose delete-delivery-stream --delivery-stream-name {name} --region {region}",
            # It may still write what it holds; a bucket that is emptied before would be filled again.
            (
                "for i in $(seq 60); do aws firehose describe-delivery-stream --delivery-stream-name {name}"
                " --region {region} >/dev/null 2>&1 || break; sleep 3; done"
            ),
        ),
    ),
    Kind("crawler", compute.crawlers, ("aws glue delete-crawler --name {name} --region {region}",)),
    Kind("job", compute.jobs, ("aws glue delete-job --job-name {name} --region {region}",)),
    # From the dashboard back to its source; each carries its own command, because its id is not its name.
    Kind("bi_dashboard", charts.dashboards, (), where="account"),
    Kind("bi_dataset", charts.datasets, (), where="account"),
    Kind("bi_source", charts.sources, (), where="account"),
    Kind("database", compute.databases, ("aws glue delete-database --name {name} --region {region}",)),
    Kind(
        "log_group",
        storage.log_groups,
        ("aws logs delete-log-group --log-group-name {name} --region {region}",),
    ),
    Kind("bucket", storage.buckets, ("aws s3 rb s3://{name} --force --region {region}",), where="account"),
    Kind("role", identity.roles, ("aws iam delete-role --role-name {name}",), where="global"),
    Kind(
        "policy",
        identity.policies,
        (
            (
                "for v in $(aws iam list-policy-versions --policy-arn {arn}"
                " --query 'Versions[?!IsDefaultVersion].VersionId' --output text); do"
                ' aws iam delete-policy-version --policy-arn {arn} --version-id "$v"; done'
            ),
            "aws iam delete-policy --policy-arn {arn}",
        ),
        where="global",
    ),
    Kind(
        "workgroup",
        compute.workgroups,
        ("aws athena delete-work-group --work-group {name} --recursive-delete-option --region {region}",),
        keep="until_graded",
    ),
    Kind("bi_subscription", charts.subscriptions, (), where="account", keep="subscription"),
)
