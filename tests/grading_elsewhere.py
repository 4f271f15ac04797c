"""`workshop`, with this machine in place of AWS: AWS_ENDPOINT_URL names the endpoint, which grading ignores.

The command itself has no setting for that, and must not have one; what stands for AWS goes with the plan, so
that the workers know it too.
"""

import functools
import os
import sys

from checkday.cli import grading
from checkday.cohort.fleet import Way

if __name__ == "__main__":
    from checkday.cli.workshop import main

    grading.Way = functools.partial(Way, aws=os.environ.pop("AWS_ENDPOINT_URL", None))
    sys.exit(main())
