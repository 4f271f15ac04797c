"""A read-only, remembered window on one AWS account."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from typing import Protocol

from checkday.account.answers import Absent, Answer, Look, Response, canonical
from checkday.account.reads import reads
from checkday.account.window import Window
from checkday.model import Blocked, Sighting

__all__ = ["Absent", "Account", "Answer", "Look", "Source", "Window"]

_GLOBAL_REGION = "us-east-1"


class Source(Protocol):
    """Where answers come from: live, or a snapshot."""

    def fetch(self, look: Look) -> Answer: ...


class Account:
    """Each distinct read happens once, however many checks ask for it and from whichever thread."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._answers: dict[Look, Future[Answer]] = {}
        self._lock = threading.Lock()

    def window(self, region: str, looks: set[Look]) -> Window:
        return Window(self, region, looks)

    def response(self, look: Look) -> Response:
        """The answer's content.

        Raises:
            Absent: the thing is not there.
            Blocked: the look failed, for a cause that is not the learner's work.

        """
        answer = self.answer(look)
        if answer.cause == "credentials" and self._region_is_off(look.region):
            raise Blocked("region_off", region=look.region)
        pages = reads()[look.service, look.operation].pages
        return answer.response(pages.items if pages else None)

    def answer(self, look: Look) -> Answer:
        """The answer as it came; the first to ask fetches it, the others wait."""
        with self._lock:
            future = self._answers.get(look)
            mine = future is None
            if future is None:
                future = self._answers[look] = Future()
        if mine:
            self._fetch(look, future)
        return future.result()

    def answers(self) -> Iterator[Answer]:
        """Everything that was answered, in a stable order."""
        looks = list(self._answers)  # one step, while other threads may still add
        return self._answered(sorted(looks, key=lambda look: (look.region, look.call, look.parameters)))

    def sightings(self, looks: Iterable[Look]) -> list[Sighting]:
        """The answers behind these looks, sorted; one that never came is no evidence."""
        found = (sighting for answer in self._answered(set(looks)) for sighting in answer.sightings())
        return sorted(found, key=lambda one: (one.call, one.region, one.digest, one.request_id))

    def _answered(self, looks: Iterable[Look]) -> Iterator[Answer]:
        for look in looks:
            future = self._answers.get(look)
            if future is not None and future.done() and future.exception() is None:
                yield future.result()

    def _fetch(self, look: Look, future: Future[Answer]) -> None:
        try:
            future.set_result(self._source.fetch(look))
        except BaseException as error:
            future.set_exception(error)
            raise

    def _region_is_off(self, region: str) -> bool:
        # A Region that is not enabled refuses good keys with the words for bad ones; us-east-1 is always on.
        if region == _GLOBAL_REGION:
            return False
        identity = Look(_GLOBAL_REGION, "sts", "get_caller_identity", canonical({}))
        return self.answer(identity).cause is None
