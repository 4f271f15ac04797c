"""Day 3: the ETL is understood, a session ran it and stopped, and its output balances."""

from checkday.checks.day3.code import explain
from checkday.checks.day3.output import (
    output,
    output_table,
    output_table_trace,
    output_trace,
    row_balance,
    row_balance_trace,
)
from checkday.checks.day3.session import (
    session,
    session_role,
    session_role_trace,
    session_stopped,
    session_stopped_trace,
    session_thrifty,
    session_thrifty_trace,
    session_trace,
)

__all__ = [
    "explain",
    "output",
    "output_table",
    "output_table_trace",
    "output_trace",
    "row_balance",
    "row_balance_trace",
    "session",
    "session_role",
    "session_role_trace",
    "session_stopped",
    "session_stopped_trace",
    "session_thrifty",
    "session_thrifty_trace",
    "session_trace",
]
