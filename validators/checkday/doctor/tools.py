"""The learner's own machine: the tools the pages use, and room for what is kept."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from checkday.doctor.diagnosis import Diagnosis, fine, mend, mind
from checkday.resources import state_folder

_MIB = 1024 * 1024
_ENOUGH, _TOO_LITTLE = 500 * _MIB, 20 * _MIB
"""Of disk: the sandbox wants the first, settings and Record need the second."""

_PATIENCE = 20


def machine() -> Iterator[Diagnosis]:
    """Python, the AWS CLI and the state folder."""
    yield fine("doctor.python", version=platform.python_version())
    yield _cli()
    yield _room(state_folder())


def _cli() -> Diagnosis:
    program = shutil.which("aws")
    if program is None:
        return mend("doctor.no_cli")
    try:
        done = subprocess.run(
            [program, "--version"], capture_output=True, text=True, timeout=_PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return mend("doctor.broken_cli", path=program)
    said = (done.stdout or done.stderr).split()
    if done.returncode or not said:
        return mend("doctor.broken_cli", path=program)
    return fine("doctor.cli", version=said[0])


def _room(folder: Path) -> Diagnosis:
    there = next(path for path in (folder, *folder.parents) if path.exists())
    if not there.is_dir() or not os.access(there, os.W_OK):
        return mend("doctor.state_unwritable", path=folder)
    free = shutil.disk_usage(there).free
    facts = {"path": folder, "megabytes": free // _MIB}
    if free >= _ENOUGH:
        return fine("doctor.state", **facts)
    return (mend if free < _TOO_LITTLE else mind)("doctor.state_full", **facts)
