"""Day 1: a bucket to land data in, and a Firehose stream that will fill it."""

from checkday.checks.day1.bucket import (
    account,
    bucket,
    bucket_private,
    bucket_trace,
    reference,
    reference_trace,
)
from checkday.checks.day1.stream import (
    stream,
    stream_logging,
    stream_logging_trace,
    stream_role,
    stream_role_trace,
    stream_target,
    stream_target_trace,
    stream_trace,
)

__all__ = [
    "account",
    "bucket",
    "bucket_private",
    "bucket_trace",
    "reference",
    "reference_trace",
    "stream",
    "stream_logging",
    "stream_logging_trace",
    "stream_role",
    "stream_role_trace",
    "stream_target",
    "stream_target_trace",
    "stream_trace",
]
