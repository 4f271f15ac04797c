"""The wall around the writer: two operations, each on what belongs to this learner alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from checkday import names
from checkday.account.guard import Guard
from checkday.errors import WriteRefused

if TYPE_CHECKING:
    from botocore.model import OperationModel
    from botocore.session import Session

_WRITES = {"firehose": ["PutRecordBatch"], "s3": ["PutObject"]}


class NarrowGuard(Guard):
    """Lets records through to the learner's stream and under data/raw/ of the learner's bucket.

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
        }

    def watch(self, session: Session) -> None:
        """Stand before every client that the session will make."""
        super().watch(session)
        emitter = session.get_component("event_emitter")
        emitter.register_last("before-parameter-build.*.*", self._before_build)

    def _before_build(self, params: Mapping[str, Any], model: OperationModel, **_: Any) -> None:
        operation = str(model.name)
        for name, allowed in self._targets.get(operation, {}).items():
            target = str(params.get(name, ""))
            if not re.fullmatch(allowed, target, re.ASCII):
                self.violations.append(f"{operation} {target}")
                raise WriteRefused("data.guard", call=operation, target=target)
