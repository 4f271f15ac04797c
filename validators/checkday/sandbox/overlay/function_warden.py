"""Starts the process of a Lambda function with its limits: run as a program, it sees no learner's code.

It ends with the server, however that ends, and with it all that came of the function.
"""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path

from checkday.sandbox.overlay.spark.warden import watch_over

_MEGABYTE = 1024 * 1024
_OWN = 512
"""Megabytes of address space that an interpreter with an AWS SDK takes before it holds any data."""

_LARGEST_FILE = 512 * _MEGABYTE


def main() -> None:
    folder, memory, *command = sys.argv[1:]
    limits = {resource.RLIMIT_CORE: 0, resource.RLIMIT_FSIZE: _LARGEST_FILE}
    # V8 reserves far more address space than it uses, and bounds itself.
    if not Path(command[0]).name.startswith("node"):
        limits[resource.RLIMIT_AS] = (int(memory) + _OWN) * _MEGABYTE
    for what, most in limits.items():
        resource.setrlimit(what, (most, most))
    # Else every thread would reserve an arena of its own out of the address space.
    os.environ["MALLOC_ARENA_MAX"] = "2"
    watch_over(command, Path(folder))


if __name__ == "__main__":
    main()
