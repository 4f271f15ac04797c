"""`python -m checkday.data [FOLDER]`: write the committed sample data again."""

import sys
from pathlib import Path

from checkday.data import write
from checkday.resources import sample_data

write(Path(sys.argv[1]) if len(sys.argv) > 1 else sample_data())
