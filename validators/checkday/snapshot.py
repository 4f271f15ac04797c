"""The recorded answers of one account: written by --snapshot, judged again by --replay."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from checkday.account import Answer, Look
from checkday.account.answers import Page, canonical, restored
from checkday.model import BadSetting, Unwritable

SCHEMA = "checkday.snapshot/1"
_LARGEST = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything needed to judge again without AWS: who was looked at, and what AWS answered."""

    learner: str
    regions: tuple[str, str]
    origin: str
    taken: str
    answers: dict[Look, Answer]
    quizzes: dict[str, dict[str, str]] = field(default_factory=dict)
    """Day -> answers, as the learner gave them on this machine: a claim, unlike all else here."""

    def fetch(self, look: Look) -> Answer:
        """The recorded answer; what was never asked cannot be judged."""
        return self.answers.get(look) or Answer(look, cause="not_recorded", facts={"call": look.call}, sent=0)


def write(path: str, snapshot: Snapshot) -> None:
    """Write the file at once or not at all, gzip-compressed if its name ends in .gz.

    Raises:
        Unwritable: the disk is full, or the place is not ours to write.

    """
    content = {
        "schema": SCHEMA,
        "learner": snapshot.learner,
        "regions": snapshot.regions,
        "origin": snapshot.origin,
        "taken": snapshot.taken,
        "quizzes": snapshot.quizzes,
        "answers": [_entry(answer) for answer in snapshot.answers.values()],
    }
    text = canonical(content).encode() + b"\n"
    try:
        with open(f"{path}.new", "wb") as file:
            file.write(gzip.compress(text, mtime=0) if path.endswith(".gz") else text)
        os.replace(f"{path}.new", path)
    except OSError as error:
        raise Unwritable("output.unwritable", path=path, reason=error.strerror or "") from error


def read(path: str) -> Snapshot:
    """The snapshot in the file.

    Raises:
        BadSetting: the file is missing, too large, damaged or not a snapshot of ours.

    """
    try:
        content = json.loads(_text(path), object_hook=restored)
        if content["schema"] != SCHEMA:
            raise BadSetting("replay.wrong_schema", path=path, wanted=SCHEMA)
        answers = [_answer(entry) for entry in content["answers"]]
        return Snapshot(
            learner=content["learner"],
            regions=(content["regions"][0], content["regions"][1]),
            origin=content["origin"],
            taken=content["taken"],
            answers={answer.look: answer for answer in answers},
            quizzes=content.get("quizzes", {}),
        )
    except OSError as error:
        raise BadSetting("replay.unreadable", path=path, reason=error.strerror or "gzip") from error
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, EOFError, RecursionError) as error:
        raise BadSetting("replay.damaged", path=path) from error


def of(answers: Iterable[Answer]) -> dict[Look, Answer]:
    return {answer.look: answer for answer in answers}


def _text(path: str) -> bytes:
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rb") as file:
        text: bytes = file.read(_LARGEST + 1)
    if len(text) > _LARGEST:
        raise BadSetting("replay.too_large", path=path, megabytes=_LARGEST // 1024 // 1024)
    return text


def _entry(answer: Answer) -> dict[str, Any]:
    look = answer.look
    return {
        "region": look.region,
        "service": look.service,
        "operation": look.operation,
        "parameters": look.parameters,
        "pages": [
            {"response": page.response, "request_id": page.request_id, "at": page.at} for page in answer.pages
        ],
        "absent": answer.absent,
        "cause": answer.cause,
        "facts": dict(answer.facts),
        "sent": answer.sent,
    }


def _answer(entry: dict[str, Any]) -> Answer:
    look = Look(entry["region"], entry["service"], entry["operation"], entry["parameters"])
    pages = [Page(page["response"], page["request_id"], page["at"]) for page in entry["pages"]]
    return Answer(look, pages, entry["absent"], entry["cause"], entry["facts"], int(entry["sent"]))
