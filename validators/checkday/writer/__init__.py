"""The writers of the commands: they send a learner's records and queries, and can send nothing else."""

from checkday.writer.athena import Athena, Execution
from checkday.writer.client import Writer
from checkday.writer.delivery import deliver
from checkday.writer.direct import Parts
from checkday.writer.errors import Interrupted, NotSent
from checkday.writer.identity import Signer
from checkday.writer.journal import Journal
from checkday.writer.loading import put_all, put_newer
from checkday.writer.settling import settle
from checkday.writer.table import Table
from checkday.writer.target import Lake, Stream, is_direct

__all__ = [
    "Athena",
    "Execution",
    "Interrupted",
    "Journal",
    "Lake",
    "NotSent",
    "Parts",
    "Signer",
    "Stream",
    "Table",
    "Writer",
    "deliver",
    "is_direct",
    "put_all",
    "put_newer",
    "settle",
]
