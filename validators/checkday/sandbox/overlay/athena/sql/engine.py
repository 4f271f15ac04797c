"""DuckDB, shut in: it reads the files it is shown, and nothing that a query says can change that."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import duckdb

from checkday.sandbox.overlay.athena.sql import functions

THREADS = 2


def connect(folders: Sequence[str], memory: int, scratch: str) -> duckdb.DuckDBPyConnection:
    """A database that sees the folders only; `memory` in MiB."""
    settings: dict[str, Any] = {
        "memory_limit": f"{memory}MiB",
        "threads": min(THREADS, os.cpu_count() or 1),
        "temp_directory": scratch,
        "max_temp_directory_size": "4GiB",
        "allow_community_extensions": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "allow_persistent_secrets": False,
        "python_enable_replacements": False,
        "preserve_insertion_order": False,
        "default_null_order": "nulls_last",
    }
    database = duckdb.connect(":memory:", config={name: str(value) for name, value in settings.items()})
    database.execute("SET TimeZone = 'UTC'")
    database.execute(functions.macros())
    database.execute("SET allowed_directories = ?", [[f"{folder}{os.sep}" for folder in folders]])
    database.execute("SET enable_external_access = false")
    database.execute("SET lock_configuration = true")
    return database
