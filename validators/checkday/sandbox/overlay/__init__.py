"""What the emulator does not do as AWS does: one module a service, one handler an operation.

All that has no handler here goes straight through to the emulator.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from checkday.sandbox.overlay import (
    athena,
    backup,
    cloudtrail,
    cloudtrail_events,
    dynamodb_backup,
    dynamodb_expiry,
    dynamodb_export,
    dynamodb_history,
    dynamodb_items,
    dynamodb_recovery,
    dynamodb_replicas,
    dynamodb_tables,
    dynamodb_usage,
    event_sources,
    firehose,
    firehose_send,
    functions,
    glue,
    glue_crawlers,
    http_apis,
    meter,
    quicksight,
    s3,
)
from checkday.sandbox.overlay.spark import handlers as spark_sessions
from checkday.sandbox.overlay.spark import jobs as spark_jobs
from checkday.sandbox.overlay.wire import Handler, Start, Stop, Witness

HANDLERS: Mapping[str, Mapping[str, Handler]] = {
    "apigateway": http_apis.HANDLERS,
    "athena": athena.HANDLERS,
    "backup": backup.HANDLERS,
    "cloudtrail": cloudtrail.HANDLERS,
    "dynamodb": {
        **dynamodb_items.HANDLERS,
        **dynamodb_backup.HANDLERS,
        **dynamodb_recovery.HANDLERS,
        **dynamodb_export.HANDLERS,
        **dynamodb_tables.HANDLERS,
        **dynamodb_replicas.HANDLERS,
    },
    "dynamodbstreams": dynamodb_expiry.STREAM_HANDLERS,
    "firehose": firehose.HANDLERS,
    "glue": {**glue.HANDLERS, **spark_sessions.HANDLERS, **spark_jobs.HANDLERS},
    "lambda": {**event_sources.HANDLERS, **functions.HANDLERS},
    "quicksight": quicksight.HANDLERS,
    "s3": s3.HANDLERS,
}
"""By service, then by operation."""

WITNESS: Witness = cloudtrail_events.record

STARTS: Sequence[Start] = (
    meter.resume,
    dynamodb_usage.resume,
    dynamodb_history.resume,
    dynamodb_replicas.resume,
    event_sources.resume,
    dynamodb_expiry.resume,
    firehose_send.resume,
    glue_crawlers.resume,
    spark_sessions.resume,
    spark_jobs.resume,
)
STOPS: Sequence[Stop] = (
    event_sources.stop_all,
    spark_sessions.stop_all,
    spark_jobs.stop_all,
    firehose_send.flush_all,
    dynamodb_expiry.stop,
    dynamodb_history.write,
    meter.publish,
    glue_crawlers.stop_all,
    athena.STOP,
)
