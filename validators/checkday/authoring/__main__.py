"""`python -m checkday.authoring`: compile, even when the commands cannot start for want of a word."""

import sys
from pathlib import Path

from checkday.authoring.generate import generate

for path in generate(Path(), check=False):
    sys.stdout.write(f"{path}\n")
