"""The learner's side: what is handed in, as the bytes that count, without what is nobody's business."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from checkday.account.answers import canonical
from checkday.chart import Chart
from checkday.errors import BadSetting
from checkday.quiz import Answers
from checkday.submission import LARGEST, SCHEMA
from checkday.submission.chain import head

_SEAL = 16 * 1024
_MOST_LINES = 20_000
_HIDDEN = "***"
_PRIVATE = re.compile(
    r"""
    [\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}          # e-mail: SSO makes session names of them
    | \b(?:AKIA|ASIA)[A-Z0-9]{16}\b                           # access keys
    | \beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*                     # tokens
    | (?<=X-Amz-Signature=)\w+ | (?<=X-Amz-Security-Token=)[\w%+/=-]+
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a submission is made of; `record` holds the lines of the learner's Record with their digests."""

    learner: str
    account: str
    origin: str
    cohort: str | None
    made: str
    report: Mapping[str, Any]
    quizzes: Mapping[int, Answers]
    chart: Chart | None
    record: Sequence[tuple[str, Mapping[str, Any]]]

    def payload(self) -> bytes:
        """The bytes that count.

        Raises:
            BadSetting: there is more than anybody would read.

        """
        for evidence in (True, False):
            content = canonical(self._document(evidence=evidence)).encode()
            if len(content) <= LARGEST - _SEAL:
                return content
        raise BadSetting("submit.too_large", kilobytes=LARGEST // 1024)

    def _document(self, *, evidence: bool) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "learner": self.learner,
            "account": self.account,
            "origin": self.origin,
            "cohort": self.cohort,
            "made": self.made,
            "tool_version": self.report["tool_version"],
            "course_version": self.report["course_version"],
            "reports": [_report(self.report, evidence=evidence)],
            "quizzes": {str(day): dict(answers) for day, answers in self.quizzes.items()},
            "chart": None if self.chart is None else dict(self.chart),
            "record": _record(self.record[-_MOST_LINES:]),
        }


def digest(payload: bytes) -> str:
    """The hash of these very bytes."""
    return hashlib.sha256(payload).hexdigest()


def sealed(payload: bytes, token: str | None) -> bytes:
    """The content of the file."""
    seal = canonical({"sha256": digest(payload), "token": token}).encode()
    return payload + b"\n" + seal + b"\n"


def _report(report: Mapping[str, Any], *, evidence: bool) -> dict[str, Any]:
    """The report without who ran it; and, if it would be too long, without the requests it rests on."""
    kept: dict[str, Any] = _public({**report, "principal": None})
    if not evidence:
        kept["findings"] = [{**one, "evidence": []} for one in kept["findings"]]
    return kept


def _record(lines: Iterable[tuple[str, Mapping[str, Any]]]) -> dict[str, Any]:
    found = list(lines)
    latest = {entry["id"]: entry for _, entry in found}
    chain = [stamp for stamp, _ in found]
    kept = [
        {"id": one["id"], "at": one["at"], "evidence": _public(one["evidence"])} for one in latest.values()
    ]
    return {"head": head(chain), "chain": chain, "entries": kept}


def _public(value: Any) -> Any:
    if isinstance(value, str):
        return _PRIVATE.sub(_HIDDEN, value)
    if isinstance(value, Mapping):
        return {key: _public(inner) for key, inner in value.items()}
    return [_public(inner) for inner in value] if isinstance(value, (list, tuple)) else value
