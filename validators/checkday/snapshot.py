"""The recorded answers of one account: written by --snapshot, judged again by --replay."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from checkday.account import Answer, Look
from checkday.account.answers import Page, canonical, restored
from checkday.account.reads import reads
from checkday.model import BadSetting, Unwritable
from checkday.resources import put
from checkday.words import DEFAULT, Words

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
    """Day -> answers, as the learner gave them on this machine: a claim, unlike what AWS answered."""
    chart: dict[str, Any] | None = None
    """The numbers behind the learner's own charts: another claim."""

    def fetch(self, look: Look) -> Answer:
        """The recorded answer; what was never asked cannot be judged."""
        return self.answers.get(look) or Answer(look, cause="not_recorded", facts={"call": look.call}, sent=0)


def write(path: str, snapshot: Snapshot) -> None:
    """Write the file at once or not at all, gzip-compressed if its name ends in .gz.

    Raises:
        Unwritable: the disk is full, or the place is not ours to write.

    """
    content = text(snapshot)
    try:
        put(path, gzip.compress(content, mtime=0) if path.endswith(".gz") else content)
    except OSError as error:
        raise Unwritable("output.unwritable", path=path, reason=error.strerror or "") from error


def text(snapshot: Snapshot) -> bytes:
    """The file's content, before it is compressed."""
    content = {
        "schema": SCHEMA,
        "learner": snapshot.learner,
        "regions": snapshot.regions,
        "origin": snapshot.origin,
        "taken": snapshot.taken,
        "quizzes": snapshot.quizzes,
        "chart": snapshot.chart,
        "answers": [_entry(answer) for answer in snapshot.answers.values()],
    }
    return canonical(content).encode() + b"\n"


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
        found = Snapshot(
            learner=content["learner"],
            regions=(content["regions"][0], content["regions"][1]),
            origin=content["origin"],
            taken=content["taken"],
            answers={answer.look: answer for answer in answers},
            quizzes=content.get("quizzes", {}),
            chart=_chart(content.get("chart")),
        )
        _check(found)
    except OSError as error:
        raise BadSetting("replay.unreadable", path=path, reason=error.strerror or "gzip") from error
    except (ValueError, TypeError, LookupError, AttributeError, EOFError, zlib.error) as error:
        raise BadSetting("replay.damaged", path=path) from error
    except (RecursionError, OverflowError) as error:
        raise BadSetting("replay.damaged", path=path) from error
    return found


def _check(found: Snapshot) -> None:
    """Refuse what `write` never writes: the file may come from anybody, and must not pass for a live run."""
    datetime.strptime(found.taken, "%Y-%m-%dT%H:%M:%SZ")  # noqa: DTZ007 - only its form is asked
    words = Words(DEFAULT)
    sound = (
        all(isinstance(one, str) for one in (found.learner, *found.regions))
        and found.origin in {"live", "simulated"}
        and all(int(day) and isinstance(given, dict) for day, given in found.quizzes.items())
        and all(_is_sound(answer, words) for answer in found.answers.values())
    )
    if not sound:
        raise ValueError(found.taken)


def _chart(value: Any) -> dict[str, Any] | None:
    if value is not None and not isinstance(value, dict):
        raise ValueError(value)
    return value


def _is_sound(answer: Answer, words: Words) -> bool:
    if answer.cause is not None:
        return f"cause.{answer.cause}.seen" in words and isinstance(answer.facts, dict)
    if answer.absent is not None:
        return isinstance(answer.absent, str)
    read = reads().get((answer.look.service, answer.look.operation))
    whole = all(isinstance(page.response, dict) for page in answer.pages) and bool(answer.pages)
    return whole and (read is None or answer.pages[0].response.keys() >= set(read.answers))


def of(answers: Iterable[Answer]) -> dict[Look, Answer]:
    return {answer.look: answer for answer in answers}


def _text(path: str) -> bytes:
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rb") as file:
        content: bytes = file.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise BadSetting("replay.too_large", path=path, megabytes=_LARGEST // 1024 // 1024)
    return content


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
