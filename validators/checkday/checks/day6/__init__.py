"""Day 6: the past of a table brought back, and patterns that hold at any size."""

from checkday.checks.day6.backup import backup, pitr, restore_backup, restore_equal, restore_pitr
from checkday.checks.day6.capacity import capacity, capacity_trace
from checkday.checks.day6.cleanup import clean_backup, clean_functions, clean_tables
from checkday.checks.day6.made import (
    backup_job_trace,
    backup_trace,
    guard_policy_trace,
    pitr_trace,
    restore_backup_trace,
    restore_pitr_trace,
    vault_trace,
)
from checkday.checks.day6.patterns_log import (
    gsi_shard,
    gsi_shard_trace,
    log_table,
    log_table_trace,
    shard_spread,
)
from checkday.checks.day6.patterns_staff import (
    adjacency,
    adjacency_trace,
    gsi_composite,
    gsi_overload,
    gsi_sparse,
    staff_table,
    staff_table_trace,
)
from checkday.checks.day6.patterns_stream import (
    decision,
    replica_items,
    replicator,
    replicator_trace,
    stream,
    stream_trace,
)
from checkday.checks.day6.vault import backup_job, guard_policy, vault

__all__ = [
    "adjacency",
    "adjacency_trace",
    "backup",
    "backup_job",
    "backup_job_trace",
    "backup_trace",
    "capacity",
    "capacity_trace",
    "clean_backup",
    "clean_functions",
    "clean_tables",
    "decision",
    "gsi_composite",
    "gsi_overload",
    "gsi_shard",
    "gsi_shard_trace",
    "gsi_sparse",
    "guard_policy",
    "guard_policy_trace",
    "log_table",
    "log_table_trace",
    "pitr",
    "pitr_trace",
    "replica_items",
    "replicator",
    "replicator_trace",
    "restore_backup",
    "restore_backup_trace",
    "restore_equal",
    "restore_pitr",
    "restore_pitr_trace",
    "shard_spread",
    "staff_table",
    "staff_table_trace",
    "stream",
    "stream_trace",
    "vault",
    "vault_trace",
]
