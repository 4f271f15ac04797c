"""The wall around the writer: three operations, each on what belongs to this learner alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from checkday import names
from checkday.account.guard import Guard
from checkday.data.loads import TABLES
from checkday.errors import WriteRefused

if TYPE_CHECKING:
    from botocore.model import OperationModel
    from botocore.session import Session

_WRITES = {"dynamodb": ["BatchWriteItem"], "firehose": ["PutRecordBatch"], "s3": ["PutObject"]}


class NarrowGuard(Guard):
    """Lets records through to the learner's stream, under data/raw/ of the learner's bucket, and as items
    into the learner's tables.

    The names are looked at when nothing is left that could change them before they are sent.
    """

    def __init__(self, learner: str) -> None:
        super().__init__(_WRITES)
        prefix = re.escape(names.prefix(learner))
        self._targets: Mapping[str, Mapping[str, str]] = {
            "PutRecordBatch": {"DeliveryStreamName": rf"{prefix}-stream"},
            "PutObject": {
                "Bucket": rf"{prefix}-lake-\d{{12}}-[a-z0-9-]+",
                "Key": rf"{names.RAW_PREFIX}\d{{4}}/\d\d/\d\d/\d\d/[\w.-]+",
            },
            "BatchWriteItem": {"RequestItems": rf"{prefix}-(?:{'|'.join(map(re.escape, sorted(TABLES)))})"},
        }

    def watch(self, session: Session) -> None:
        """Stand before every client that the session will make."""
        super().watch(session)
        emitter = session.get_component("event_emitter")
        emitter.register_last("before-parameter-build.*.*", self._before_build)

    def _before_build(self, params: Mapping[str, Any], model: OperationModel, **_: Any) -> None:
        operation = str(model.name)
        for name, allowed in self._targets.get(operation, {}).items():
            for target in _targets_in(params.get(name, "")):
                if not re.fullmatch(allowed, target, re.ASCII):
                    self.violations.append(f"{operation} {target}")
                    raise WriteRefused("data.guard", call=operation, target=target)


def _targets_in(value: Any) -> list[str]:
    """The name itself; of a batch every table, and of whatever deletes a name that no rule allows."""
    if not isinstance(value, Mapping):
        return [str(value)]
    puts = all(request.keys() == {"PutRequest"} for requests in value.values() for request in requests)
    return [str(table) if puts else f"{table} (delete)" for table in value]
